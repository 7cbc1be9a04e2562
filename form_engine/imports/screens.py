"""The import screens: choose a file, its columns, look at the check, take the rows, take them back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from form_engine.imports import service, store
from form_engine.imports.errors import ImportRefused
from form_engine.imports.model import Import
from form_engine.imports.pages import ImportPage, import_page
from form_engine.imports.rest import chunks_of, habits_of, refused_answer
from form_engine.rest.requests import AnyRequest
from form_engine.screens.forms import path_of
from form_engine.screens.lists import plural_of
from platform_core import settings, web
from platform_core.entities import Entity
from platform_core.errors import Conflict, Invalid, NotFound, PayloadTooLarge
from platform_core.i18n import N_, _
from platform_core.identity import Actor
from platform_core.web import Crumb

_UNPROCESSABLE, _CONFLICT = 422, 409
_RECENT = 5
ONE = "/r/{form:str}/import/{import_id:uuid}"


@get("/r/{form:str}/import", name="import_new")
async def new_import(request: AnyRequest, form: FromPath[str]) -> Response[str]:
    """Choose a file; imports of late stand below."""
    actor = web.actor(request)
    return await _start_page(request, await service.allowed(form, actor), actor)


@post("/r/{form:str}/import", status_code=303, name="import_upload")
async def upload_import(request: AnyRequest, form: FromPath[str]) -> Response[str]:
    """Take the file and go on to its columns."""
    actor = web.actor(request)
    entity = await service.allowed(form, actor)
    part = (await request.form()).get("file")
    try:
        if not isinstance(part, UploadFile) or not part.filename:
            raise Invalid.one("/file", "required", N_("Choose a file."))
        made = await service.upload(entity.key, part.filename, chunks_of(part), actor=actor)
    except (Invalid, PayloadTooLarge) as error:
        return await _start_page(request, entity, actor, error=_told(error), status=_UNPROCESSABLE)
    return _go(_url(entity, made))


@get("/r/{form:str}/imports", name="imports")
async def list_imports(request: AnyRequest, form: FromPath[str]) -> Response[str]:
    """Earlier imports, newest first."""
    actor = web.actor(request)
    entity = await service.allowed(form, actor)
    made = await store.listed(entity.key, actor, limit=100)
    return web.page(
        request, "form_engine/imports.html", frame=_frame(request, entity, _("Imports")), form=path_of(entity),
        title=plural_of(entity), imports=made,
    )  # fmt: skip


@get(ONE, name="import_show")
async def show_import(request: AnyRequest, form: FromPath[str], import_id: FromPath[UUID]) -> Response[str]:
    """One import in its present step; a fragment while a job works on it."""
    actor = web.actor(request)
    entity, made = await _found(form, import_id, actor)
    remap = request.query_params.get("step") == "columns"
    return _page(request, entity, await import_page(made, entity, actor, remap=remap))


@post(ONE + "/columns", status_code=303, name="import_columns")
async def choose_columns(
    request: AnyRequest, form: FromPath[str], import_id: FromPath[UUID]
) -> Response[str]:
    """Keep the choice of columns and check every row."""
    actor = web.actor(request)
    entity, made = await _found(form, import_id, actor)
    posted = await request.form()
    chosen = {
        heading: field
        for place, heading in enumerate(made.columns)
        if (field := str(posted.get(f"column.{place}", "")))
    }
    habits = {name: str(posted[name]) for name in ("dates", "decimal") if name in posted}
    try:
        given = habits_of(habits) if habits else None
        await service.set_mapping(made.id, chosen, actor=actor, habits=given)
        await service.start_check(made.id, actor=actor)
    except ImportRefused as error:
        page = await import_page(made, entity, actor, remap=True, problems=error.errors, chosen=chosen)
        return _page(request, entity, page, status=_UNPROCESSABLE)
    return _go(_url(entity, made))


@post(ONE + "/commit", status_code=303, name="import_commit")
async def commit_import(request: AnyRequest, form: FromPath[str], import_id: FromPath[UUID]) -> Response[str]:
    """Take the rows: all, or those without problems."""
    actor = web.actor(request)
    entity, made = await _found(form, import_id, actor)
    posted = await request.form()
    await service.commit(
        made.id,
        actor=actor,
        skip_refused=posted.get("skip_refused") == "true",
        skip_alike=posted.get("skip_alike") == "true",
    )
    return _go(_url(entity, made))


@post(ONE + "/undo", status_code=303, name="import_undo")
async def undo_import(request: AnyRequest, form: FromPath[str], import_id: FromPath[UUID]) -> Response[str]:
    """Take the import back."""
    actor = web.actor(request)
    entity, made = await _found(form, import_id, actor)
    await service.undo(made.id, actor=actor)
    return _go(_url(entity, made))


@get(ONE + "/refused.csv", name="import_refused_file")
async def refused_rows(request: AnyRequest, form: FromPath[str], import_id: FromPath[UUID]) -> Stream:
    """The rows that were not taken, to mend and import again."""
    _entity, made = await _found(form, import_id, web.actor(request))
    return refused_answer(made)


def screen_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (
        new_import, upload_import, list_imports, show_import, choose_columns, commit_import, undo_import, refused_rows,
    )  # fmt: skip


async def _found(form: str, import_id: UUID, actor: Actor) -> tuple[Entity, Import]:
    """The form and the import of an address. NotFound where they do not belong together."""
    entity = await service.allowed(form, actor)
    made = await store.find(str(import_id), actor)
    if made.form != entity.key:
        raise NotFound()
    return entity, made


async def _start_page(
    request: AnyRequest, entity: Entity, actor: Actor, *, error: str = "", status: int = 200
) -> Response[str]:
    return web.page(
        request, "form_engine/import_new.html", frame=_frame(request, entity, _("Import")), status=status,
        form=path_of(entity), title=plural_of(entity), error=error, limit=settings.current().upload_max_bytes,
        imports=await store.listed(entity.key, actor, limit=_RECENT),
    )  # fmt: skip


def _page(request: AnyRequest, entity: Entity, page: ImportPage, *, status: int = 200) -> Response[str]:
    if web.is_fragment(request):
        return web.page(request, "form_engine/_import_state.html", page=page)
    frame = _frame(request, entity, page.made.file_name or _("Import"))
    return web.page(request, "form_engine/import.html", frame=frame, status=status, page=page)


def _frame(request: AnyRequest, entity: Entity, here: str) -> web.Shell:
    path = path_of(entity)
    crumbs = (Crumb(plural_of(entity), f"/r/{path}"), Crumb(_("Imports"), f"/r/{path}/imports"), Crumb(here))
    return web.shell(request, crumbs=crumbs if here != _("Imports") else crumbs[:2])


def _told(error: Invalid | PayloadTooLarge | Conflict) -> str:
    problems = error.errors if isinstance(error, Invalid) else ()
    told = [f"{_(p.message, **p.params)} {_(p.remedy, **p.params) if p.remedy else ''}" for p in problems]
    return " ".join(told).strip() or _(error.message, **error.params)


def _url(entity: Entity, made: Import) -> str:
    return f"/r/{path_of(entity)}/import/{made.id}"


def _go(url: str) -> Response[str]:
    return Response("", status_code=303, headers={"Location": url})
