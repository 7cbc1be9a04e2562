"""Operators and their types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from platform_core.expressions.ir import Node
from platform_core.expressions.types import (
    ANY,
    BOOL,
    DURATION,
    KEYED,
    NUMBER,
    ORDERED,
    Type,
    list_of,
    parse_type,
    unify,
)
from platform_core.i18n import N_

if TYPE_CHECKING:
    from platform_core.expressions.checker import Checker, Typed

_COMPARED: Final = frozenset({"lt", "le", "gt", "ge"})
_SIGNS: Final = {"add": "+", "sub": "-", "mul": "*", "div": "/", "floordiv": "//", "mod": "%"}


def operator(checker: Checker, node: Node) -> Typed:
    """A node that is neither a name, a constant nor a call."""
    if node.op in ("and", "or", "not"):
        return _logic(checker, node)
    if node.op == "if":
        return _choice(checker, node)
    parts = [checker.visit(part) for part in node.args]
    if any(kind is None for _, kind in parts):
        return node, None
    if node.op in ("eq", "ne"):
        return _equality(checker, node, parts)
    if node.op in _COMPARED:
        return _order(checker, node, parts)
    if node.op == "in":
        return _membership(checker, node, parts)
    return _negation(checker, node, parts) if node.op == "neg" else _arithmetic(checker, node, parts)


def constant_list(checker: Checker, node: Node) -> Typed:
    """`[1, 2]`: the entries have one type; blanks fit everywhere."""
    element = ANY
    for item in node.args:
        kind = parse_type(item.type)
        together = unify(element, kind)
        if together is None:
            return checker.report(item, "wrong_type", N_("The entries of a list are all of one type."))
        element = together
    kind = list_of(element)
    return Node("list", node.args, type=kind.code, at=node.at), kind


def unified(checker: Checker, parts: Sequence[Typed]) -> tuple[list[Node], Type | None]:
    """The parts with text constants adapted to the keys beside them, and the one type of all, or None (reported)."""
    anchor = next((kind for _, kind in parts if kind is not None and _keyed(kind)), None)
    adapted = [checker.adapt(node, kind, anchor) if anchor and kind else (node, kind) for node, kind in parts]
    together: Type | None = None
    for node, kind in adapted:
        if kind is None:
            return [], None
        merged = kind if together is None else unify(together, kind)
        if merged is None and together is not None:
            mismatch(checker, node, together, kind)
            return [], None
        together = merged
    return [node for node, _ in adapted], together


def mismatch(checker: Checker, node: Node, left: Type, right: Type) -> Typed:
    """Reports that two types do not go together, with the usual way out."""
    if left.kind == right.kind == "money":
        return checker.report(
            node, "currency_mismatch", N_("{left} and {right} are different currencies."),
            N_("Convert one of them first."), left=left.currency, right=right.currency,
        )  # fmt: skip
    return checker.report(
        node, "wrong_type", N_("{left} and {right} do not go together."), _way_out({left.kind, right.kind}),
        left=checker.describe(left), right=checker.describe(right),
    )  # fmt: skip


_WAYS_OUT: Final[tuple[tuple[frozenset[str], str], ...]] = (
    (frozenset({"money", "number"}), N_("Compare with MONEY(1000, 'USD'), or use the field's .amount")),
    (frozenset({"text", "date"}), N_("Write a date as DATE('2024-12-31')")),
    (frozenset({"text", "datetime"}), N_("Write a moment as DATETIME('2024-12-31 09:30')")),
    (frozenset({"date", "datetime"}), N_("Take the date of a moment with DATE(moment)")),
    (frozenset({"text", "number"}), N_("Use TEXT(number) or NUMBER(text)")),
    (frozenset({"text", "choice"}), N_("Use TEXT(choice)")),
    (frozenset({"bool", "number"}), N_("Yes and no are true and false here, not 1 and 0.")),
    (frozenset({"date", "number"}), N_("Use ADD_DAYS(date, days)")),
    (frozenset({"datetime", "number"}), N_("Use ADD_DAYS(moment, days)")),
)


def _way_out(kinds: set[str]) -> str:
    return next((way for pair, way in _WAYS_OUT if pair == kinds), "")


def _keyed(kind: Type) -> bool:
    return kind.kind in KEYED or (kind.of is not None and kind.of.kind in KEYED)


def _made(node: Node, args: Sequence[Node], kind: Type) -> Typed:
    return Node(node.op, tuple(args), type=kind.code, at=node.at), kind


def _logic(checker: Checker, node: Node) -> Typed:
    parts = [_condition(checker, part) for part in node.args]
    if any(kind is None for _, kind in parts):
        return node, None
    return _made(node, [part for part, _ in parts], BOOL)


def _condition(checker: Checker, part: Node) -> Typed:
    node, kind = checker.visit(part)
    return (node, None) if kind is None else checker.expected(node, kind, BOOL)


def _choice(checker: Checker, node: Node) -> Typed:
    condition, holds = _condition(checker, node.args[0])
    parts = [checker.visit(part) for part in node.args[1:]]
    if holds is None or any(kind is None for _, kind in parts):
        return node, None
    branches, kind = unified(checker, parts)
    return (node, None) if kind is None else _made(node, [condition, *branches], kind)


def _equality(checker: Checker, node: Node, parts: Sequence[Typed]) -> Typed:
    args, kind = unified(checker, parts)
    return (node, None) if kind is None else _made(node, args, BOOL)


def _order(checker: Checker, node: Node, parts: Sequence[Typed]) -> Typed:
    args, kind = unified(checker, parts)
    if kind is None:
        return node, None
    if kind.kind not in ORDERED and kind.kind != "null":
        return checker.report(
            node,
            "wrong_type",
            N_("{found} has no order, so < and > cannot compare it."),
            found=checker.describe(kind),
        )
    return _made(node, args, BOOL)


def _membership(checker: Checker, node: Node, parts: Sequence[Typed]) -> Typed:
    (item, item_kind), (many, many_kind) = parts
    if item_kind is None or many_kind is None:
        return node, None
    if many_kind.kind == "text":
        return checker.report(
            node, "wrong_type", N_("in looks in a list."), N_("For a text use CONTAINS(text, part)")
        )
    if many_kind.of is None:
        return checker.report(node, "wrong_type", N_("in looks in a list."), N_("Write the list in [ ]"))
    many, adapted = checker.adapt(many, many_kind, list_of(item_kind))
    if adapted is not None and adapted.of is not None:
        item, item_type = checker.adapt(item, item_kind, adapted.of)
        if item_type is None:
            return node, None
        if unify(item_type, adapted.of) is None:
            return mismatch(checker, node, item_type, adapted.of)
        return _made(node, (item, many), BOOL)
    return node, None


def _negation(checker: Checker, node: Node, parts: Sequence[Typed]) -> Typed:
    part, kind = parts[0]
    if kind is None or kind.kind not in ("number", "money", "duration"):
        return checker.report(node, "wrong_type", N_("- stands before numbers only."))
    return _made(node, [part], kind)


def _arithmetic(checker: Checker, node: Node, parts: Sequence[Typed]) -> Typed:
    kinds = [kind for _, kind in parts if kind is not None]
    total = kinds[0]
    for part, kind in zip(parts[1:], kinds[1:], strict=True):
        result = result_type(node.op, total, kind)
        if result is None:
            return _no_arithmetic(
                checker, Node(node.op, (), at=part[0].at if len(parts) > 2 else node.at), total, kind
            )
        total = result
    return _made(node, [part for part, _ in parts], total)


def result_type(op: str, left: Type, right: Type) -> Type | None:
    """The type of `left op right`, or None where that means nothing."""
    if left.kind == "null" or right.kind == "null":
        return right if left.kind == "null" else left
    if op in ("add", "sub"):
        return _sum_type(op, left, right)
    pair = (left.kind, right.kind)
    if pair == ("number", "number"):
        return NUMBER
    if op == "mul" and pair[1] == "number" and pair[0] in ("money", "duration"):
        return left
    if op == "mul" and pair[0] == "number" and pair[1] in ("money", "duration"):
        return right
    if op == "div" and pair == ("money", "number"):
        return left
    return NUMBER if op == "div" and left.kind in ("money", "duration") and unify(left, right) else None


def _sum_type(op: str, left: Type, right: Type) -> Type | None:
    together = unify(left, right)
    if together is not None and together.kind in ("number", "money", "duration"):
        return together
    pair = (left.kind, right.kind)
    if op == "add" and pair == ("text", "text"):
        return left
    if op == "sub" and pair == ("date", "date"):
        return NUMBER
    if op == "sub" and pair == ("datetime", "datetime"):
        return DURATION
    return left if pair == ("datetime", "duration") else None


def _no_arithmetic(checker: Checker, node: Node, left: Type, right: Type) -> Typed:
    if left.kind == right.kind == "money" and unify(left, right) is None:
        return mismatch(checker, node, left, right)
    return checker.report(
        node, "wrong_type", N_("{sign} does not work between {left} and {right}."),
        _way_out({left.kind, right.kind}) if left.kind != right.kind else "",
        sign=_SIGNS[node.op], left=checker.describe(left), right=checker.describe(right),
    )  # fmt: skip
