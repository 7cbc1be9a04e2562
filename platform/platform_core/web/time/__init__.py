"""The screens about time and money of the whole company: working hours, who works by which, absences, rates."""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from platform_core.i18n import N_
from platform_core.web.admin import AdminLink
from platform_core.web.time.absence_pages import absence_routes
from platform_core.web.time.calendar_list import calendar_list_routes
from platform_core.web.time.calendar_one import calendar_one_routes
from platform_core.web.time.places import CALENDARS, RATES
from platform_core.web.time.rate_pages import rate_routes

TIME_LINKS = (
    AdminLink(
        label=N_("Working hours"),
        text=N_("Weeks, holidays, make-up days, who works by which calendar"),
        url=CALENDARS,
        icon="calendar",
    ),
    AdminLink(
        label=N_("Rates of exchange"),
        text=N_("Dated rates, entered, imported or fetched"),
        url=RATES,
        icon="coin",
    ),
)
"""The ways from the admin home."""


def time_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of these screens."""
    return (*calendar_list_routes(), *calendar_one_routes(), *absence_routes(), *rate_routes())


__all__ = ["TIME_LINKS", "time_routes"]
