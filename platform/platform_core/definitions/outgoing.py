"""References that point nowhere: a definition may only use what is there after the publish."""

from __future__ import annotations

from collections.abc import Sequence

from platform_core.definitions.errors import AmbiguousName
from platform_core.definitions.guess import did_you_mean
from platform_core.definitions.kinds import kind_label, kind_named, known
from platform_core.definitions.model import Key, Reference
from platform_core.definitions.store import Link
from platform_core.definitions.world import World
from platform_core.errors import Problem
from platform_core.i18n import N_


def reference_problems(references: Sequence[Reference], world: World) -> list[Problem]:
    """One problem for each required reference that points nowhere, or at two things at once."""
    found = (_problem(reference, world) for reference in references if reference.required)
    return [problem for problem in found if problem is not None]


def resolved(references: Sequence[Reference], world: World) -> list[Link]:
    """The references as they are kept."""
    found: list[Link] = []
    for reference in references:
        nowhere = Key(reference.kind, "", reference.name.rpartition(".")[2])
        try:
            target = world.resolve(reference.kind, reference.name)
        except AmbiguousName:
            target = None  # a problem where it is required; an optional one then means none of them
        found.append(Link(target or nowhere, reference.part, reference.pointer, reference.required))
    return found


def _problem(reference: Reference, world: World) -> Problem | None:
    try:
        target = world.resolve(reference.kind, reference.name)
    except AmbiguousName as exc:
        return Problem(
            pointer=reference.pointer,
            code=exc.code,
            message=exc.message,
            params=exc.params,
            remedy=exc.remedy,
        )
    if target is None:
        return _unknown(reference, world)
    return _without_part(reference, target, world)


def _unknown(reference: Reference, world: World) -> Problem:
    remedy, hints = did_you_mean(reference.name, world.names(reference.kind))
    return Problem(
        pointer=reference.pointer,
        code="unknown_reference",
        message=N_("There is no {kind} '{name}'."),
        params={"kind": kind_label(reference.kind), "name": reference.name, **hints},
        remedy=remedy,
    )


def _without_part(reference: Reference, target: Key, world: World) -> Problem | None:
    definition = world.definition(target)
    if reference.part is None or definition is None or not known(target.kind):
        return None
    parts = kind_named(target.kind).parts(definition)
    if parts is None or reference.part in (present := frozenset(parts)):
        return None
    remedy, hints = did_you_mean(reference.part, present)
    return Problem(
        pointer=reference.pointer,
        code="unknown_part",
        message=N_("The {kind} '{name}' has no '{part}'."),
        params={"kind": kind_label(target.kind), "name": target.name, "part": reference.part, **hints},
        remedy=remedy,
    )
