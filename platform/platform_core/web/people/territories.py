"""`/admin/territories`: the parts of the world that people look after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import i18n, identity
from platform_core.errors import NotFound, TradewindError
from platform_core.i18n import _
from platform_core.identity import Territory
from platform_core.web.form_data import nest, pairs
from platform_core.web.frame import page
from platform_core.web.people.places import TERRITORIES, AnyRequest, frame, in_order, keeper, tabs
from platform_core.web.shell import Crumb, Option
from platform_core.web.telling import NOTHING, Told, told_by, went

ONE = TERRITORIES + "/{territory_id:str}"


class TerritoryForm(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of a territory, as they stand in the form."""

    name: str = ""
    parent: str | None = None
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()


@get(TERRITORIES, name="territories")
async def territory_tree(request: AnyRequest) -> Response[str]:
    """All territories."""
    keeper(request)
    lines = [
        (node, node.path.count("/") - 2, _shown(node)) for node in in_order(await identity.territories())
    ]
    return page(
        request,
        "people/territories.html",
        frame=frame(request, Crumb(_("Territories"))),
        tabs=tabs(),
        lines=lines,
        new_url=f"{TERRITORIES}/new",
        url=TERRITORIES,
    )


@get(TERRITORIES + "/new", name="new_territory")
async def new_territory(request: AnyRequest) -> Response[str]:
    """What a territory is asked for."""
    keeper(request)
    return await _page(request, None, TerritoryForm(), NOTHING)


@post(TERRITORIES + "/new", status_code=303, name="make_territory")
async def make_territory(request: AnyRequest) -> Response[str]:
    """A new territory."""
    who, form = keeper(request), await _read(request)
    try:
        await identity.create_territory(**msgspec.structs.asdict(form), actor=who)
    except TradewindError as error:
        return await _page(request, None, form, told_by(error))
    return went(TERRITORIES, "added")


@get(ONE, name="territory")
async def territory(request: AnyRequest, territory_id: FromPath[str]) -> Response[str]:
    """One territory."""
    keeper(request)
    node = await _node(territory_id)
    form = TerritoryForm(**{field: getattr(node, field) for field in TerritoryForm.__struct_fields__})
    return await _page(request, node, form, NOTHING)


@post(ONE, status_code=303, name="change_territory")
async def change_territory(request: AnyRequest, territory_id: FromPath[str]) -> Response[str]:
    """Say anew what it is."""
    who, form = keeper(request), await _read(request)
    node = await _node(territory_id)
    try:
        await identity.edit_territory(territory_id, **msgspec.structs.asdict(form), actor=who)
    except TradewindError as error:
        return await _page(request, node, form, told_by(error))
    return went(TERRITORIES, "saved")


@post(ONE + "/remove", status_code=303, name="remove_territory")
async def remove_territory(request: AnyRequest, territory_id: FromPath[str]) -> Response[str]:
    """Take it away."""
    who, node = keeper(request), await _node(territory_id)
    try:
        await identity.remove_territory(territory_id, actor=who)
    except TradewindError as error:
        form = TerritoryForm(**{field: getattr(node, field) for field in TerritoryForm.__struct_fields__})
        return await _page(request, node, form, told_by(error))
    return went(TERRITORIES, "removed")


def territory_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (territory_tree, new_territory, make_territory, territory, change_territory, remove_territory)


async def _node(territory_id: str) -> Territory:
    found = next((node for node in await identity.territories() if node.id == territory_id), None)
    if found is None:
        raise NotFound()
    return found


async def _read(request: AnyRequest) -> TerritoryForm:
    posted = nest(pairs(await request.form()))

    def many(name: str) -> tuple[str, ...]:
        value = posted.get(name)
        return tuple(str(one) for one in cast("list[object]", value)) if isinstance(value, list) else ()

    return TerritoryForm(
        name=str(posted.get("name", "")),
        parent=str(posted.get("parent", "")) or None,
        countries=many("countries"),
        languages=many("languages"),
        zones=many("zones"),
    )


async def _page(
    request: AnyRequest, node: Territory | None, form: TerritoryForm, told: Told
) -> Response[str]:
    language = i18n.current().language
    below = f"/{node.id}/" if node else "//"
    places = [
        Option(one.id, "\N{EM SPACE}" * (one.path.count("/") - 2) + one.name)
        for one in in_order(await identity.territories())
        if below not in one.path
    ]
    title = node.name if node else _("New territory")
    return page(
        request,
        "people/territory.html",
        frame=frame(request, Crumb(_("Territories"), TERRITORIES), Crumb(title)),
        status=told.status,
        title=title,
        node=node,
        form=form,
        told=told,
        places=places,
        country_options=[Option(*pair) for pair in i18n.countries(language)],
        language_options=[Option(*pair) for pair in i18n.spoken_languages(language)],
        zone_options=[Option(*pair) for pair in i18n.zones(language)],
        action=f"{TERRITORIES}/{node.id}" if node else f"{TERRITORIES}/new",
        cancel_url=TERRITORIES,
    )


def _shown(node: Territory) -> str:
    """What belongs to it, in a line."""
    found = [i18n.country_name(code) for code in node.countries]
    found += [i18n.language_name(code) for code in node.languages]
    return i18n.join_list(found, style="unit") if found else ""
