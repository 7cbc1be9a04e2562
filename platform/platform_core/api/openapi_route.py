"""`/api/v1/openapi.json`."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler

from platform_core.api.openapi_parts import openapi
from platform_core.api.preconditions import is_known
from platform_core.web import actor

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

_JSON = "application/json"


@get("/api/v1/openapi.json")
async def openapi_document(request: AnyRequest) -> Response[bytes]:
    """The document as this caller may see it; unchanged since its ETag: 304."""
    found = openapi(actor(request))
    headers = {"ETag": found.etag, "Cache-Control": "private, no-cache"}
    if is_known(request, found.etag):
        return Response(b"", status_code=304, headers=headers)
    return Response(found.body, media_type=_JSON, headers=headers)


def document_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (openapi_document,)
