"""One record: read, change, delete, bring back, and what has happened to it."""

from __future__ import annotations

from typing import cast

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath

from form_engine.rest.answers import with_etag
from form_engine.rest.lists import BASE
from form_engine.rest.requests import AnyRequest, Json, Query, json_object, prefers_merge
from form_engine.screens.whys import explain_field
from platform_core import api, entities, records
from platform_core.errors import Invalid
from platform_core.i18n import N_
from platform_core.permissions import Action
from platform_core.records import HistoryPage, TimelinePage
from platform_core.web import actor

ONE = BASE + "/{record:str}"

READ_PARAMETERS = ("fields", "include", "bin")
ENTRY_PARAMETERS = ("cursor", "limit")
TIMELINE_PARAMETERS = ("cursor", "limit", "kinds")
WHY_PARAMETERS = ("action", "field", "user")

_ACTIONS = {
    "read": "read",
    "view": "read",
    "update": "update",
    "edit": "update",
    "create": "create",
    "delete": "delete",
    "export": "export",
    "assign": "assign",
}


@get(ONE)
async def read_record(request: AnyRequest, form: FromPath[str], record: FromPath[str]) -> Response[bytes]:
    """One record, with the lists named in `include`."""
    asked = Query(request, READ_PARAMETERS)
    found = await records.get(
        form,
        record,
        actor=actor(request),
        fields=asked.names("fields") or None,
        include=asked.names("include"),
        bin=asked.flag("bin"),
    )
    return with_etag(found)


@patch(ONE)
async def change_record(request: AnyRequest, form: FromPath[str], record: FromPath[str]) -> Response[bytes]:
    """Change the named fields of the version in If-Match; `*` overwrites them knowingly.

    With `Prefer: merge` changes of other fields by somebody else do not stand in the way.
    """
    version = api.require_if_match(request)
    changed = await records.update(
        form,
        record,
        await json_object(request),
        actor=actor(request),
        version=version,
        merge=prefers_merge(request),
    )
    return with_etag(changed)


@delete(ONE, status_code=204)
async def delete_record(request: AnyRequest, form: FromPath[str], record: FromPath[str]) -> None:
    """Move the record into the recycle bin."""
    version = api.require_if_match(request)
    await records.delete(form, record, actor=actor(request), version=version)


@post(ONE + "/restore", status_code=200)
async def restore_record(request: AnyRequest, form: FromPath[str], record: FromPath[str]) -> Response[bytes]:
    """Bring a record back from the recycle bin."""
    return with_etag(await records.restore(form, record, actor=actor(request)))


@get(ONE + "/history")
async def record_history(request: AnyRequest, form: FromPath[str], record: FromPath[str]) -> Json:
    """Every save, newest first, with the fields that the caller may see."""
    asked = Query(request, ENTRY_PARAMETERS)
    found = await records.history(
        form,
        record,
        actor=actor(request),
        cursor=asked.text("cursor"),
        limit=api.limit(asked.text("limit")),
    )
    return _entries(found)


@get(ONE + "/timeline")
async def record_timeline(request: AnyRequest, form: FromPath[str], record: FromPath[str]) -> Json:
    """Changes and comments, newest first; `kinds` picks some."""
    asked = Query(request, TIMELINE_PARAMETERS)
    kinds = asked.names("kinds")
    limit = api.limit(asked.text("limit"))
    who, cursor = actor(request), asked.text("cursor")
    if kinds:
        found = await records.timeline(form, record, actor=who, cursor=cursor, kinds=kinds, limit=limit)
    else:
        found = await records.timeline(form, record, actor=who, cursor=cursor, limit=limit)
    return _entries(found)


@post(ONE + "/timeline")
async def comment_on_record(request: AnyRequest, form: FromPath[str], record: FromPath[str]) -> Json:
    """Say something to a record: {"text": "…"}."""
    sent = await json_object(request)
    text = sent.get("text")
    if not isinstance(text, str) or sent.keys() != {"text"}:
        raise Invalid.one("/text", "type", N_("A comment is an object with its text."))
    entry = await records.comment(form, record, text, actor=actor(request))
    return {"id": entry.id, "kind": entry.kind, "at": entry.at, "actor": entry.actor, "text": entry.text}


@get(ONE + "/why")
async def why_record(request: AnyRequest, form: FromPath[str], record: FromPath[str]) -> Json:
    """Why somebody may or may not do something to the record, or see one of its fields; and why the field is shown,
    required or closed right now."""
    asked = Query(request, WHY_PARAMETERS)
    action = _ACTIONS.get(asked.text("action") or "read")
    if action is None:
        known = ", ".join(sorted(_ACTIONS))
        raise Invalid.one("/action", "unknown_action", N_("The action is one of: {known}."), known=known)
    who, user, field = actor(request), asked.text("user"), asked.text("field")
    if field is None:
        found = await records.why(form, record, actor=who, action=cast("Action", action), user=user)
        return {"allowed": found.allowed, "decided_by": found.decided_by, "sentences": found.sentences}
    told = await explain_field(
        entities.get(form), record, field, actor=who, action=cast("Action", action), user=user
    )
    answer = told.explanation
    shown: Json = {
        "allowed": answer.allowed, "decided_by": answer.decided_by, "sentences": answer.sentences,
    }  # fmt: skip
    return shown | {"state": told.state}


def _entries(found: HistoryPage | TimelinePage) -> Json:
    return api.page(found.items, found.next_cursor)


ONE_ROUTES = (
    read_record,
    change_record,
    delete_record,
    restore_record,
    record_history,
    record_timeline,
    comment_on_record,
    why_record,
)
