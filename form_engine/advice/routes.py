"""The page of advice on indexes, and taking one: it goes into the form's draft, which is published like any other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from form_engine.advice.finding import Advice, advice
from form_engine.rest.requests import AnyRequest
from platform_core import definitions, web
from platform_core.definitions import Key, Raw
from platform_core.errors import NotFound
from platform_core.i18n import N_, _
from platform_core.plugins import Registry
from platform_core.web import AdminLink, Crumb

PAGE = "/admin/index-advice"


@get(PAGE, name="index_advice")
async def advice_page(request: AnyRequest) -> Response[str]:
    """What was slow, and what would help."""
    await definitions.listing("form", actor=web.actor(request))  # for whoever may define
    return web.page(
        request,
        "form_engine/index_advice.html",
        frame=web.shell(request, crumbs=(Crumb(_("Settings"), "/admin"), Crumb(_("Advice on indexes")))),
        advice=[(one, _address(one.form)) for one in await advice()],
        action=PAGE,
    )


@post(PAGE, status_code=303, name="take_index_advice")
async def take_advice(request: AnyRequest) -> Response[str]:
    """Put one index into the form's draft, and show its plan."""
    actor, posted = web.actor(request), await request.form()
    wanted = (str(posted.get("form", "")), str(posted.get("field", "")))
    await definitions.listing("form", actor=actor)
    found = next((one for one in await advice() if (one.form.full_name, one.field) == wanted), None)
    if found is None:
        raise NotFound()
    draft = await definitions.get_draft("form", found.form.full_name, actor=actor)
    patches = _patches(draft.definition, found)
    if patches:
        await definitions.patch_draft("form", found.form.full_name, draft.rev, patches, actor=actor)
    return Response("", status_code=303, headers={"Location": _address(found.form) + "/publish"})


def enter(registry: Registry) -> None:
    """The routes, and the way to them."""
    routes: Sequence[ControllerRouterHandler] = (advice_page, take_advice)
    registry.add_routes(routes)
    web.add_admin_link(
        AdminLink(
            label=N_("Advice on indexes"),
            text=N_("Lists that are slow, and what would make them quick"),
            url=PAGE,
            icon="bolt",
            group=N_("Operation"),
        )
    )


def _address(form: Key) -> str:
    return f"/admin/definitions/form/{form.full_name}"


def _patches(definition: Raw, found: Advice) -> list[dict[str, object]]:
    """The smallest change of the draft; none where it has the index already or no longer has the field."""
    if found.chip_for:
        lists = cast("list[Raw]", definition.get("lists", []))
        place = next((n for n, one in enumerate(lists) if one.get("name") == found.chip_for), None)
        if place is None or found.field in cast("list[str]", lists[place].get("chips", [])):
            return []
        chips = [*cast("list[str]", lists[place].get("chips", [])), found.field]
        return [{"op": "add", "path": f"/lists/{place}/chips", "value": chips}]
    fields = cast("list[Raw]", definition.get("fields", []))
    place = next((n for n, one in enumerate(fields) if one.get("name") == found.field), None)
    if place is None or fields[place].get("index"):
        return []
    return [{"op": "add", "path": f"/fields/{place}/index", "value": True}]
