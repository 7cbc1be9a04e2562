"""Changes that another site makes a browser send: refused by origin, and by a token that only our pages know."""

from __future__ import annotations

from hmac import compare_digest

from platform_core.errors import Forbidden
from platform_core.i18n import N_
from platform_core.web.context import Visit
from platform_core.web.gate_body import LimitedBody, form_field

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
FIELD = "_csrf_token"
_HEADER = "x-csrf-token"
_SIGN_IN = frozenset({"/login", "/api/v1/session"})
"""Posting here acts for nobody yet; the origin is what stops a foreign page from signing somebody in."""


async def refuse_forgery(visit: Visit, body: LimitedBody) -> None:
    """Raises Forbidden for a change that did not begin on one of our own pages.

    Hooks and public forms are called from anywhere and carry no session; a key is sent by no browser by itself.
    """
    if visit.method in SAFE_METHODS or visit.door == "hook" or visit.by_key:
        return
    _refuse_foreign_origin(visit)
    if visit.session is None or (visit.method == "POST" and visit.path in _SIGN_IN):
        return
    given = visit.headers.get(_HEADER) or await form_field(body, visit.headers.get("content-type", ""), FIELD)
    if not compare_digest(given.encode(), visit.csrf_token.encode()):
        raise Forbidden(
            N_("This change did not come from a page of your session."),
            code="csrf",
            remedy=N_(
                "Reload the page and do it again; a program sends the token of its session as X-CSRF-Token."
            ),
        )


def _refuse_foreign_origin(visit: Visit) -> None:
    """Browsers say where a request began: `Sec-Fetch-Site`, else `Origin`. A program says neither."""
    site, origin = visit.headers.get("sec-fetch-site"), visit.headers.get("origin")
    foreign = site not in ("same-origin", "none") if site else origin is not None and origin != visit.origin
    if foreign:
        raise Forbidden(N_("This request began on another site."), code="foreign_origin")
