"""Computed fields are seen as what they are made from: a role that does not read one of the inputs in clear must not
learn it from the result. Only the form itself can declassify a field; no role can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from platform_core import entities
from platform_core.entities import Entity
from platform_core.permissions.definition import FormGrant

Level = Literal["clear", "masked", "hidden"]
GrantOf = Callable[[Entity], FormGrant | None]
"""What the role says about a form; None for nothing."""


def inherited(entity: Entity, grant: FormGrant, grant_of: GrantOf) -> tuple[frozenset[str], frozenset[str]]:
    """The computed fields that are hidden from a role, and those it sees masked, because of what they are made from."""
    hidden: set[str] = set()
    masked: set[str] = set()
    for name, field in entity.fields.items():
        if field.computed is None or field.computed.declassified:
            continue
        level = _made_from(entity, name, grant, grant_of, frozenset())
        if level == "hidden":
            hidden.add(name)
        elif level == "masked":
            masked.add(name)
    return frozenset(hidden), frozenset(masked)


def _made_from(
    entity: Entity, name: str, grant: FormGrant, grant_of: GrantOf, above: frozenset[tuple[str, str]]
) -> Level:
    """The strictest of the inputs of a computed field.

    Only a lookup, which is the value itself, can be shown masked: the result of a calculation over a masked value
    would tell more than its last characters do.
    """
    computed = entity.fields[name].computed
    strictest: Level = "clear"
    for form, input_name in computed.inputs if computed is not None else ():
        mark = (form, input_name)
        if mark in above:
            continue
        level = _of_input(entity, form, input_name, grant, grant_of, above | {mark})
        if level == "hidden" or (level == "masked" and computed is not None and computed.kind != "lookup"):
            return "hidden"
        strictest = "masked" if level == "masked" else strictest
    return strictest


def _of_input(
    entity: Entity,
    form: str,
    name: str,
    grant: FormGrant,
    grant_of: GrantOf,
    above: frozenset[tuple[str, str]],
) -> Level:
    there = entity if form == entity.key else entities.find(form)
    held = grant if there is entity else grant_of(there) if there is not None else None
    if there is None or held is None or (there is not entity and held.read == "none"):
        return "hidden"
    said = held.fields.get(name)
    if said in ("hidden", "masked"):
        return "hidden" if said == "hidden" else "masked"
    field = there.fields.get(name)
    if field is None:
        return "clear"
    if field.computed is not None and not field.computed.declassified:
        return _made_from(there, name, held, grant_of, above)
    return "masked" if said is None and field.sensitive == "masked" else "clear"
