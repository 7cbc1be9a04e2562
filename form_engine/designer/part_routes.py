"""The addresses of the designer's parts: their fragment, and the questions they ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.types import ControllerRouterHandler

from form_engine.designer.parts import AnyRequest, Part, PartRequest, part_named, valued
from platform_core import definitions, i18n, web
from platform_core.errors import NotFound

_PART = "/admin/design/form/{name:str}/part/{part:str}"
At = Annotated[str, QueryParameter(name="at")]


@get(_PART, name="design_part")
async def show_part(
    request: AnyRequest, name: FromPath[str], part: FromPath[str], at: At = ""
) -> Response[str]:
    """The part's fragment over the saved draft."""
    asked, found = await _asked(request, name, part, at)
    return _html(await found.fragment(asked))


@post(_PART, status_code=200, name="ask_design_part")
async def ask_part(
    request: AnyRequest, name: FromPath[str], part: FromPath[str], at: At = ""
) -> Response[str]:
    """What the part answers to a question of its own; nothing is changed."""
    asked, found = await _asked(request, name, part, at)
    if found.answer is None:
        raise NotFound()
    posted: Mapping[str, object] = web.nest(web.pairs(await request.form()))
    return _html(await found.answer(asked, posted))


def part_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (show_part, ask_part)


async def _asked(request: AnyRequest, name: str, part: str, at: str) -> tuple[PartRequest, Part]:
    who = web.actor(request)
    draft = await definitions.get_draft("form", name, actor=who)
    found = part_named(part)
    if not draft.definition or not found.fits(at):
        raise NotFound()
    seen = web.visit(request)
    i18n.use(seen.language, seen.zone, formats=seen.formats)
    value = valued(draft.definition, at)
    return PartRequest(request=request, actor=who, draft=draft, at=at, value=value), found


def _html(text: str) -> Response[str]:
    return Response(text, media_type="text/html")
