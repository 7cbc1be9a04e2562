"""The OpenAPI 3.1 document, put together from what every room knows of its own routes, as one actor may see it."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

import msgspec

from platform_core import definitions, i18n, settings
from platform_core.identity import Actor

Json = Mapping[str, object]


class OpenApiPart(msgspec.Struct, frozen=True, kw_only=True):
    """What one room adds: path items by path, schemas by name, tags with a word on each."""

    paths: Mapping[str, Json] = {}
    schemas: Mapping[str, Json] = {}
    tags: Sequence[Json] = ()


OpenApiSource = Callable[[Actor], OpenApiPart]
"""Asked with the catalog pinned. It must answer the same for two actors with the same roles and language."""


class OpenApiDocument(msgspec.Struct, frozen=True):
    """The document as JSON bytes, with its ETag in quotes."""

    body: bytes
    etag: str


_KEPT = 50
_WORD = re.compile(r"\w+")
_sources: list[OpenApiSource] = []
_documents: OrderedDict[tuple[object, ...], OpenApiDocument] = OrderedDict()


def add_openapi(source: OpenApiSource) -> None:
    """Add a room's part. A path that two parts name, or a schema that they tell differently, is an error of the program."""
    if source not in _sources:
        _sources.append(source)
        _documents.clear()


def forget_openapi(source: OpenApiSource) -> None:
    """Take a part away again (tests, a plugin that is switched off)."""
    if source in _sources:
        _sources.remove(source)
        _documents.clear()


def openapi(actor: Actor) -> OpenApiDocument:
    """The document for everybody with these roles and this language; made once per version of the catalog."""
    catalog = definitions.catalog()
    roles = ("admin",) if actor.is_unbounded else actor.roles
    key = (catalog.change_set, catalog.version, roles, i18n.current().language)
    found = _documents.get(key)
    if found is None:
        body = msgspec.json.encode(_assembled(actor))
        found = _documents[key] = OpenApiDocument(body, f'"{hashlib.sha256(body).hexdigest()[:20]}"')
        if len(_documents) > _KEPT:
            _documents.popitem(last=False)
    return found


def _assembled(actor: Actor) -> dict[str, object]:
    paths: dict[str, Json] = {}
    schemas: dict[str, Json] = {}
    tags: list[Json] = []
    for source in _sources:
        part = source(actor)
        _add(paths, part.paths, "path")
        _add(schemas, part.schemas, "schema")
        tags.extend(part.tags)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{settings.current().company}: Tradewind",
            "version": settings.current().version or "0",
        },
        "servers": [{"url": "/"}],
        "security": [{"session": []}, {"key": []}],
        "tags": tags,
        "paths": {path: _named(path, item) for path, item in sorted(paths.items())},
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-tradewind",
                    "description": "From POST /api/v1/session; changes also carry its token as X-CSRF-Token.",
                },
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key (tw_…) of POST /api/v1/me/keys; it acts with its one role.",
                },
            },
        },
    }


def _named(path: str, item: Json) -> Json:
    """Each operation with an `operationId`, for programs that make clients: "get_calendars_calendar_id_days"."""
    words = "_".join(_WORD.findall(path.removeprefix("/api/v1")))
    return {
        method: {"operationId": f"{method}_{words}", **found} if isinstance(found, Mapping) else found
        for method, found in item.items()
    }


def _add(into: dict[str, Json], more: Mapping[str, Json], what: str) -> None:
    for name, item in more.items():
        if name in into and (what == "path" or into[name] != item):
            raise ValueError(f"two rooms describe the {what} {name!r}")
        into[name] = item
