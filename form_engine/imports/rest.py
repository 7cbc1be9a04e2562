"""`/api/v1/imports`: a program uploads a file, chooses the columns, has every row checked, and takes them or not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import cast
from urllib.parse import quote

import msgspec
from litestar import Response, get, patch, post, put
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from form_engine.imports import service, store
from form_engine.imports.model import Habits, Import
from form_engine.imports.refused_file import file_name, refused_file
from form_engine.imports.report import spoken
from form_engine.rest.requests import AnyRequest, Json, json_object
from platform_core.errors import Invalid
from platform_core.i18n import N_, _
from platform_core.identity import Actor
from platform_core.web import actor

BASE = "/api/v1/imports"
ONE = BASE + "/{key:str}"
MOST_PROBLEMS = 100
"""Rows whose problems an answer lists; all of them are in the file of refused rows."""

_CHUNK = 256 * 1024
_FORMS = msgspec.json.Decoder(dict[str, str])


@post(ONE)
async def upload(request: AnyRequest, key: FromPath[str]) -> Response[Json]:
    """Take a file (part "file") for the form `key`; `mapping` and `options` may come with it as JSON parts."""
    who = actor(request)
    await service.allowed(key, who)
    posted = await request.form()
    part = posted.get("file")
    if not isinstance(part, UploadFile):
        raise Invalid.one(
            "/file", "required", N_("The request holds no file."), remedy=N_('Send it as the part "file".')
        )
    made = await service.upload(key, part.filename, chunks_of(part), actor=who)
    mapping, options = posted.get("mapping"), posted.get("options")
    if mapping is not None or options is not None:
        chosen = _decoded(mapping, "/mapping") if mapping is not None else made.mapping
        habits = habits_of(_decoded(options, "/options")) if options is not None else None
        made = await service.set_mapping(made.id, chosen, actor=who, habits=habits)
    return Response(await view_of(made), status_code=201, headers={"Location": f"{BASE}/{made.id}"})


@get(ONE)
async def read_import(request: AnyRequest, key: FromPath[str]) -> Json:
    """One import: its state, counts, mapping and first problems."""
    return await view_of(await store.find(key, actor(request)))


@put(ONE, name="import_mapping_put")
async def put_mapping(request: AnyRequest, key: FromPath[str]) -> Json:
    """Choose all columns anew: {mapping, options?}."""
    return await _map(request, key, whole=True)


@patch(ONE, name="import_mapping_patch")
async def patch_mapping(request: AnyRequest, key: FromPath[str]) -> Json:
    """Choose some columns anew; null takes a column out."""
    return await _map(request, key, whole=False)


@post(ONE + "/check", status_code=202)
async def check(request: AnyRequest, key: FromPath[str]) -> Json:
    """Try every row and take none."""
    return await view_of(await service.start_check(key, actor=actor(request)))


@post(ONE + "/commit", status_code=202)
async def commit(request: AnyRequest, key: FromPath[str]) -> Json:
    """Take the rows: {skip_refused?, skip_alike?}. What was not checked yet is checked first, by itself."""
    wishes = await json_object(request) if await request.body() else {}
    flags = {name: _flag(wishes, name) for name in ("skip_refused", "skip_alike")}
    made = await service.commit(key, actor=actor(request), **flags)
    return await view_of(made)


@post(ONE + "/undo", status_code=202)
async def undo(request: AnyRequest, key: FromPath[str]) -> Json:
    """Take the import back."""
    return await view_of(await service.undo(key, actor=actor(request)))


@get(ONE + "/refused.csv", name="import_refused")
async def refused(request: AnyRequest, key: FromPath[str]) -> Stream:
    """The rows that were not taken, with their problems."""
    return refused_answer(await store.find(key, actor(request)))


def rest_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (upload, read_import, put_mapping, patch_mapping, check, commit, undo, refused)


async def view_of(made: Import) -> Json:
    """An import as programs see it; problems are sentences in the caller's language."""
    rows = await store.reported(made.id, limit=MOST_PROBLEMS, refused=True)
    alike = await store.reported(made.id, limit=MOST_PROBLEMS, refused=False)
    return {
        "import_id": made.id,
        "form": made.form,
        "file": {"id": made.file_id, "name": made.file_name},
        "sheet": made.sheet,
        "state": made.state,
        "columns": list(made.columns),
        "mapping": made.mapping,
        "options": made.habits,
        "counts": {
            "total": made.total or made.seen,
            "seen": made.seen,
            "created": made.created,
            "refused": made.refused,
            "alike": made.alike,
        },
        "message": _(made.message, **made.params) if made.message else None,
        "problems": spoken(rows),
        "alike": spoken(alike),
        "job": made.job_id,
        "created_at": made.created_at,
        "finished_at": made.finished_at,
    }


def refused_answer(made: Import) -> Stream:
    """The file of refused rows as a download."""
    return Stream(
        refused_file(made),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file_name(made))}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


async def chunks_of(part: UploadFile) -> AsyncIterator[bytes]:
    """An uploaded part in pieces."""
    while chunk := await part.read(_CHUNK):
        yield chunk


def habits_of(raw: Mapping[str, object]) -> Habits:
    """How the file is written. Raises Invalid."""
    try:
        return msgspec.convert(dict(raw), Habits)
    except msgspec.ValidationError as error:
        raise Invalid.one(
            "/options", "import_options", N_("The options cannot be read: {reason}."), reason=str(error)
        ) from error


async def _map(request: AnyRequest, key: str, *, whole: bool) -> Json:
    who: Actor = actor(request)
    body = await json_object(request)
    made = await store.find(key, who)
    given = body.get("mapping", {} if not whole else None)
    if not isinstance(given, dict) or not all(isinstance(name, str | None) for name in given.values()):
        raise Invalid.one("/mapping", "type", N_("The mapping is an object of column and field."))
    changes = cast("dict[str, str | None]", given)
    mapping = {c: f for c, f in changes.items() if f} if whole else service.with_mapping(made, changes)
    options = body.get("options")
    habits = None
    if isinstance(options, dict):
        habits = habits_of({**msgspec.to_builtins(made.habits), **options})
    elif options is not None:
        raise Invalid.one("/options", "type", N_("The options are an object."))
    return await view_of(await service.set_mapping(key, mapping, actor=who, habits=habits))


def _decoded(part: object, pointer: str) -> dict[str, str]:
    """A part that holds a JSON object of texts."""
    try:
        return _FORMS.decode(str(part))
    except msgspec.DecodeError as error:
        raise Invalid.one(pointer, "json", N_("This is not a JSON object of texts.")) from error


def _flag(wishes: Mapping[str, object], name: str) -> bool:
    value = wishes.get(name, False)
    if not isinstance(value, bool):
        raise Invalid.one(f"/{name}", "type", N_("This is true or false."))
    return value
