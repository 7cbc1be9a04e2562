"""Addresses of exports: one for programs, and the screens that ask what for and show how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from form_engine.exports.order import ExportOrder, read_order
from form_engine.exports.service import EXPORT, allowed, most_rows, start
from form_engine.exports.work import chosen_fields, headings
from form_engine.rest.requests import AnyRequest, json_object
from form_engine.screens.address import list_address
from form_engine.screens.filters import expression_of, known_rules, parse_rules
from form_engine.screens.forms import path_of
from form_engine.screens.lists import plural_of
from platform_core import jobs, permissions, records, web
from platform_core.entities import Entity
from platform_core.errors import Conflict, Invalid, NotFound
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.web import Crumb

_UNPROCESSABLE = 422
_POSTED = ("format", "filter", "view", "q", "reason")


@post("/api/v1/records/{form:str}/export", status_code=202, name="export_api")
async def export_api(request: AnyRequest, form: FromPath[str]) -> dict[str, object]:
    """Begin an export; the job's result names the file."""
    actor = web.actor(request)
    job = await start(form, read_order(await json_object(request)), actor=actor)
    return {"job": job}


@get("/r/{form:str}/export", name="export_form")
async def export_form(request: AnyRequest, form: FromPath[str]) -> Response[str]:
    """What to take out of the list that is on the screen, as what, and what for."""
    actor = web.actor(request)
    entity = allowed(form, actor)
    return await _page(request, entity, actor, _listed(entity, request, actor))


@post("/r/{form:str}/export", status_code=303, name="export_post")
async def export_post(request: AnyRequest, form: FromPath[str]) -> Response[str]:
    """Begin the export and show how far it is."""
    actor = web.actor(request)
    entity = allowed(form, actor)
    posted = await request.form()
    order = ExportOrder(reason=str(posted.get("reason", "")))
    try:
        order = read_order({name: str(posted[name]) for name in _POSTED if posted.get(name)})
        job = await start(entity.key, order, actor=actor)
    except (Invalid, Conflict) as error:
        problems = error.errors if isinstance(error, Invalid) else ()
        text = " ".join(_(one.message, **one.params) for one in problems) or _(error.message, **error.params)
        return await _page(request, entity, actor, order, error=text, status=_UNPROCESSABLE)
    return Response("", status_code=303, headers={"Location": f"/r/{path_of(entity)}/export/{job}"})


@get("/r/{form:str}/export/{job_id:uuid}", name="export_progress")
async def export_progress(request: AnyRequest, form: FromPath[str], job_id: FromPath[UUID]) -> Response[str]:
    """How far the export is, and then the file."""
    actor = web.actor(request)
    entity = allowed(form, actor)
    job = await jobs.get(str(job_id))
    if job is None or job.kind != EXPORT or not (actor.is_unbounded or job.created_by == actor.user_id):
        raise NotFound()
    url, result = f"/r/{path_of(entity)}/export/{job.id}", job.result or {}
    rows, file = result.get("rows", job.progressed.done), result.get("file")
    if web.is_fragment(request):
        return web.page(request, "form_engine/_export_state.html", job=job, url=url, file=file, rows=rows)
    return web.page(
        request,
        "form_engine/export_progress.html",
        frame=web.shell(request, crumbs=_crumbs(entity)),
        title=plural_of(entity),
        form=path_of(entity),
        job=job,
        url=url,
        file=file,
        rows=rows,
    )


def export_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (export_api, export_form, export_post, export_progress)


def _listed(entity: Entity, request: AnyRequest, actor: Actor) -> ExportOrder:
    """The order that means the list as it stands on the screen."""
    address = list_address(entity, dict(request.query_params.items()), path_of(entity), actor)
    rules = known_rules(entity, permissions.access(entity, actor), parse_rules(address.filter))
    filter = expression_of(entity, rules, actor.user_id)
    return ExportOrder(filter=filter, view=address.view or None, q=address.q or None)


async def _page(
    request: AnyRequest, entity: Entity, actor: Actor, order: ExportOrder, error: str = "", status: int = 200
) -> Response[str]:
    rows = await records.count(order.query(entity.key), actor=actor, action="export")
    fields = headings(chosen_fields(entity, order, actor))
    return web.page(
        request,
        "form_engine/export.html",
        frame=web.shell(request, crumbs=_crumbs(entity)),
        status=status,
        form=path_of(entity),
        title=plural_of(entity),
        order=order,
        rows=rows,
        most=most_rows(entity, actor),
        fields=fields,
        error=error,
    )


def _crumbs(entity: Entity) -> tuple[Crumb, ...]:
    return (Crumb(plural_of(entity), f"/r/{path_of(entity)}"), Crumb(_("Export")))
