"""Filters over encrypted fields: equality is asked of the blind index, and nothing else can be asked."""

from __future__ import annotations

import msgspec

from platform_core import secrets
from platform_core.entities import BLIND_SUFFIX, Entity, meant
from platform_core.expressions import Checked, Node, constant
from platform_core.records.encrypting import encrypted


async def ready_to_filter(entity: Entity) -> None:
    """Reads the keys before a filter is compiled, where the form has encrypted fields and nobody has read them yet."""
    if encrypted(entity) and lacks_keys(entity):
        await secrets.opening_keys()


def lacks_keys(entity: Entity) -> bool:
    """Whether a filter of today may mean something else once there is a key."""
    if not encrypted(entity):
        return False
    keys = secrets.keys_at_hand()
    return keys is None or not keys.index


def blinded(entity: Entity, checked: Checked) -> Checked:
    """The condition with every `==`, `!=`, `in` and `blank` over an encrypted field asked of its blind index.

    What else leans on such a field stays as it is, and is refused where its column is looked for.
    """
    places = {field.name: f"{entity.table}.{field.columns[0].name}" for field in encrypted(entity)}
    if not any(path[0] in places for path in checked.paths):
        return checked
    return msgspec.structs.replace(checked, ir=_rewritten(checked.ir, places))


def _rewritten(node: Node, places: dict[str, str]) -> Node:
    if node.op in ("eq", "ne", "in") and len(node.args) == 2:
        left, right = node.args
        if _names(left, places) and right.op in ("const", "list"):
            return msgspec.structs.replace(node, args=(_path(left), _digested(right, places[left.path[0]])))
        if node.op != "in" and _names(right, places) and left.op == "const":
            return msgspec.structs.replace(node, args=(_digested(left, places[right.path[0]]), _path(right)))
    if node.op == "call" and node.name.lower() == "blank" and _names(node.args[0], places):
        return msgspec.structs.replace(node, args=(_path(node.args[0]),))
    if not node.args:
        return node
    return msgspec.structs.replace(node, args=tuple(_rewritten(part, places) for part in node.args))


def _names(node: Node, places: dict[str, str]) -> bool:
    """Whether a node is an encrypted field of the record itself."""
    return (
        node.op == "path" and node.name in ("", "record") and len(node.path) == 1 and node.path[0] in places
    )


def _path(node: Node) -> Node:
    return msgspec.structs.replace(node, path=(node.path[0] + BLIND_SUFFIX,), type="text")


def _digested(node: Node, place: str) -> Node:
    if node.op == "list":
        return msgspec.structs.replace(
            node, args=tuple(_digested(part, place) for part in node.args), type="list:text"
        )
    value = constant(node)
    if node.op != "const" or value is None or value == "":
        return node
    keys = secrets.keys_at_hand()
    digest = keys.blind(meant(value), place) if keys is not None and keys.index else "-"
    return msgspec.structs.replace(node, value=digest, type="text")
