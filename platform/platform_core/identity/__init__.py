"""Who is acting: people, their teams, territories and roles, how they sign in, and the system itself.

`Actor` travels with every command; `SYSTEM` is the platform acting by itself. A role is only a name here: what it
grants is the business of `permissions`. A session token is turned into an actor by `session_by_token`; another way to
prove who one is (an API key, an outside identity provider) joins at `web`'s door and ends in `actor_of`.
"""

from platform_core.identity.actors import NOBODY_ID, actor_of, nobody
from platform_core.identity.directory import (
    count_users,
    find_people,
    forget_names,
    names,
    user,
    user_by_email,
    users,
)
from platform_core.identity.loopback import keep_on_loopback
from platform_core.identity.migrations import MIGRATIONS
from platform_core.identity.model import (
    ADMIN_ROLE,
    SYSTEM,
    SYSTEM_ID,
    Actor,
    Person,
    Session,
    Team,
    Territory,
    User,
    Via,
)
from platform_core.identity.people import (
    Density,
    Theme,
    change_password,
    create_user,
    deactivate,
    place_user,
    reactivate,
    set_password,
    set_preferences,
    set_roles,
)
from platform_core.identity.sessions import (
    csrf_token,
    forget,
    forget_ended,
    session_by_token,
    sign_in,
    sign_out,
)
from platform_core.identity.structure import (
    create_team,
    create_territory,
    move_team,
    team_names,
    teams,
    territories,
    territory_names,
)

__all__ = [
    "ADMIN_ROLE",
    "MIGRATIONS",
    "NOBODY_ID",
    "SYSTEM",
    "SYSTEM_ID",
    "Actor",
    "Density",
    "Person",
    "Session",
    "Team",
    "Territory",
    "Theme",
    "User",
    "Via",
    "actor_of",
    "change_password",
    "count_users",
    "create_team",
    "create_territory",
    "create_user",
    "csrf_token",
    "deactivate",
    "find_people",
    "forget",
    "forget_ended",
    "forget_names",
    "keep_on_loopback",
    "move_team",
    "names",
    "nobody",
    "place_user",
    "reactivate",
    "session_by_token",
    "set_password",
    "set_preferences",
    "set_roles",
    "sign_in",
    "sign_out",
    "team_names",
    "teams",
    "territories",
    "territory_names",
    "user",
    "user_by_email",
    "users",
]
