"""Which fields a parsed expression begins with."""

from __future__ import annotations

from platform_core.expressions import Node

_ROOTS = frozenset({"user", "flow", "vars"})
_RECORD = frozenset({"record", "old"})


def first_steps(node: Node) -> frozenset[str]:
    """The record's own fields: `account` of `account.owner`, `amount` of `record.amount`."""
    found: set[str] = set()
    if node.op == "path" and node.path:
        if node.path[0] in _RECORD:
            found.update(node.path[1:2])
        elif node.path[0] not in _ROOTS:
            found.add(node.path[0])
    for part in node.args:
        found |= first_steps(part)
    return frozenset(found)
