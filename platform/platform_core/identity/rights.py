"""Who may look after accounts. What a role allows is known above; this is the port through which it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from platform_core.errors import Forbidden, Invalid
from platform_core.i18n import N_
from platform_core.identity.model import ADMIN_ROLE, Actor, User

MayManage = Callable[[Actor], bool]
"""Whether some role of this person allows managing accounts. Asked of who is no admin only."""
MayGive = Callable[[Actor, str], bool]
"""Whether this person, who is no admin but manages accounts, may give a role to somebody."""

_judges: list[tuple[MayManage, MayGive]] = []


def use_rights(may_manage: MayManage, may_give: MayGive) -> None:
    """Fill the port; `permissions` does so when it enters. Until then only admins look after accounts."""
    _judges[:] = [(may_manage, may_give)]


def may_manage_people(actor: Actor) -> bool:
    """Whether `actor` may open, change and close accounts (those of admins only as an admin)."""
    return actor.is_unbounded or any(may_manage(actor) for may_manage, _give in _judges)


def require_manager(actor: Actor) -> None:
    """Raises Forbidden for who may not look after accounts."""
    if not may_manage_people(actor):
        raise Forbidden(N_("Only an admin may change accounts."))


def guard(actor: Actor, account: User) -> None:
    """An account of an admin is changed by admins only: whoever resets its password could become that admin."""
    if ADMIN_ROLE in account.roles and not actor.is_unbounded:
        raise Forbidden(N_("Only an admin may change the account of an admin."), code="account_of_admin")


def guard_roles(actor: Actor, account_id: str | None, before: Iterable[str], after: Iterable[str]) -> None:
    """Nobody gives what they could not have themselves, or changes their own roles, unless they are an admin."""
    changed = sorted(set(before) ^ set(after))
    if actor.is_unbounded or not changed:
        return
    if account_id == actor.user_id:
        raise Invalid.one("/roles", "own_roles", N_("You cannot change your own roles."))
    for role in changed:
        if role == ADMIN_ROLE or not any(may_give(actor, role) for _manage, may_give in _judges):
            raise Invalid.one(
                "/roles",
                "role_too_strong",
                N_("You may not give or take the role {role}: it allows more than you may."),
                role=role,
            )


def require_in_person(actor: Actor) -> None:
    """Raises Forbidden for a program with a key: keys, passwords and second factors are changed by people."""
    if actor.by_key:
        raise Forbidden(
            N_("An API key may not do this."),
            code="key_not_enough",
            remedy=N_("Sign in, and do it on the screen."),
        )
