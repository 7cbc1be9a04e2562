"""Addresses of lists: the page, its next rows, the recycle bin, bulk actions, and what autocompletes ask."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from form_engine.screens.address import list_address
from form_engine.screens.forms import entity_named, path_of
from form_engine.screens.lists import list_page, plural_of
from form_engine.screens.offers import filter_for
from platform_core import identity, permissions, records, web
from platform_core.entities import Entity
from platform_core.errors import NotFound, TradewindError
from platform_core.i18n import _, ngettext
from platform_core.identity import Actor
from platform_core.records import BadQuery, RecordQuery
from platform_core.web import Crumb, Toast

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

_MOST_CHOICES = 20


@get("/r/{form:str}", name="list")
async def show_list(request: AnyRequest, form: FromPath[str]) -> Response[str]:
    """The list; for the sentinel only its next rows."""
    actor = web.actor(request)
    entity = readable(form, actor)
    query = {name: value for name, value in request.query_params.items()}
    if "column" in query:
        query["columns"] = ",".join(request.query_params.getall("column"))
    page = await list_page(entity, list_address(entity, query, path_of(entity), actor), actor)
    if web.is_fragment(request) and page.address.cursor:
        return web.page(request, "form_engine/_rows.html", list=page)
    frame = web.shell(request, crumbs=(Crumb(page.title),))
    return web.page(request, "form_engine/list.html", frame=frame, list=page)


@get("/r/{form:str}/bin", name="bin")
async def show_bin(request: AnyRequest, form: FromPath[str]) -> Response[str]:
    """Deleted records that this actor may see."""
    actor = web.actor(request)
    entity = readable(form, actor)
    found = await records.query(
        RecordQuery(form=entity.key, bin=True, fields=("owner",), cursor=request.query_params.get("cursor")),
        actor=actor,
    )
    title, path = plural_of(entity), path_of(entity)
    frame = web.shell(request, crumbs=(Crumb(title, f"/r/{path}"), Crumb(_("Recycle bin"))))
    return web.page(
        request, "form_engine/bin.html", frame=frame, entity=entity, form=path, title=title, records=found
    )


@post("/r/{form:str}/bulk", name="bulk")
async def bulk(request: AnyRequest, form: FromPath[str]) -> Response[str]:
    """Move the ticked records to the recycle bin; each one for itself, and those refused are counted."""
    actor = web.actor(request)
    entity = readable(form, actor)
    posted = await request.form()
    ids = [str(value) for value in posted.getall("ids[]", [])][:200]
    results = await records.batch(
        entity.key, delete=[records.Removal(id=each) for each in ids], atomic=False, actor=actor
    )
    done = sum(1 for result in results if result.ok)
    text = ngettext("{n} record moved to the recycle bin", "{n} records moved to the recycle bin", done)
    if done < len(ids):
        text += " " + ngettext("{n} was refused.", "{n} were refused.", len(ids) - done)
    page = await list_page(entity, list_address(entity, {}, path_of(entity), actor), actor)
    toast = Toast(text, tone="good" if done == len(ids) else "warm")
    frame = web.shell(request, crumbs=(Crumb(page.title),), toasts=(toast,))
    return web.page(request, "form_engine/list.html", frame=frame, list=page)


@get("/r/{form:str}/choices", name="record_choices")
async def record_choices(request: AnyRequest, form: FromPath[str]) -> dict[str, object]:
    """Records for an autocomplete, as this actor may see them; with `for` those that the rules of a form leave."""
    actor = web.actor(request)
    entity = readable(form, actor)
    q, narrowed = request.query_params.get("q", ""), await filter_for(dict(request.query_params), actor)
    try:
        found = await records.choices(entity.key, q, actor=actor, limit=_MOST_CHOICES, filter=narrowed)
    except BadQuery:  # the rule asks for what this actor may not filter by: the save has the last word
        found = await records.choices(entity.key, q, actor=actor, limit=_MOST_CHOICES)
    return {"items": [{"id": one.id, "title": one.title, "code": one.code or ""} for one in found]}


@get("/choices/users", name="user_choices")
async def user_choices(request: AnyRequest) -> dict[str, object]:
    """People for an autocomplete: active accounts by name, with their team; addresses for who manages people."""
    manages = permissions.may(web.actor(request), permissions.MANAGING)
    found = await identity.users(
        q=request.query_params.get("q", ""), active=True, limit=_MOST_CHOICES, addresses=manages
    )
    teams = await identity.team_names(one.team for one in found if one.team)
    notes = [one.email if manages else teams.get(one.team or "", "") for one in found]
    return {
        "items": [
            {"id": one.id, "title": one.name, "note": note} for one, note in zip(found, notes, strict=True)
        ]
    }


@get("/choices/teams", name="team_choices")
async def team_choices(request: AnyRequest) -> dict[str, object]:
    """Teams for an autocomplete."""
    web.actor(request)
    wanted = request.query_params.get("q", "").casefold()
    found = [team for team in await identity.teams() if wanted in team.name.casefold()]
    return {"items": [{"id": one.id, "title": one.name} for one in found[:_MOST_CHOICES]]}


def readable(form: str, actor: Actor) -> Entity:
    """The form, for an actor who reads any of it. NotFound otherwise: missing and forbidden look the same."""
    try:
        entity = entity_named(form)
    except TradewindError:
        raise NotFound() from None
    if not permissions.access(entity, actor).can("read"):
        raise NotFound()
    return entity


def list_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (show_list, show_bin, bulk, record_choices, user_choices, team_choices)
