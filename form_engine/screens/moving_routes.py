"""Addresses of a move: the dialog of a transition, and moving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from form_engine.screens.forms import path_of
from form_engine.screens.lists_routes import AnyRequest, readable
from form_engine.screens.moving import MoveDialog, move_dialog, sent_fields, version_of
from form_engine.screens.records import record_page
from form_engine.screens.records_routes import go
from form_engine.stages.moving import transition
from platform_core import records, web
from platform_core.entities import Entity
from platform_core.errors import Invalid, StaleVersion
from platform_core.i18n import _
from platform_core.records import WriteOptions
from platform_core.web import Crumb

_TYPED = WriteOptions(textual=True)
_UNPROCESSABLE = 422
_MOVE = "/r/{form:str}/{record_id:uuid}/move/{name:str}"


@get(_MOVE, name="move_dialog")
async def show_move(
    request: AnyRequest, form: FromPath[str], record_id: FromPath[UUID], name: FromPath[str]
) -> Response[str]:
    """What a move asks: a dialog for the page that is open, or the record's page with the dialog on it."""
    actor = web.actor(request)
    entity, key = readable(form, actor), str(record_id)
    record = await records.get(entity.key, key, actor=actor)
    dialog = await move_dialog(entity, record, name, f"/r/{path_of(entity)}/{key}", actor)
    if web.is_fragment(request):
        return web.page(request, "form_engine/_move.html", dialog=dialog)
    return await _page(request, entity, key, dialog)


@post(_MOVE, status_code=303, name="move_record")
async def move(
    request: AnyRequest, form: FromPath[str], record_id: FromPath[UUID], name: FromPath[str]
) -> Response[str]:
    """Move the record; what is missing is told in the dialog, with everything that was typed."""
    actor = web.actor(request)
    entity, key = readable(form, actor), str(record_id)
    url = f"/r/{path_of(entity)}/{key}"
    posted: Mapping[str, object] = web.nest(web.pairs(await request.form()))
    record = await records.get(entity.key, key, actor=actor)
    dialog = await move_dialog(entity, record, name, url, actor)
    try:
        await transition(
            entity.key, key, dialog.move.to, sent_fields(entity, posted),
            actor=actor, expect=version_of(posted), options=_TYPED,
        )  # fmt: skip
    except Invalid as error:
        dialog = await move_dialog(entity, record, name, url, actor, posted, error.errors)
        return await _page(request, entity, key, dialog, status=_UNPROCESSABLE)
    except StaleVersion as error:
        dialog = await move_dialog(entity, record, name, url, actor, posted)
        told = _("Somebody else has saved this record in the meantime. Look at it, then move it.")
        return await _page(request, entity, key, dialog, status=error.status, told=told)
    return go(url)


async def _page(
    request: AnyRequest, entity: Entity, key: str, dialog: MoveDialog, *, status: int = 200, told: str = ""
) -> Response[str]:
    view = await record_page(entity, key, "", web.actor(request))
    crumbs = (
        Crumb(view.list_title, f"/r/{view.form}"),
        Crumb(view.record.title or view.record.code or _("Untitled")),
    )
    frame = web.shell(request, crumbs=crumbs)
    return web.page(
        request, "form_engine/record.html", frame=frame, status=status, view=view, dialog=dialog, told=told
    )


def moving_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (show_move, move)
