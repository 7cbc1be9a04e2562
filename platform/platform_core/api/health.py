"""`/healthz` and `/readyz`: whether the process lives, and whether it can work."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from litestar import Response, get
from litestar.types import ControllerRouterHandler

from platform_core import operations


class Health(msgspec.Struct):
    """ "ok", or what is in the way, without anything a stranger could use."""

    status: str


@get("/healthz")
async def healthz() -> Health:
    """The process answers."""
    return Health("ok")


@get("/readyz")
async def readyz() -> Response[Health]:
    """The database answers, its tables are this program's, the definitions are loaded; 503 otherwise."""
    ready = await operations.obstacle() == ""
    return Response(
        Health("ok" if ready else "not ready"),
        status_code=200 if ready else 503,
        headers={} if ready else {"Retry-After": "5"},
    )


def health_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (healthz, readyz)
