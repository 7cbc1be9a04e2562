"""The acting person as expressions know one."""

from __future__ import annotations

from functools import lru_cache

from platform_core.expressions import Person, UserView
from platform_core.identity import Actor


@lru_cache(maxsize=512)
def user_view(actor: Actor) -> UserView:
    """`user` of an expression."""
    return Person(
        actor.user_id,
        name=actor.name,
        email=actor.email,
        language=actor.language,
        zone=actor.zone,
        team=actor.team,
        teams=actor.teams,
        territories=actor.territories,
        roles=actor.roles,
    )


def standing(actor: Actor) -> tuple[object, ...]:
    """What of an actor decides which rows and fields they see: the key for what is remembered per person."""
    return (
        actor.user_id,
        actor.is_unbounded,
        actor.roles,
        actor.team,
        actor.teams,
        actor.territories,
        actor.zone,
    )
