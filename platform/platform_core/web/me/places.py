"""Where the pages of one's own account are, and the frame around them."""

from __future__ import annotations

from litestar import Request

from platform_core.i18n import N_, _
from platform_core.web.context import HasScope
from platform_core.web.frame import shell
from platform_core.web.shell import Crumb, Shell, Tab
from platform_core.web.telling import done_toasts

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

ME = "/me"
SECURITY = "/me/security"
SECOND_FACTOR = "/me/second-factor"
KEYS = "/me/keys"

_TABS = (
    ("profile", N_("Profile"), ME),
    ("security", N_("Security"), SECURITY),
    ("absences", N_("Absences"), "/me/absences"),
    ("keys", N_("API keys"), KEYS),
)


def tabs() -> tuple[Tab, ...]:
    """The pages of one's account, beside each other."""
    return tuple(Tab(key, _(label), url) for key, label, url in _TABS)


def frame(request: HasScope, *more: Crumb) -> Shell:
    """Your account, and where one is below."""
    crumbs = (Crumb(_("Your account"), ME if more else ""), *more)
    return shell(request, crumbs=crumbs, toasts=done_toasts(request))
