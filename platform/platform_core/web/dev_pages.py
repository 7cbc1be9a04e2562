"""`/dev/patterns`: every macro in every state, for who builds screens. Answered on the machine itself only."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

import msgspec
from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler

from platform_core.errors import NotFound
from platform_core.web import patterns
from platform_core.web.context import visit
from platform_core.web.frame import shell_of

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State


def _only_here(request: AnyRequest) -> None:
    """From anywhere else the page does not exist."""
    try:
        here = ip_address(visit(request).ip).is_loopback
    except ValueError:
        here = False
    if not here:
        raise NotFound()


@get("/dev/patterns", include_in_schema=False)
async def pattern_page(request: AnyRequest) -> Response[str]:
    """The page, in the visitor's language and theme, in a sample frame."""
    _only_here(request)
    own = shell_of(visit(request))
    names = ("language", "zone", "theme", "density", "csrf_token", "nonce")
    frame = patterns.sample_shell(**{name: getattr(own, name) for name in names})
    return Response(patterns.page(frame), media_type="text/html; charset=utf-8")


@get("/dev/patterns/people.json", include_in_schema=False)
async def pattern_people(request: AnyRequest, q: str = "") -> Response[bytes]:
    """What the lookups of the page find."""
    _only_here(request)
    return Response(msgspec.json.encode({"items": patterns.people(q)}), media_type="application/json")


@get("/dev/patterns/schema.json", include_in_schema=False)
async def pattern_schema(request: AnyRequest) -> Response[bytes]:
    """What the JSON editor of the page completes from."""
    _only_here(request)
    return Response(msgspec.json.encode(patterns.SCHEMA), media_type="application/json")


def dev_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (pattern_page, pattern_people, pattern_schema)
