"""`/hs-codes?q=`: looking a customs number up, by its beginning or by words; the same as JSON below /api/v1."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromQuery

from hs_codes.numbers import dotted
from hs_codes.tariff import Entry, describe, entries, search
from platform_core import i18n, plugins, web
from platform_core.i18n import _

AnyRequest = Request[Any, Any, Any]
_MOST_WORDS = 100


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One code of the answer. `level`: chapter, heading or subheading."""

    code: str
    shown: str
    level: str
    text: str


def found(text: str, language: str, limit: int) -> list[Found]:
    """What the search shows."""
    return [_line(one, language) for one in search(text[:_MOST_WORDS], language, limit)]


def _line(one: Entry, language: str) -> Found:
    level = {2: "chapter", 4: "heading"}.get(len(one.code), "subheading")
    return Found(
        code=one.code, shown=dotted(one.code), level=level, text=describe(one.code, language) or one.english
    )


def _limit() -> int:
    return int(str(plugins.settings_of("hs_codes").get("results", 50)))


@get("/hs-codes", name="hs_codes")
async def search_page(request: AnyRequest, q: FromQuery[str] = "") -> Response[str]:
    """The page. Without words it lists the chapters."""
    language = i18n.current().language
    limit = _limit()
    rows = found(q, language, limit) if q.strip() else _chapters(language)
    return web.page(
        request,
        "hs_codes/search.html",
        frame=web.shell(request, crumbs=(web.Crumb(_("HS codes")),)),
        q=q,
        rows=rows,
        cut_off=bool(q.strip()) and len(rows) == limit,
        total=len(entries()),
    )


@get("/api/v1/hs-codes", name="api_hs_codes")
async def search_api(
    request: AnyRequest, q: FromQuery[str] = "", limit: FromQuery[int] = 20
) -> dict[str, list[Found]]:
    """{items: [{code, shown, level, text}]}, best first; at most 200."""
    return {"items": found(q, i18n.current().language, max(1, min(limit, 200)))}


def _chapters(language: str) -> list[Found]:
    return [_line(one, language) for one in entries().values() if len(one.code) == 2]
