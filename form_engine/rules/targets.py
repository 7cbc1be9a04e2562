"""What a rule aims at: fields of the record, or columns of one table or related list."""

from __future__ import annotations

from collections.abc import Iterator

from form_engine.definition import RuleDef


def aims_of(rule: RuleDef) -> Iterator[tuple[str, str]]:
    """Every place that a rule aims at: (pointer below the rule, path), `at` included."""
    for effect in ("show", "require", "read_only"):
        for place, path in enumerate(getattr(rule, effect)):
            yield f"/{effect}/{place}", path
    for effect in ("set", "options"):
        for path in getattr(rule, effect):
            yield f"/{effect}/{path}", path
    if rule.at is not None:
        yield "/at", rule.at


def rows_of(rule: RuleDef) -> str:
    """The table or related list in whose columns every aim of the rule lies; "" for a rule about the record."""
    tables = {table_of(path) for _pointer, path in aims_of(rule)}
    return tables.pop() if len(tables) == 1 else ""


def table_of(path: str) -> str:
    """ "lines" of "lines.qty", "" of "budget"."""
    return path.rpartition(".")[0]


def column_of(path: str) -> str:
    """ "qty" of "lines.qty", "budget" of "budget"."""
    return path.rpartition(".")[2]
