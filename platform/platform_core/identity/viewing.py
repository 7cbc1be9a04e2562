"""Looking at the product as somebody else sees it: an admin, in person, read-only, for an hour at most.

The session stays the admin's own. While it looks as somebody else, whoever asks is that person with their roles, teams
and zone, in the admin's language; `Actor.viewer` names the admin, who is the one the audit writes down.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

import msgspec

from platform_core import audit, clock, database
from platform_core.database import Row
from platform_core.errors import Conflict, Forbidden, Invalid, NotFound
from platform_core.i18n import N_
from platform_core.identity.actors import actor_of
from platform_core.identity.directory import user
from platform_core.identity.model import Actor, Viewing
from platform_core.identity.rights import require_in_person

LONGEST = timedelta(hours=1)


async def begin_viewing(user_id: str, *, actor: Actor) -> Viewing:
    """From now on the actor's session looks as this person. Raises Forbidden for who is no admin, NotFound, Conflict
    for a closed account, Invalid for oneself."""
    require_in_person(actor)
    if not actor.is_admin or actor.viewer is not None or actor.session_id is None:
        raise Forbidden(N_("Only an admin may look as somebody else."))
    if user_id == actor.user_id:
        raise Invalid.one("", "oneself", N_("You see the product with your own eyes already."))
    person = await user(user_id)
    if not person.active:
        raise Conflict(N_("This account is closed: nobody sees anything with it."), code="account_closed")
    until = clock.now() + LONGEST
    async with database.transaction():
        await database.execute(
            "UPDATE tw_identity_session SET view_user = ?, view_until = ? WHERE id = ?",
            (user_id, until, actor.session_id),
        )
        await _note("session.view_as", user_id, actor, {"until": until.isoformat()})
    return Viewing(user_id=user_id, name=person.name, until=until)


async def stop_viewing(actor: Actor, *, how: str = "ended") -> None:
    """The session is the admin's own again; stopping what is over is no error. `how`: "ended" or "expired"."""
    async with database.transaction():
        seen = await database.fetch_value(
            "SELECT view_user FROM tw_identity_session WHERE id = ?", (actor.session_id,)
        )
        if seen is None:
            return
        await database.execute(
            "UPDATE tw_identity_session SET view_user = NULL, view_until = NULL WHERE id = ?",
            (actor.session_id,),
        )
        await _note("session.view_as_end", str(seen), actor, {"how": how})


async def eyes_of(row: Row, actor: Actor) -> tuple[Actor, Viewing | None]:
    """Who looks in a session: the person of its row, or whom that admin looks as. What is over is put away."""
    if row["view_user"] is None:
        return actor, None
    until = cast("datetime", row["view_until"])
    if until <= clock.now() or not actor.is_admin:
        await stop_viewing(actor, how="expired")
        return actor, None
    try:
        person = await actor_of(str(row["view_user"]), actor.via)
    except NotFound:
        await stop_viewing(actor, how="expired")
        return actor, None
    seen = msgspec.structs.replace(
        person, language=actor.language, session_id=actor.session_id, viewer=actor.user_id
    )
    return seen, Viewing(user_id=person.user_id, name=person.name, until=until)


async def _note(action: str, user_id: str, actor: Actor, detail: dict[str, object]) -> None:
    await audit.write(action, actor=actor, kind="session", subject=f"user/{user_id}", detail=detail)
