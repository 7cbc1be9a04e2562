"""The cookies we set."""

from __future__ import annotations

from litestar.datastructures import Cookie

from platform_core.identity import Session
from platform_core.web.context import Visit
from platform_core.web.gate_entry import LANGUAGE_COOKIE, session_cookie_name

_KEPT = 14 * 24 * 3600  # seconds; the server ends a session earlier, this only lets a phone keep it
_YEAR = 365 * 24 * 3600


def session_cookie(visit: Visit, session: Session) -> Cookie:
    """Carries the session's token. Over HTTPS it is a `__Host-` cookie, which demands Secure, Path=/ and no Domain."""
    return _cookie(visit, session_cookie_name(visit), session.token, _KEPT)


def no_session_cookie(visit: Visit) -> Cookie:
    """Takes the session cookie away."""
    return _cookie(visit, session_cookie_name(visit), "", 0)


def language_cookie(visit: Visit, language: str) -> Cookie:
    """Remembers the language of somebody who has not signed in."""
    return _cookie(visit, LANGUAGE_COOKIE, language, _YEAR)


def _cookie(visit: Visit, name: str, value: str, age: int) -> Cookie:
    return Cookie(
        key=name, value=value, max_age=age, path="/", secure=visit.is_secure, httponly=True, samesite="lax"
    )
