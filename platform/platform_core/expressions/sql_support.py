"""What the text alone tells about SQL: which parts come from the record, and which of those have exact SQL."""

from __future__ import annotations

from typing import Final

from platform_core.expressions.functions import find
from platform_core.expressions.ir import Node
from platform_core.expressions.sql_reasons import NO_DIVISION, NO_FUNCTION, NO_WALL_CLOCK

_WALL_CLOCK: Final = frozenset({"start_of", "end_of", "add_days", "add_months"})


def depends_on_row(node: Node, *, rows: bool = True) -> bool:
    """Whether the value differs from record to record; everything else is computed once and bound as a parameter.

    `rows`: whether `row` paths belong to the record (they do not below the earlier values, `old`).
    """
    if node.op == "path":
        return node.name == "record"
    if node.op == "row":
        return rows
    if node.op == "each":
        return node.name == "record" or any(depends_on_row(part, rows=False) for part in node.args)
    return any(depends_on_row(part, rows=rows) for part in node.args)


def why_not_sqlable(node: Node) -> str | None:
    """The first reason in the text itself, or None; the columns may add others."""
    if not depends_on_row(node):
        return None
    if node.op == "div":
        return NO_DIVISION
    reason = _call_reason(node) if node.op == "call" else None
    return reason or next((found for part in node.args if (found := why_not_sqlable(part))), None)


def _call_reason(node: Node) -> str | None:
    spec = find(node.name)
    if spec is None or not spec.sqlable:
        return NO_FUNCTION
    return NO_WALL_CLOCK if node.name in _WALL_CLOCK and node.kind == "datetime" else None
