"""`/api/v1/schemas/{kind}.json`: the JSON Schema of each kind, for editors and checkers."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import definitions
from platform_core.errors import NotFound
from platform_core.web import actor

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

_MEDIA_TYPE = "application/schema+json"
_ENDING = ".json"


@get("/api/v1/schemas")
async def schema_list(request: AnyRequest) -> dict[str, object]:
    """The kinds and where their schemas are."""
    actor(request)
    kinds = sorted(definitions.kinds(), key=lambda kind: kind.name)
    items = [
        {"kind": kind.name, "schema": kind.schema, "href": f"/api/v1/schemas/{kind.name}.json"}
        for kind in kinds
    ]
    return {"items": items, "next_cursor": None}


@get("/api/v1/schemas/{file:str}")
async def schema(request: AnyRequest, file: FromPath[str]) -> Response[bytes]:
    """The schema of one kind. It knows the field types and steps of the installed plugins."""
    actor(request)
    if not file.endswith(_ENDING):
        raise NotFound()
    found = msgspec.json.encode(definitions.schema_of(file.removesuffix(_ENDING)))
    return Response(found, media_type=_MEDIA_TYPE, headers={"Cache-Control": "private, max-age=60"})


def schema_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (schema_list, schema)
