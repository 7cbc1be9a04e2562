"""Addresses of one record: seeing, creating, changing, deleting, its history, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from form_engine.screens.conflicts import conflict_page
from form_engine.screens.editing import EditPage, edit_page, filled_in, given_values, new_page, table_names
from form_engine.screens.forms import path_of
from form_engine.screens.lists import plural_of
from form_engine.screens.lists_routes import AnyRequest, readable
from form_engine.screens.prefill import with_titles
from form_engine.screens.records import record_page
from form_engine.screens.states import asked_for
from form_engine.screens.whys import decided_fields, explain_field
from platform_core import i18n, permissions, records, web
from platform_core.entities import Entity
from platform_core.errors import Forbidden, Invalid, StaleVersion
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.permissions import Action
from platform_core.records import Record, WriteOptions
from platform_core.web import Crumb

_TYPED = WriteOptions(textual=True)
_UNPROCESSABLE, _STALE = 422, 412


@get("/r/{form:str}/new", name="new_record")
async def new_record(request: AnyRequest, form: FromPath[str]) -> Response[str]:
    """The form for a new record; fields named in the address are filled in."""
    actor = web.actor(request)
    entity = readable(form, actor)
    allowed = permissions.access(entity, actor)
    if not allowed.can_create:
        raise Forbidden()
    given = {n: v for n, v in request.query_params.items() if n in entity.fields and allowed.creatable(n)}
    if "title" in request.query_params and entity.title and entity.title[0].field:
        given.setdefault(entity.title[0].field, request.query_params["title"])
    held = await with_titles(entity, given, actor)
    return _form(request, await new_page(entity, actor, held))


@post("/r/{form:str}/new", status_code=303, name="create_record")
async def create_record(request: AnyRequest, form: FromPath[str]) -> Response[str]:
    """Save a new record and show it; a refusal shows the form again with everything that was typed."""
    actor = web.actor(request)
    entity = readable(form, actor)
    given, _meta = await _posted(request, entity)
    try:
        saved = await records.create(entity.key, filled_in(entity, given, actor), actor=actor, options=_TYPED)
    except Invalid as error:
        held = await with_titles(entity, given, actor)
        return _form(request, await new_page(entity, actor, held, error.errors), status=_UNPROCESSABLE)
    return go(f"/r/{path_of(entity)}/{saved.id}")


@get("/r/{form:str}/{record_id:uuid}", name="record")
async def show_record(request: AnyRequest, form: FromPath[str], record_id: FromPath[UUID]) -> Response[str]:
    """One record, in one of its tabs."""
    actor = web.actor(request)
    entity = readable(form, actor)
    view = await record_page(entity, str(record_id), request.query_params.get("tab", ""), actor)
    crumbs = (Crumb(view.list_title, f"/r/{view.form}"), Crumb(_name(view.record)))
    return web.page(request, "form_engine/record.html", frame=web.shell(request, crumbs=crumbs), view=view)


@get("/r/{form:str}/{record_id:uuid}/edit", name="edit_record")
async def edit_record(request: AnyRequest, form: FromPath[str], record_id: FromPath[UUID]) -> Response[str]:
    """The form for a stored record."""
    actor = web.actor(request)
    page = await edit_page(
        readable(form, actor), str(record_id), actor, tab=request.query_params.get("tab", "t0")
    )
    return _form(request, page)


@post("/r/{form:str}/{record_id:uuid}/edit", status_code=303, name="update_record")
async def update_record(request: AnyRequest, form: FromPath[str], record_id: FromPath[UUID]) -> Response[str]:
    """Save changes; edits of others to other fields are merged, to the same fields shown for a decision."""
    actor = web.actor(request)
    entity, key = readable(form, actor), str(record_id)
    given, meta = await _posted(request, entity)
    tab = str(meta.get("_tab") or "t0")
    try:
        await records.update(
            entity.key, key, given, actor=actor, version=_version(meta), merge=True, options=_TYPED
        )
    except Invalid as error:
        held = await with_titles(entity, given, actor)
        return _form(
            request, await edit_page(entity, key, actor, held, error.errors, tab), status=_UNPROCESSABLE
        )
    except StaleVersion as error:
        page = await conflict_page(entity, key, error, given, actor)
        crumbs = (
            Crumb(plural_of(entity), f"/r/{page.form}"),
            Crumb(_name(page.record), page.url),
            Crumb(_("Conflict")),
        )
        frame = web.shell(request, crumbs=crumbs)
        return web.page(request, "form_engine/conflict.html", frame=frame, status=_STALE, page=page)
    return go(f"/r/{path_of(entity)}/{key}" + (f"?tab={tab}" if tab != "t0" else ""))


@post("/r/{form:str}/{record_id:uuid}/resolve", status_code=303, name="resolve_conflict")
async def resolve_conflict(
    request: AnyRequest, form: FromPath[str], record_id: FromPath[UUID]
) -> Response[str]:
    """Save what was chosen after a conflict."""
    actor = web.actor(request)
    entity, key = readable(form, actor), str(record_id)
    posted = web.nest(web.pairs(await request.form()))
    kept = _kept(posted)
    try:
        await records.update(
            entity.key, key, kept, actor=actor, version=_version(posted), merge=True, options=_TYPED
        )
    except Invalid as error:
        held = await with_titles(entity, kept, actor)
        return _form(request, await edit_page(entity, key, actor, held, error.errors), status=_UNPROCESSABLE)
    except StaleVersion as error:
        page = await conflict_page(entity, key, error, kept, actor)
        return web.page(
            request, "form_engine/conflict.html", frame=web.shell(request), status=_STALE, page=page
        )
    return go(f"/r/{path_of(entity)}/{key}")


@post("/r/{form:str}/{record_id:uuid}/delete", status_code=303, name="delete_record")
async def delete_record(request: AnyRequest, form: FromPath[str], record_id: FromPath[UUID]) -> Response[str]:
    """Move the record to the recycle bin."""
    actor = web.actor(request)
    entity = readable(form, actor)
    await records.delete(entity.key, str(record_id), actor=actor, version=None)
    return go(f"/r/{path_of(entity)}")


@post("/r/{form:str}/{record_id:uuid}/restore", status_code=303, name="restore_record")
async def restore_record(
    request: AnyRequest, form: FromPath[str], record_id: FromPath[UUID]
) -> Response[str]:
    """Bring the record back from the recycle bin."""
    actor = web.actor(request)
    entity = readable(form, actor)
    await records.restore(entity.key, str(record_id), actor=actor)
    return go(f"/r/{path_of(entity)}/{record_id}")


@post("/r/{form:str}/{record_id:uuid}/comments", status_code=303, name="comment_record")
async def comment_record(
    request: AnyRequest, form: FromPath[str], record_id: FromPath[UUID]
) -> Response[str]:
    """Write a comment into the record's timeline."""
    actor = web.actor(request)
    entity = readable(form, actor)
    text = str((await request.form()).get("text", "")).strip()
    if text:
        await records.comment(entity.key, str(record_id), text, actor=actor)
    return go(f"/r/{path_of(entity)}/{record_id}#timeline")


@get("/r/{form:str}/{record_id:uuid}/timeline", name="record_timeline")
async def older_timeline(
    request: AnyRequest, form: FromPath[str], record_id: FromPath[UUID]
) -> Response[str]:
    """Older timeline entries: a fragment, or the timeline tab for a browser without JavaScript."""
    actor = web.actor(request)
    entity = readable(form, actor)
    view = await record_page(entity, str(record_id), "timeline", actor)
    older = await records.timeline(
        entity.key, str(record_id), actor=actor, cursor=request.query_params.get("cursor")
    )
    view = msgspec.structs.replace(view, timeline=older)
    if web.is_fragment(request):
        return web.page(request, "form_engine/_timeline_rows.html", view=view)
    crumbs = (Crumb(view.list_title, f"/r/{view.form}"), Crumb(_name(view.record)))
    return web.page(request, "form_engine/record.html", frame=web.shell(request, crumbs=crumbs), view=view)


@get("/r/{form:str}/{record_id:uuid}/history", name="record_history")
async def show_history(request: AnyRequest, form: FromPath[str], record_id: FromPath[UUID]) -> Response[str]:
    """Every save of the record, with the fields that the reader may see."""
    actor = web.actor(request)
    entity, key = readable(form, actor), str(record_id)
    record = await records.get(entity.key, key, actor=actor, fields=())
    history = await records.history(entity.key, key, actor=actor, cursor=request.query_params.get("cursor"))
    url = f"/r/{path_of(entity)}/{key}"
    crumbs = (
        Crumb(plural_of(entity), f"/r/{path_of(entity)}"),
        Crumb(_name(record), url),
        Crumb(_("History")),
    )
    return web.page(
        request, "form_engine/history.html", frame=web.shell(request, crumbs=crumbs), entity=entity, record=record,
        url=url, history=history,
    )  # fmt: skip


@get("/r/{form:str}/{record_id:uuid}/why", name="record_why")
async def show_why(request: AnyRequest, form: FromPath[str], record_id: FromPath[UUID]) -> Response[str]:
    """Which role, scope or owner decided what the reader may do with the record; with `field` also which rule or
    stage decided about that field."""
    actor = web.actor(request)
    entity, key = readable(form, actor), str(record_id)
    field = request.query_params.get("field") or None
    record = await records.get(entity.key, key, actor=actor, fields=())
    told = await explain_field(entity, key, field, actor=actor, action="update") if field else None
    asked = await asked_for(entity, actor, key) if not field else None
    url = f"/r/{path_of(entity)}/{key}"
    crumbs = (Crumb(plural_of(entity), f"/r/{path_of(entity)}"), Crumb(_name(record), url), Crumb(_("Why?")))
    return web.page(
        request, "form_engine/why.html", frame=web.shell(request, crumbs=crumbs), record=record, url=url,
        answers=await _answers(entity, key, actor, field), told=told, field=entity.fields.get(field or ""),
        decided=decided_fields(entity, asked, list(record.access.fields if record.access else ())),
    )  # fmt: skip


async def _answers(
    entity: Entity, key: str, actor: Actor, field: str | None
) -> list[tuple[str, bool, tuple[str, ...]]]:
    """(question, allowed, sentences) about the record, or about one field of it."""
    asked: tuple[tuple[Action, str], ...] = (("read", _("Read it")), ("update", _("Change it")))
    if field is None:
        asked = (*asked, ("delete", _("Delete it")))
    return [
        (question, found.allowed, found.sentences)
        for action, question in asked
        for found in [await records.why(entity.key, key, actor=actor, action=action, field=field)]
    ]


def record_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (
        new_record, create_record, show_record, edit_record, update_record, resolve_conflict, delete_record,
        restore_record, comment_record, older_timeline, show_history, show_why,
    )  # fmt: skip


def go(url: str) -> Response[str]:
    """See the result elsewhere (303)."""
    return Response("", status_code=303, headers={"Location": url})


def _form(request: AnyRequest, page: EditPage, status: int = 200) -> Response[str]:
    here = _("Edit") if page.record else page.title
    between = (Crumb(_name(page.record), page.cancel_url),) if page.record else ()
    frame = web.shell(request, crumbs=(Crumb(page.list_title, f"/r/{page.form}"), *between, Crumb(here)))
    return web.page(request, "form_engine/edit.html", frame=frame, status=status, page=page)


def _name(record: Record) -> str:
    return record.title or record.code or _("Untitled")


async def _posted(request: AnyRequest, entity: Entity) -> tuple[dict[str, object], Mapping[str, object]]:
    """(what the form says about fields, the rest)."""
    nested = web.nest(web.pairs(await request.form()), rows=table_names(entity))
    return given_values(entity, nested), nested


def _version(meta: Mapping[str, object]) -> int:
    text = str(meta.get("_version", ""))
    if not text.isdigit():
        raise Invalid.one("/_version", "version", i18n.N_("The form does not say which version it changes."))
    return int(text)


def _kept(posted: Mapping[str, object]) -> dict[str, object]:
    """The reader's other changes, and the own values that were chosen."""
    keep, yours = posted.get("keep"), posted.get("yours")
    values = _decoded(posted.get("_others"))
    kept = dict(values) if isinstance(values, Mapping) else {}
    if isinstance(keep, Mapping) and isinstance(yours, Mapping):
        kept.update({name: _decoded(yours.get(name)) for name, side in keep.items() if side == "yours"})
    return kept


def _decoded(text: object) -> object:
    try:
        return msgspec.json.decode(str(text))
    except msgspec.DecodeError:
        raise Invalid.one(
            "", "conflict_form", i18n.N_("The form is damaged. Open the record and try again.")
        ) from None
