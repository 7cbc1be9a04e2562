"""Whoever looks with somebody else's eyes changes nothing, and sees nothing of how that person signs in."""

from __future__ import annotations

from platform_core.errors import Forbidden
from platform_core.i18n import N_
from platform_core.web.context import Visit
from platform_core.web.gate_origin import SAFE_METHODS

END = "/view-as/end"
_ALLOWED = frozenset({("POST", END), ("POST", "/logout"), ("DELETE", "/api/v1/session")})
_CLOSED = ("/me/", "/api/v1/me/")
"""One's own keys, sessions and second factor: an admin who looks on is not that person."""


def refuse_while_viewing(visit: Visit) -> None:
    """Raises Forbidden for every change, and for what only the person themselves may look at."""
    if visit.session is None or visit.session.viewing is None:
        return
    changes = visit.method not in SAFE_METHODS and (visit.method, visit.path) not in _ALLOWED
    if changes or visit.path == "/me" or visit.path.startswith(_CLOSED):
        raise Forbidden(
            N_("You are looking as {name}: nothing can be changed."),
            code="viewing_as",
            params={"name": visit.session.viewing.name},
            remedy=N_("End the view first."),
        )
