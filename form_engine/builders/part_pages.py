"""`/admin/design/form/{name}/{part}`: each part of a form as a page of its own."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from markupsafe import Markup

from form_engine.builders.hosting import AnyRequest, form_tabs, host_page, hosted
from form_engine.builders.parts import PARTS
from form_engine.designer import PartRequest
from platform_core import i18n, web
from platform_core.i18n import _

_BASE = "/admin/design/form/{name:str}"


async def _part_page(request: AnyRequest, name: str, which: str) -> Response[str]:
    part = next(one for one in PARTS if one.name == which)
    host = await hosted(request, "form", name)
    seen = web.visit(request)
    i18n.use(seen.language, seen.zone, formats=seen.formats)
    asked = PartRequest(
        request=request,
        actor=web.actor(request),
        draft=host.draft,
        at=part.at,
        value=host.raw.get(part.at[1:]),
    )
    fragment = Markup(await part.fragment(asked))  # made by our own templates
    return host_page(
        request, host, "form_engine/builders/part.html", here=_(part.label), scripts=(part.script,), part=part,
        fragment=fragment, tabs=form_tabs(host),
    )  # fmt: skip


@get(_BASE + "/rules", name="form_rules")
async def rules(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """What holds when."""
    return await _part_page(request, name, "rules")


@get(_BASE + "/stages", name="form_stages")
async def stages(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """Fields by stage, and the ways between the stages."""
    return await _part_page(request, name, "stages")


@get(_BASE + "/lists", name="form_lists")
async def lists(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """How records are found."""
    return await _part_page(request, name, "lists")


@get(_BASE + "/numbering", name="form_numbering")
async def numbering(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """How records are numbered."""
    return await _part_page(request, name, "numbering")


def part_page_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (rules, stages, lists, numbering)
