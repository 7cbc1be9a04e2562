"""The JSON Schema of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from platform_core.definitions.kinds import DefinitionKind, kind_named
from platform_core.definitions.model import NAME_PATTERN, Raw
from platform_core.errors import Problem

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: str) -> Raw:
    """The JSON Schema of a kind, as published under /api/v1/schemas/{kind}.json. `UnknownKind` if there is none."""
    return published(kind_named(kind))


def published(kind: DefinitionKind) -> Raw:
    """The kind's own schema, or the one of its struct, with what holds for every definition."""
    schema = kind.json_schema() or cast("Raw", msgspec.json.schema(kind.struct))
    return {"$schema": _DIALECT, "title": kind.name, **_with_root_facts(kind, schema)}


def problems_in(kind: DefinitionKind, raw: object) -> list[Problem]:
    """Everything about `raw` that does not fit the schema of its kind, in the order of the pointers."""
    # Imported here: a process that only serves screens never walks a definition, and jsonschema costs 60 ms.
    from platform_core.definitions.schema_walk import walk

    return walk(kind, published, raw)


def _with_root_facts(kind: DefinitionKind, schema: Raw) -> Raw:
    """The root also takes "$schema" (editors look for it), one schema version, and the pattern of all names."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return _grown(kind, schema)
    parts = dict(cast("Mapping[str, Raw]", schema["$defs"]))
    root = reference.rsplit("/", 1)[1]
    parts[root] = _grown(kind, parts[root])
    return {**schema, "$defs": parts}


def _grown(kind: DefinitionKind, root: Mapping[str, Any]) -> Raw:
    properties = {
        "$schema": {"type": "string"},
        **root.get("properties", {}),
        "kind": {"enum": [kind.name]},
        "schema": {"enum": [kind.schema]},
        "name": {"type": "string", "pattern": NAME_PATTERN},
    }
    always = ["kind", "schema", "name"]
    required = always + [name for name in root.get("required", ()) if name not in always]
    return {**root, "properties": properties, "required": required}
