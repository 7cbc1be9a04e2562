"""The browser files over HTTP."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core.errors import NotFound
from platform_core.web import assets

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, no-cache"

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State


@get("/static/{stamp:str}/{name:path}", name="static", include_in_schema=False)
async def browser_file(request: AnyRequest, stamp: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """A file of the browser. Under today's stamp it may be kept for ever; under another one it is asked for again."""
    found = assets.find(name.lstrip("/"))
    if found is None:
        raise NotFound()
    kept = _FOR_EVER if stamp == assets.version() else _ASK_AGAIN
    headers = {"Cache-Control": kept, "ETag": found.etag}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers)
    return Response(found.body, media_type=found.media_type, headers=headers)


def static_routes() -> Sequence[ControllerRouterHandler]:
    """The handler of this file."""
    return (browser_file,)
