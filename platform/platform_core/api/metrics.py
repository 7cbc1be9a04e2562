"""`/metrics`: the numbers for Prometheus, to this machine or to who has the token; nobody else learns that they are."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from ipaddress import ip_address

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler

from platform_core import settings, telemetry
from platform_core.errors import NotFound
from platform_core.web import Visit, visit

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

_FORWARDED = ("x-forwarded-for", "x-forwarded-host", "forwarded", "x-real-ip")


@get("/metrics", include_in_schema=False)
async def metrics(request: AnyRequest) -> Response[bytes]:
    """One scrape of this process."""
    if not _may(visit(request)):
        raise NotFound()
    body, media_type = await telemetry.exposition()
    return Response(body, media_type=media_type, headers={"Cache-Control": "no-store"})


def _may(asking: Visit) -> bool:
    """The token, or a request from this machine that no proxy has passed on."""
    token = settings.current().metrics_token
    scheme, _, given = asking.headers.get("authorization", "").partition(" ")
    if token and scheme.lower() == "bearer":
        return hmac.compare_digest(given.strip().encode(), token.encode())
    if any(name in asking.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(asking.ip).is_loopback
    except ValueError:
        return False


def metrics_routes() -> Sequence[ControllerRouterHandler]:
    """The handler of this file."""
    return (metrics,)
