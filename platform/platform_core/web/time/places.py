"""Where these screens are, who may open them, and the frame around them."""

from __future__ import annotations

from litestar import Request

from platform_core import calendars, currencies, permissions
from platform_core.errors import Forbidden
from platform_core.i18n import N_, _
from platform_core.identity import Actor
from platform_core.web.context import HasScope, actor
from platform_core.web.frame import shell
from platform_core.web.shell import Crumb, Shell
from platform_core.web.telling import done_toasts

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

CALENDARS = "/admin/calendars"
RATES = "/admin/rates"
ABSENCES = "/me/absences"


def planner(request: HasScope) -> Actor:
    """Who asks, if they may set working hours. Raises Forbidden."""
    return _with(request, calendars.ACTION)


def treasurer(request: HasScope) -> Actor:
    """Who asks, if they may enter rates. Raises Forbidden."""
    return _with(request, currencies.ACTION)


def frame(request: HasScope, *crumbs: Crumb) -> Shell:
    """Settings, and where one is below."""
    return shell(request, crumbs=(Crumb(_("Settings"), "/admin"), *crumbs), toasts=done_toasts(request))


def _with(request: HasScope, action: str) -> Actor:
    who = actor(request)
    if not permissions.may(who, action):
        raise Forbidden(N_("None of your roles allows this."))
    return who
