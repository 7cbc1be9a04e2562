"""Who is acting: people, their teams, territories and roles, how they sign in, and the system itself.

`Actor` travels with every command; `SYSTEM` is the platform acting by itself. A role is only a name here: what it
grants is the business of `permissions`.
"""

from platform_core.identity.model import (
    ADMIN_ROLE,
    SYSTEM,
    SYSTEM_ID,
    Actor,
    Session,
    Team,
    Territory,
    User,
    Via,
)

__all__ = [
    "ADMIN_ROLE",
    "SYSTEM",
    "SYSTEM_ID",
    "Actor",
    "Session",
    "Team",
    "Territory",
    "User",
    "Via",
]
