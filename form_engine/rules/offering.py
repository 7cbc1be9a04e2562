"""What rules leave of the offer of a link, as a filter over the form that it leads to."""

from __future__ import annotations

from decimal import Decimal

from form_engine.rules.asking import Asked
from form_engine.rules.whys import Known
from platform_core import expressions
from platform_core.expressions import Node


def offer_filter(asked: Asked, field: str, known: Known) -> str | None:
    """The text of a filter for the records that may be picked in a link field; None where every one may.

    A rule that looks at what the reader may not read, or that cannot be said as a filter, is left to the save.
    """
    texts = []
    for rule in asked.case.rules.offering:
        for offer in rule.offers:
            if offer.path != field or not all(
                known.reads(path) for path in _around(offer.checked.paths, field)
            ):
                continue
            if not rule.rows and asked.case.holds(rule.holds):
                text = _filter_of(offer.checked.text, field, asked)
                texts += [f"({text})"] if text is not None else []
    return " and ".join(texts) or None


def _around(paths: frozenset[tuple[str, ...]], field: str) -> list[tuple[str, ...]]:
    """What the condition reads besides the record that could be picked."""
    return [path for path in paths if path[0] != field]


class _CannotSay(Exception):
    """A part that has no place in a filter."""


def _filter_of(text: str, field: str, asked: Asked) -> str | None:
    try:
        return expressions.dump(_seen_from_there(expressions.parse(text), field, asked))
    except _CannotSay:
        return None


def _seen_from_there(node: Node, field: str, asked: Asked) -> Node:
    """The tree as the record that could be picked sees it: its own fields, and constants for all else."""
    if node.op != "path":
        args = tuple(_seen_from_there(part, field, asked) for part in node.args)
        return Node(node.op, args, name=node.name, value=node.value, type=node.type)
    path = node.path[1:] if node.path[0] == "record" else node.path
    if not path or path[0] == "old":
        raise _CannotSay
    if path[0] == "user":
        return node
    if path[0] == field:
        return Node("path", path=path[1:] or ("id",))
    return _constant(asked.case.record.get(".".join(path)))


def _constant(value: object) -> Node:
    if value is None:
        return Node("const", type="null")
    if isinstance(value, bool):
        return Node("const", value=value, type="bool")
    if isinstance(value, int | Decimal):
        return Node("const", value=f"{value:f}" if isinstance(value, Decimal) else str(value), type="number")
    if isinstance(value, str):
        return Node("const", value=value, type="text")
    raise _CannotSay
