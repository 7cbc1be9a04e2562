"""What the company demands of a sign-in: the roles that need a second factor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from platform_core import audit, clock, database
from platform_core.errors import Forbidden
from platform_core.i18n import N_
from platform_core.identity.model import Actor
from platform_core.identity.rights import require_in_person

_NAME = "second_factor_roles"
_REMEMBERED = 2.0

_memory: list[tuple[float, frozenset[str]]] = []


async def second_factor_roles() -> frozenset[str]:
    """Whoever has one of these roles signs in with a second factor. Remembered for two seconds."""
    now = clock.monotonic()
    if _memory and 0 <= now - _memory[0][0] < _REMEMBERED:
        return _memory[0][1]
    value = await database.fetch_value("SELECT value FROM tw_identity_policy WHERE name = ?", (_NAME,))
    found = frozenset(cast("list[str]", value or []))
    _memory[:] = [(now, found)]
    return found


async def needs_second_factor(roles: Iterable[str]) -> bool:
    """Whether one of these roles demands it. A role is meant by its bare name and by "app.name"."""
    return not {_bare(role) for role in await second_factor_roles()}.isdisjoint(map(_bare, roles))


def _bare(role: str) -> str:
    return role.rpartition(".")[2]


async def require_second_factor(roles: Sequence[str], *, actor: Actor) -> None:
    """From now on these roles, and no others, demand a second factor. Admins only.

    Who has none yet is led to set one up at the next step, and cannot do anything else before.
    """
    if not actor.is_unbounded:
        raise Forbidden(N_("Only an admin may change this."))
    require_in_person(actor)
    async with database.transaction():
        await database.execute("DELETE FROM tw_identity_policy WHERE name = ?", (_NAME,))
        wanted = sorted(set(roles))
        await database.execute("INSERT INTO tw_identity_policy (name, value) VALUES (?, ?)", (_NAME, wanted))
        await audit.write(
            "policy.second_factor", actor=actor, kind="user", subject="policy", detail={"roles": wanted}
        )
        database.after_commit(forget_policy)


def forget_policy() -> None:
    """Ask the database again."""
    _memory.clear()
