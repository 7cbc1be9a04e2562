"""Actors: what is known of an account, put together for one request or job."""

from __future__ import annotations

from typing import cast

from platform_core import database
from platform_core.database import Row
from platform_core.errors import NotFound
from platform_core.i18n import N_
from platform_core.identity.model import SYSTEM, SYSTEM_ID, Actor, Via

NOBODY_ID = "00000000-0000-7000-8000-000000000001"
"""The user id of audit rows about somebody who has not signed in."""


def nobody(*, ip: str = "", request_id: str = "", via: Via = "api") -> Actor:
    """Somebody unknown: no role, no row, no field."""
    return Actor(user_id=NOBODY_ID, name="", ip=ip, request_id=request_id, via=via)


async def actor_of(user_id: str, via: Via = "job") -> Actor:
    """The actor of an active account, read from the database. Raises NotFound for a missing or closed one."""
    if user_id == SYSTEM_ID:
        return SYSTEM
    row = await database.fetch_one(
        "SELECT id, name, email, language, zone, team FROM tw_identity_user WHERE id = ? AND active",
        (user_id,),
    )
    if row is None:
        raise NotFound(N_("There is no such active account."))
    return await actor_from(row, via)


async def actor_from(row: Row, via: Via) -> Actor:
    """The actor of a row with id, name, email, language, zone and team of an account."""
    user_id = str(row["id"])
    team = cast("str | None", row["team"])
    return Actor(
        user_id=user_id,
        name=str(row["name"]),
        email=str(row["email"]),
        roles=await roles_of(user_id),
        team=team,
        teams=await _team_and_below(team) if team else (),
        territories=await _territories_and_below(user_id),
        language=str(row["language"]),
        zone=str(row["zone"]),
        via=via,
    )


async def roles_of(user_id: str) -> tuple[str, ...]:
    """Role names of an account, sorted."""
    rows = await database.fetch_tuples(
        "SELECT role FROM tw_identity_user_role WHERE user_id = ? ORDER BY role", (user_id,)
    )
    return tuple(str(role) for (role,) in rows)


async def territories_of(user_id: str) -> tuple[str, ...]:
    """Ids of the territories that were given to an account, without those below."""
    rows = await database.fetch_tuples(
        "SELECT territory_id FROM tw_identity_user_territory WHERE user_id = ? ORDER BY territory_id",
        (user_id,),
    )
    return tuple(str(found) for (found,) in rows)


async def _team_and_below(team: str) -> tuple[str, ...]:
    # A path holds ids and slashes only, so LIKE needs no escape.
    rows = await database.fetch_tuples(
        "SELECT b.id FROM tw_identity_team a JOIN tw_identity_team b ON b.path LIKE a.path || '%'"
        " WHERE a.id = ? ORDER BY b.id",
        (team,),
    )
    return tuple(str(found) for (found,) in rows)


async def _territories_and_below(user_id: str) -> tuple[str, ...]:
    rows = await database.fetch_tuples(
        "SELECT DISTINCT b.id FROM tw_identity_user_territory u JOIN tw_identity_territory a ON a.id = u.territory_id"
        " JOIN tw_identity_territory b ON b.path LIKE a.path || '%' WHERE u.user_id = ? ORDER BY b.id",
        (user_id,),
    )
    return tuple(str(found) for (found,) in rows)
