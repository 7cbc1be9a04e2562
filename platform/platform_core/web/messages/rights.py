"""Who may set up what the company shares with other systems."""

from __future__ import annotations

from platform_core.errors import Forbidden
from platform_core.identity import Actor


def require_admin(who: Actor) -> Actor:
    """The actor, if they are an admin; Forbidden otherwise, which looks like nothing being there."""
    if not who.is_unbounded:
        raise Forbidden()
    return who
