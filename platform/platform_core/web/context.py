"""What is known of the present request: who asks, in which session, under which id."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from platform_core.errors import Unauthorized
from platform_core.i18n import AS_SPOKEN, Formats
from platform_core.identity import Actor, Session, nobody
from platform_core.web.htmx_tools import HtmxRequest
from platform_core.web.htmx_tools import read as read_htmx

VISIT = "tradewind"
"""The key in the ASGI scope under which the gate leaves the visit."""

Door = Literal["screen", "machine", "hook"]
"""screen: pages for people; machine: JSON under /api; hook: /hooks and /public, called by others' programs."""


class Visit(msgspec.Struct, kw_only=True):
    """One request. `known` is whom the gate has recognised, `session` is there with a session cookie only.

    `origin` is scheme and host as the browser sees them, `headers` have lower-case names.
    """

    request_id: str
    method: str
    path: str
    door: Door
    ip: str
    scheme: str
    origin: str
    headers: dict[str, str]
    query: str = ""
    known: Actor | None = None
    session: Session | None = None
    by_key: bool = False
    """Signed in by something that no browser sends by itself, so that no CSRF token is needed."""
    nonce: str = ""
    language: str = "en"
    zone: str = "UTC"
    formats: Formats = AS_SPOKEN
    """How this person wants numbers and dates on screens."""

    @property
    def actor(self) -> Actor:
        """Who asks: the person or program that was recognised, else nobody, with the address they come from."""
        return self.known or nobody(
            ip=self.ip, request_id=self.request_id, via="screen" if self.door == "screen" else "api"
        )

    @property
    def user_id(self) -> str | None:
        """Who was recognised, for log lines."""
        return self.known.user_id if self.known else None

    @property
    def signed_in(self) -> bool:
        return self.known is not None

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"

    @property
    def csrf_token(self) -> str:
        return self.session.csrf_token if self.session else ""

    @property
    def htmx(self) -> HtmxRequest:
        return read_htmx(self.headers)


class HasScope(Protocol):
    """A Litestar request, or anything else around an ASGI scope."""

    @property
    def scope(self) -> object: ...


def visit(request: HasScope) -> Visit:
    """The visit of a request. LookupError where the request did not come through the gate."""
    found = request.scope.get(VISIT) if isinstance(request.scope, dict) else None
    if isinstance(found, Visit):
        return found
    raise LookupError("the request did not come through the gate")


def actor(request: HasScope) -> Actor:
    """Who asks. Raises Unauthorized where nobody is signed in."""
    found = visit(request).known
    if found is None:
        raise Unauthorized()
    return found


def is_fragment(request: HasScope) -> bool:
    """Whether htmx asks for a piece of a page rather than the page."""
    return visit(request).htmx.fragment
