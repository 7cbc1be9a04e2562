"""`POST /hooks/{connector}/{token}`: other systems knock here. `/api/v1/inbox`: what came in, for admins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import audit, inbox
from platform_core.api.paging import limit, page
from platform_core.errors import PayloadTooLarge
from platform_core.i18n import N_
from platform_core.web import actor, require_admin, visit

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State


class ReceivedView(msgspec.Struct, kw_only=True):
    """A payload in a list: never its bytes."""

    id: str
    source: str
    external_id: str
    received_at: datetime
    state: inbox.State
    attempts: int
    repeats: int
    error: str | None
    result: dict[str, Any] | None


@post("/hooks/{connector:str}/{token:str}", status_code=202)
async def hook(request: AnyRequest, connector: FromPath[str], token: FromPath[str]) -> dict[str, object]:
    """Keep a payload and let the sender go. The same one again is kept once."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > inbox.MAX_BYTES:
            raise PayloadTooLarge(
                N_("A payload holds at most {limit} KB."), params={"limit": inbox.MAX_BYTES // 1024}
            )
    kept, new = await inbox.receive(connector, token, bytes(body), visit(request).headers)
    return {"id": kept, "new": new}


@get("/api/v1/inbox")
async def list_received(request: AnyRequest) -> dict[str, object]:
    """The newest first. `?state=received|done|failed`, `?limit=`, `?cursor=`."""
    require_admin(actor(request))
    asked = request.query_params
    size = limit(asked.get("limit"))
    found = await inbox.listing(state=asked.get("state", ""), before=asked.get("cursor", ""), limit=size + 1)
    return page([_view(one) for one in found[:size]], found[size - 1].id if len(found) > size else None)


@get("/api/v1/inbox/{received:uuid}")
async def show_received(request: AnyRequest, received: FromPath[UUID]) -> dict[str, object]:
    """One with its payload as text; looking at it is noted in the audit."""
    who = require_admin(actor(request))
    found = await inbox.find(str(received))
    await audit.write("inbox.read", actor=who, kind="inbox", subject=f"inbox/{found.id}")
    return {
        **msgspec.to_builtins(_view(found)), "headers": found.headers, "payload": found.payload.decode("utf-8", "replace")
    }  # fmt: skip


@post("/api/v1/inbox/{received:uuid}/retry", status_code=202)
async def retry_received(request: AnyRequest, received: FromPath[UUID]) -> dict[str, str]:
    """Work on a failed one again."""
    await inbox.retry(str(received), actor=require_admin(actor(request)))
    return {"state": "received"}


def hook_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (hook, list_received, show_received, retry_received)


def _view(found: inbox.Received) -> ReceivedView:
    return ReceivedView(
        id=found.id, source=found.source, external_id=found.external_id, received_at=found.received_at,
        state=found.state, attempts=found.attempts, repeats=found.repeats, error=found.last_error, result=found.result,
    )  # fmt: skip
