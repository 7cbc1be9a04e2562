"""Actions that belong to no single record: importing, changing definitions, reading the audit."""

from __future__ import annotations

from platform_core import audit
from platform_core.errors import Forbidden
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.permissions.roles import role_definition, roles_of

_known: dict[str, str] = {
    "import": N_("Load files of records"),
    "definitions": N_("Change forms, roles and other definitions"),
    "audit": N_("Read the audit"),
    "users": N_("Manage accounts"),
}


def register_action(name: str, label: str) -> None:
    """Make an action known, with a message id that says what it allows. An engine or app calls it when it enters."""
    _known[name] = label


def known_actions() -> dict[str, str]:
    """Every known action and what it allows (message id)."""
    return dict(_known)


def actions(actor: Actor) -> frozenset[str]:
    """What the actor's roles allow beyond records; everything that is known for an admin."""
    if actor.is_unbounded:
        return frozenset(_known)
    return frozenset(action for role in roles_of(actor.roles) for action in role_definition(role).actions)


def may(actor: Actor, action: str) -> bool:
    """Whether some role of the actor has the action."""
    return actor.is_unbounded or action in actions(actor)


async def require(actor: Actor, action: str) -> None:
    """Returns for who may; else notes the refusal and raises Forbidden. Call it before a transaction begins."""
    if not may(actor, action):
        await audit.refused(f"action.{action}", actor=actor, detail={"action": action})
        raise Forbidden(
            N_("None of your roles allows this."),
            params={"action": action},
            remedy=N_("Ask an admin for a role with the action '{action}'."),
        )


def role_names(actor: Actor) -> frozenset[str]:
    """The actor's roles by every name that means them: as given, bare, and "app.name"."""
    names = set(actor.roles)
    for role in roles_of(actor.roles):
        names |= {role.key.name, role.key.full_name}
    return frozenset(names)
