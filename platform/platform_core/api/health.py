"""`/healthz` and `/readyz`: whether the process lives, and whether it can work."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import msgspec
from litestar import Response, get
from litestar.types import ControllerRouterHandler

from platform_core import database, definitions

_log = logging.getLogger("tradewind.api")


class Health(msgspec.Struct):
    """ "ok", or what is in the way, without anything a stranger could use."""

    status: str


@get("/healthz")
async def healthz() -> Health:
    """The process answers."""
    return Health("ok")


@get("/readyz")
async def readyz() -> Response[Health]:
    """The database answers and the definitions are loaded; 503 otherwise."""
    try:
        await database.fetch_value("SELECT 1")
        ready = definitions.catalog().version >= 0
    except Exception:  # noqa: BLE001 - whatever stands in the way: not ready
        _log.exception("not ready")
        ready = False
    return Response(Health("ok" if ready else "not ready"), status_code=200 if ready else 503)


def health_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (healthz, readyz)
