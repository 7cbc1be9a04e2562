"""Which branch of a union a value meant.

A validator says of a union only that no branch fits. People mean one branch: the one their tag names, or the one of the
JSON type they wrote. `leaves` follows that one and drops what the others had to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jsonschema import ValidationError

_MISFIT = frozenset({"type", "enum", "const"})


def leaves(error: ValidationError) -> Iterator[ValidationError]:
    """The errors below a failed union that concern the branch meant; the error itself where it is no union's."""
    if error.validator not in ("anyOf", "oneOf") or not error.context:
        yield error
        return
    branches = _branches(error)
    tagged = _tagged(error, branches)
    if tagged is None:
        tagged = _typed(error, branches)
    for chosen in tagged:
        yield from leaves(chosen)


def value_of(error: ValidationError) -> Any:
    """What the schema has under the failed keyword: JSON of any shape."""
    return error.validator_value


def _branches(error: ValidationError) -> dict[int, list[ValidationError]]:
    found: dict[int, list[ValidationError]] = {}
    for inner in error.context or ():
        found.setdefault(int(inner.schema_path[0]), []).append(inner)
    return found


def _tagged(
    error: ValidationError, branches: Mapping[int, list[ValidationError]]
) -> list[ValidationError] | None:
    """The errors of the branch that the discriminator picks; None where there is no tag to follow."""
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    discriminator = schema.get("discriminator")
    if discriminator is None or not isinstance(error.instance, Mapping):
        return None
    tag, mapping = discriminator["propertyName"], discriminator["mapping"]
    if tag not in error.instance:
        return [_made(error, "required", [tag], schema={"properties": {tag: {"enum": list(mapping)}}})]
    value = error.instance[tag]
    if not isinstance(value, str | int) or value not in mapping:
        return [_made(error, "enum", list(mapping), instance=value, below=tag)]
    references = [branch.get("$ref") for branch in value_of(error)]
    return branches.get(references.index(mapping[value]), [])


def _typed(error: ValidationError, branches: Mapping[int, list[ValidationError]]) -> list[ValidationError]:
    """The errors of the branch of the right JSON type, the one with the fewest where several have it."""
    fitting = [found for found in branches.values() if not any(_is_misfit(one) for one in found)]
    if fitting:
        return min(fitting, key=len)
    offered = [value for found in branches.values() for value in _offered(found, error.instance)]
    if offered:
        return [_made(error, "enum", offered)]
    wanted = [name for found in branches.values() for one in found for name in _types(one)]
    return [_made(error, "type", list(dict.fromkeys(wanted)) or ["null"])]


def _is_misfit(error: ValidationError) -> bool:
    """True where the value as a whole is of another sort than the branch."""
    return not error.path and error.validator in _MISFIT


def _offered(found: Sequence[ValidationError], instance: object) -> list[object]:
    """The values of a branch that is a closed list of the instance's own type."""
    for error in found:
        if not error.path and error.validator == "enum":
            values = list(value_of(error))
            if any(type(value) is type(instance) for value in values):
                return values
    return []


def _types(error: ValidationError) -> list[str]:
    if error.path:
        return []
    if error.validator == "type":
        value = value_of(error)
        return [value] if isinstance(value, str) else list(value)
    if error.validator in ("enum", "const"):
        return ["string"]
    if error.validator == "anyOf":
        return [name for inner in error.context or () for name in _types(inner)]
    return []


def _made(
    error: ValidationError,
    validator: str,
    value: object,
    *,
    instance: object = None,
    below: str | None = None,
    schema: Mapping[str, Any] | None = None,
) -> ValidationError:
    """A plain error in the place of the union's."""
    path = list(error.absolute_path) + ([below] if below is not None else [])
    return ValidationError(
        "",
        validator=validator,
        validator_value=value,
        instance=error.instance if below is None else instance,
        schema=schema or {},
        path=path,
    )
