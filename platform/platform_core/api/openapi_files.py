"""Uploads and downloads in the OpenAPI document."""

from __future__ import annotations

from platform_core.api.describing import Json
from platform_core.api.openapi_lines import OpenApiLine as Line
from platform_core.api.openapi_lines import lines_part, shape
from platform_core.api.openapi_parts import OpenApiPart
from platform_core.identity import Actor

_TEXT: Json = {"type": "string"}
_BYTES: Json = {"type": "string", "format": "binary"}
_FILE = shape(id={"type": "string", "format": "uuid"}, name=_TEXT, size={"type": "integer"}, type=_TEXT)

_LINES: tuple[Line, ...] = (
    Line(
        method="post",
        path="/files",
        summary="Upload a file; the answer is the value of a file field",
        body=shape(file=_BYTES),
        takes="multipart/form-data",
        status=201,
        answer=_FILE,
        refusals=(413,),
    ),
    Line(
        method="get",
        path="/files/{file_id}",
        summary="The bytes of a file that one uploaded or may read the record of",
        answer=_BYTES,
        sends="application/octet-stream",
        also={302: "Kept in a bucket: `Location` is a link to it that soon ends"},
    ),
)


def files_part(_actor: Actor) -> OpenApiPart:
    """The same for everybody."""
    return lines_part("files", "Uploads and downloads", _LINES)
