"""A definition in the order in which people read one: as its struct lists the members, not as files sort them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from platform_core.definitions.kinds import DefinitionKind, kind_named
from platform_core.definitions.model import Raw
from platform_core.definitions.schema import published

Schema = Mapping[str, Any]
"""A node of a JSON Schema: JSON of any shape."""

_FIRST = ("$schema", "kind", "schema", "app", "name", "type", "key", "label")
"""What says which thing this is stands first, whatever the struct inherits from."""

_kept: dict[str, tuple[object, Schema]] = {}


def in_reading_order(kind: str, raw: Raw) -> Raw:
    """The same definition, its members in the order of the kind's struct; unknown ones behind, as they came."""
    root = _schema(kind_named(kind))
    parts = cast("Mapping[str, Schema]", root.get("$defs", {}))
    return cast("Raw", _ordered(raw, root, parts))


def _schema(kind: DefinitionKind) -> Schema:
    made_for = (kind, kind.struct, kind.schema)
    kept = _kept.get(kind.name)
    if kept is None or kept[0] != made_for:
        kept = _kept[kind.name] = (made_for, published(kind))
    return kept[1]


def _ordered(value: object, schema: Schema, parts: Mapping[str, Schema]) -> object:
    if isinstance(value, list):
        items = _meant(value, schema, parts).get("items")
        return [_ordered(item, items, parts) for item in value] if isinstance(items, Mapping) else value
    if not isinstance(value, Mapping):
        return value
    node = _meant(value, schema, parts)
    members = cast("Mapping[str, Schema]", node.get("properties", {}))
    rest = node.get("additionalProperties")
    others: Schema = rest if isinstance(rest, Mapping) else {}
    known = [*(name for name in _FIRST if name in members), *members]
    names = dict.fromkeys([*(name for name in known if name in value), *value])
    return {name: _ordered(value[name], members.get(name, others), parts) for name in names}


def _meant(value: object, schema: Schema, parts: Mapping[str, Schema]) -> Schema:
    """The node that describes the value: behind references, and of a union the branch that its tag or type picks."""
    while True:
        if "$ref" in schema:
            schema = parts.get(str(schema["$ref"]).rpartition("/")[2], {})
            continue
        branches = schema.get("anyOf") or schema.get("oneOf")
        if not branches:
            return schema
        schema = _branch(value, schema, branches, parts)


def _branch(value: object, schema: Schema, branches: list[Schema], parts: Mapping[str, Schema]) -> Schema:
    tagged = schema.get("discriminator")
    if tagged is not None and isinstance(value, Mapping):
        reference = tagged["mapping"].get(str(value.get(tagged["propertyName"])))
        return {"$ref": reference} if reference else {}
    wanted = "array" if isinstance(value, list) else "object"
    fitting = (each for each in branches if _meant(value, each, parts).get("type") == wanted)
    return next(fitting, {})
