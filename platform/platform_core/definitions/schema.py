"""The JSON Schema of a kind, and every problem that walking a definition along it finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from platform_core.definitions.kinds import DefinitionKind, kind_named
from platform_core.definitions.model import NAME_PATTERN, Raw
from platform_core.definitions.schema_words import problems_of
from platform_core.definitions.unions import leaves
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
    errors = _validator(kind).iter_errors(raw)
    found = [problem for error in errors for leaf in leaves(error) for problem in problems_of(leaf)]
    unique = {(problem.pointer, problem.code, problem.text): problem for problem in found}
    return sorted(unique.values(), key=lambda problem: problem.pointer)


_kept: dict[str, tuple[object, Any]] = {}  # `Any`: what `extend` makes is typed nowhere
"""The validator of each kind, with the struct and the schema that it was made for."""


def _validator(kind: DefinitionKind) -> Any:
    """Made once per struct: generating the schema of a wide kind takes longer than walking a definition."""
    made_for = (kind, kind.struct, kind.schema)
    kept = _kept.get(kind.name)
    if kept is None or kept[0] != made_for:
        kept = _kept[kind.name] = (made_for, _Walker(published(kind)))
    return kept[1]


def _any_of(
    validator: Any, branches: Sequence[Raw], instance: object, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """As the standard says; but of a tagged union only the branch that the tag names is walked."""
    tagged = schema.get("discriminator")
    if tagged is not None and isinstance(instance, Mapping):
        tag = instance.get(tagged["propertyName"])
        reference = tagged["mapping"].get(tag) if isinstance(tag, str) else None
        if reference is not None:
            yield from validator.descend(instance, {"$ref": reference})
            return
    yield from _standard_any_of(validator, branches, instance, schema) or ()


_standard_any_of = Draft202012Validator.VALIDATORS["anyOf"]
_Walker = extend(Draft202012Validator, {"anyOf": _any_of})  # type: ignore[no-untyped-call]  # jsonschema's own


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
