"""What the text alone tells about SQL: which parts come from the record, and which of those have exact SQL."""

from __future__ import annotations

from typing import Final

from platform_core.expressions.functions import find
from platform_core.expressions.ir import Node, walk
from platform_core.i18n import N_

_NO_DIVISION: Final = N_("A division of fields is exact in a filter only inside ROUND(x / y, digits).")
_NO_FUNCTION: Final = N_("A function of this expression has no exact counterpart in the database.")
_NO_WALL_CLOCK: Final = N_(
    "Moving a moment by the clock of a time zone has no exact counterpart in the database."
)
_WALL_CLOCK: Final = frozenset({"start_of", "end_of", "add_days", "add_months"})


def depends_on_row(node: Node) -> bool:
    """Whether the value differs from row to row; everything else is computed once and bound as a parameter."""
    return any(
        part.op == "row" or (part.op in ("path", "each") and part.name == "record") for part in walk(node)
    )


def why_not_sqlable(ir: Node) -> str | None:
    """The reason found first, or None."""
    for node in walk(ir):
        if node.op in ("div", "call") and depends_on_row(node):
            reason = _NO_DIVISION if node.op == "div" else _call_reason(node)
            if reason:
                return reason
    return None


def _call_reason(node: Node) -> str | None:
    spec = find(node.name)
    if spec is None or not spec.sqlable:
        return None if node.name == "distinct" else _NO_FUNCTION
    if node.name in _WALL_CLOCK and node.kind == "datetime":
        return _NO_WALL_CLOCK
    return None
