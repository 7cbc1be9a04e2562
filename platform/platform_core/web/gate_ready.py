"""Whoever must set up a second factor does that first: until then nothing else is open."""

from __future__ import annotations

from platform_core.errors import Forbidden
from platform_core.i18n import N_
from platform_core.web.context import Visit

SET_UP = "/me/second-factor"
CODE = "second_factor_required"
_ALLOWED = frozenset({SET_UP, "/logout", "/login", "/api/v1/session", "/api/v1/me/second-factor"})


def refuse_unready(visit: Visit) -> None:
    """Raises Forbidden where the session's person still has to set up a second factor; screens lead there."""
    if visit.session is None or not visit.session.must_enrol or visit.path in _ALLOWED:
        return
    raise Forbidden(
        N_("Your role demands a second factor, and you have none yet."),
        code=CODE,
        remedy=N_("Set it up under Your account, Security."),
    )
