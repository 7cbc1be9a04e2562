"""What roles say about managing people: the answers to the questions that `identity` keeps open."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from platform_core import database, definitions, entities, i18n, identity
from platform_core.definitions import AmbiguousName
from platform_core.errors import Invalid
from platform_core.i18n import N_
from platform_core.identity import ADMIN_ROLE, Actor
from platform_core.permissions.acting import actions, may
from platform_core.permissions.definition import RoleDef
from platform_core.permissions.roles import role_definition

MANAGING = "users"
"""The action with which somebody who is no admin looks after accounts, teams and territories."""


class RoleChoice(msgspec.Struct, frozen=True):
    """A role that somebody can have: the name to store, its full name, the label in the reader's language."""

    name: str
    full_name: str
    label: str
    description: str = ""


def role_choices() -> list[RoleChoice]:
    """Every role there is, the built-in one first; a role whose name is in several apps by its full name."""
    everything = i18n._("Every form, every field, every action.")
    found = [RoleChoice(ADMIN_ROLE, ADMIN_ROLE, i18n._("Administrator"), everything)]
    others = []
    for role in definitions.catalog().all("role"):
        definition = role.definition
        if isinstance(definition, RoleDef):
            name = role.key.name if is_role(role.key.name) else role.key.full_name
            label, text = i18n.label(definition.label) or role.key.name, i18n.label(definition.description)
            others.append(RoleChoice(name, role.key.full_name, label, text))
    return found + sorted(others, key=lambda each: each.label.casefold())


def is_role(name: str) -> bool:
    """Whether exactly one role answers to this name."""
    if name == ADMIN_ROLE:
        return True
    try:
        return definitions.catalog().get("role", name) is not None
    except AmbiguousName:
        return False


def refuse_unknown_roles(names: Iterable[str], *, held: Iterable[str] = ()) -> None:
    """Raises Invalid for a role that nothing answers to, unless somebody has it already."""
    for name in sorted(set(names) - set(held)):
        if not is_role(name):
            raise Invalid.one("/roles", "unknown", N_("There is no role {role}."), role=name[:80])


def may_give(actor: Actor, name: str) -> bool:
    """Who manages people without being an admin gives roles whose actions they have themselves."""
    if not is_role(name) or name == ADMIN_ROLE:
        return False
    role = definitions.catalog().get("role", name)
    return role is not None and actions(actor).issuperset(role_definition(role).actions)


async def is_used(kind: str, found: str) -> bool:
    """Whether a record belongs to this team or territory."""
    for entity in entities.all():
        sql = f"SELECT 1 FROM {entities.quote(entity.table)} WHERE {kind} = ? LIMIT 1"
        if await database.fetch_value(sql, (found,)) is not None:
            return True
    return False


def enter() -> None:
    """Fill the ports of `identity`."""
    identity.use_rights(lambda actor: may(actor, MANAGING), may_give)
    identity.ask_before_removing(is_used)
