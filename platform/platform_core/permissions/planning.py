"""What a publish means for roles: a new form is nobody's until a role grants it, and the plan says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from platform_core import definitions
from platform_core.definitions import Candidate, Key, PlanItem, World
from platform_core.i18n import N_
from platform_core.permissions import people_rights
from platform_core.permissions.acting import may
from platform_core.permissions.definition import RoleDef


def enter() -> None:
    """Fill the ports that `definitions` keeps open for whoever knows roles. The host calls it once."""
    definitions.use_role_check(lambda actor: may(actor, definitions.ACTION))
    definitions.register_planner(plan_new_forms)
    people_rights.enter()


async def plan_new_forms(candidates: Sequence[Candidate], world: World) -> Mapping[Key, Sequence[PlanItem]]:
    """One line for every new form: which roles see it after the publish, or that only admins do."""
    fresh = [each for each in candidates if each.key.kind == "form" and each.old is None and each.definition]
    return {each.key: (_who_sees(each.key, world),) for each in fresh}


def _who_sees(form: Key, world: World) -> PlanItem:
    roles = sorted(
        key.full_name
        for key, definition in world.all("role")
        if isinstance(definition, RoleDef) and _grants(definition, key, form, world)
    )
    if roles:
        return PlanItem(
            id="roles.granted",
            code="roles_granted",
            message=N_("Seen by the roles {roles}."),
            params={"roles": ", ".join(roles)},
        )
    return PlanItem(
        id="roles.none",
        code="no_role",
        message=N_("No role has anything of this form yet: only admins see it."),
        severity="advice",
    )


def _grants(role: RoleDef, key: Key, form: Key, world: World) -> bool:
    seen = world.at(key)
    return any(
        grant.read != "none" and name.rpartition(".")[2] == form.name and _means(name, form, seen)
        for name, grant in role.forms.items()
    )


def _means(name: str, form: Key, seen: World) -> bool:
    try:
        return seen.resolve("form", name) == form
    except definitions.AmbiguousName:
        return False
