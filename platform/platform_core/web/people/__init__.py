"""The screens of whoever looks after people: accounts, teams, territories, roles, keys, how one signs in.

Thin: every page asks `identity` and shows the answer; who may not manage people finds nothing here.
"""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from platform_core.i18n import N_
from platform_core.web.admin import AdminLink
from platform_core.web.people.listing import listing_routes
from platform_core.web.people.one import one_routes
from platform_core.web.people.one_actions import action_routes
from platform_core.web.people.places import PEOPLE
from platform_core.web.people.rules import rules_routes
from platform_core.web.people.teams import team_routes
from platform_core.web.people.territories import territory_routes
from platform_core.web.people.viewing import viewing_routes

PEOPLE_LINK = AdminLink(
    label=N_("People"),
    text=N_("Accounts, teams, territories, roles, how one signs in"),
    url=PEOPLE,
    icon="users",
)
"""The way from the admin home."""


def people_routes() -> Sequence[ControllerRouterHandler]:
    """Everything under /admin that is about people."""
    return (
        *listing_routes(),
        *one_routes(),
        *action_routes(),
        *team_routes(),
        *territory_routes(),
        *rules_routes(),
        *viewing_routes(),
    )


__all__ = ["PEOPLE_LINK", "people_routes"]
