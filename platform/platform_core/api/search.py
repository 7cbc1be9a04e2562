"""`/api/v1/search?q=`: what the caller finds, by form, the best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from litestar import Request, get
from litestar.params import FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from platform_core import search
from platform_core.api.describing import Json, answers, parameter
from platform_core.api.openapi_parts import OpenApiPart
from platform_core.api.paging import limit
from platform_core.identity import Actor
from platform_core.search import Hit, Piece
from platform_core.web import actor, form_url

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

_MOST = 50


@get("/api/v1/search", name="search_api")
async def search_records(
    request: AnyRequest,
    q: FromQuery[str] = "",
    form: Annotated[str, QueryParameter(name="form")] = "",
    asked: Annotated[str | None, QueryParameter(name="limit")] = None,
) -> dict[str, Any]:
    """Groups of hits. `form` (a key, "trade_crm.account") limits it; `limit` is per form, at most 50."""
    most = min(limit(asked, search.PER_FORM), _MOST)
    found = await search.find(q, actor=actor(request), forms=(form,) if form else (), per_form=most)
    return {
        "query": found.query,
        "too_short": found.too_short,
        "cut_off": found.cut_off,
        "groups": [
            {
                "form": group.entity.key,
                "more": group.more,
                "items": [_wire(hit, form_url(group.entity)) for hit in group.hits],
            }
            for group in found.groups
        ],
    }


def search_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (search_records,)


def _wire(hit: Hit, address: str) -> dict[str, object]:
    """`title_pieces` and `excerpt` are texts with what was looked for marked: plain text, no markup."""
    return {
        "id": hit.id,
        "code": hit.code,
        "title": hit.title,
        "url": f"{address}/{hit.id}",
        "title_pieces": _pieces(hit.pieces),
        "field": hit.field or None,
        "excerpt": _pieces(hit.excerpt),
    }


def _pieces(pieces: Sequence[Piece]) -> list[Mapping[str, object]]:
    return [{"text": text, "hit": hit} for text, hit in pieces]


def search_part(_actor: Actor) -> OpenApiPart:
    """The route in the OpenAPI document."""
    text: Json = {"type": "string"}
    pieces: Json = {
        "type": "array",
        "items": {"type": "object", "properties": {"text": text, "hit": {"type": "boolean"}}},
    }
    hit: Json = {
        "type": "object",
        "properties": {
            "id": text, "code": {"type": ["string", "null"]}, "title": text, "url": text,
            "title_pieces": pieces, "field": {"type": ["string", "null"]}, "excerpt": pieces,
        },
    }  # fmt: skip
    group: Json = {
        "type": "object",
        "properties": {
            "form": text, "more": {"type": "boolean"}, "items": {"type": "array", "items": hit},
        },
    }  # fmt: skip
    answer: Json = {
        "type": "object",
        "properties": {
            "query": text, "too_short": {"type": "boolean"}, "cut_off": {"type": "boolean"},
            "groups": {"type": "array", "items": group},
        },
    }  # fmt: skip
    operation = {
        "tags": ["search"],
        "summary": "Find records by name, number, mail address, phone or text",
        "parameters": [
            parameter("q", "query", "What to find; all words must stand in the record"),
            parameter("form", "query", "Only this form (its key)"),
            parameter("limit", "query", "Hits per form, at most 50", {"type": "integer"}),
        ],
        "responses": answers({"200": ("Hits by form, the best first", answer)}, 401),
    }
    return OpenApiPart(
        paths={"/api/v1/search": {"get": operation}},
        tags=({"name": "search", "description": "One search over everything the caller may see"},),
    )
