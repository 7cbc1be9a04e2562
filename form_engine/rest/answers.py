"""What goes out: records as flat objects, with what the caller may do beside them."""

from __future__ import annotations

import msgspec
from litestar import MediaType, Response

from form_engine.rest.requests import Json
from platform_core import api
from platform_core.records import Page, Record

ACCESS = "_access"
"""The member that tells what the caller may do; no field can be called so."""


def record_view(record: Record) -> Json:
    """id, code, version and title, then the fields; related lists under the names of their fields."""
    view: Json = {"id": record.id, "code": record.code, "version": record.version, "title": record.title}
    view.update(record.values)
    if record.archived_at is not None:
        view["archived_at"] = record.archived_at
    for name, page in record.related.items():
        view[name] = page_view(page)
    if record.access is not None:
        view[ACCESS] = record.access
    return view


def page_view(page: Page) -> Json:
    """A page of records."""
    return api.page([record_view(record) for record in page.items], page.next_cursor, page.total)


def encoded(answer: Json, *, status: int = 200, headers: dict[str, str] | None = None) -> Response[bytes]:
    """An answer written as JSON here: the framework would look for a type in every value."""
    return Response(
        msgspec.json.encode(answer), status_code=status, headers=headers or {}, media_type=MediaType.JSON
    )


def with_etag(record: Record, *, status: int = 200, location: str | None = None) -> Response[bytes]:
    """One record and its version."""
    headers = {"ETag": api.etag(record.version)}
    if location is not None:
        headers["Location"] = location
    return encoded(record_view(record), status=status, headers=headers)


def address(form: str, record: str) -> str:
    """Where a record is found."""
    return f"/api/v1/records/{form}/{record}"
