"""Uploads and downloads. A file belongs to its uploader until a record takes it, then to the record's readers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from urllib.parse import quote
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import File, Redirect, Stream
from litestar.types import ControllerRouterHandler

from platform_core import files
from platform_core.errors import Invalid
from platform_core.i18n import N_
from platform_core.web import actor

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

_CHUNK = 256 * 1024


@post("/api/v1/files", name="upload")
async def upload(request: AnyRequest) -> dict[str, object]:
    """Take one file (part "file") and answer how a file field names it."""
    who = actor(request)
    part = (await request.form()).get("file")
    if not isinstance(part, UploadFile):
        raise Invalid.one(
            "/file", "required", N_("The request holds no file."), remedy=N_('Send it as the part "file".')
        )
    stored = await files.store(part.filename, _chunks(part), actor=who)
    return stored.wire


@get(["/api/v1/files/{file_id:uuid}", "/files/{file_id:uuid}"], name="download")
async def download(request: AnyRequest, file_id: FromPath[UUID]) -> File | Stream | Redirect:
    """The bytes. Only pictures and PDF documents are shown in the browser; everything else is saved."""
    opened = await files.opened(str(file_id), actor=actor(request))
    if opened.link is not None:
        return Redirect(opened.link, status_code=302, headers={"Cache-Control": "no-store"})
    inline = opened.file.type in files.SHOWN_INLINE
    media_type = opened.file.type if inline else "application/octet-stream"
    headers = {
        "Content-Disposition": f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(opened.file.name)}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, max-age=300",
    }
    if opened.path is not None:
        return File(path=opened.path, media_type=media_type, headers=headers)
    return Stream(opened.chunks(), media_type=media_type, headers=headers)


def file_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (upload, download)


async def _chunks(part: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await part.read(_CHUNK):
        yield chunk
