"""Every problem that walking a definition along the JSON Schema of its kind finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from platform_core.definitions.kinds import DefinitionKind
from platform_core.definitions.model import Raw
from platform_core.definitions.schema_words import problems_of
from platform_core.definitions.unions import leaves
from platform_core.errors import Problem


def walk(kind: DefinitionKind, published: Callable[[DefinitionKind], Raw], raw: object) -> list[Problem]:
    """Everything about `raw` that does not fit the schema of its kind, in the order of the pointers.

    `published` gives the schema.
    """
    errors = _validator(kind, published).iter_errors(raw)
    found = [problem for error in errors for leaf in leaves(error) for problem in problems_of(leaf)]
    unique = {(problem.pointer, problem.code, problem.text): problem for problem in found}
    return sorted(unique.values(), key=lambda problem: problem.pointer)


_kept: dict[str, tuple[object, Any]] = {}  # `Any`: what `extend` makes is typed nowhere
"""The validator of each kind, with the struct and the schema that it was made for."""


def _validator(kind: DefinitionKind, published: Callable[[DefinitionKind], Raw]) -> Any:
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
