"""`/api/v1/audit`: reading who did what, and who has seen personal data. Reading it is itself a line of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from litestar import Request, get
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from platform_core import audit, database, identity, permissions
from platform_core.api.describing import Json, answers, parameter
from platform_core.api.openapi_parts import OpenApiPart
from platform_core.api.paging import limit, page
from platform_core.audit import AccessLine, AccessQuery, AuditQuery, Line
from platform_core.errors import Invalid, Problem
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.web import actor

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

PATH = "/api/v1/audit"
ACTION = "audit"
_LINES = ("user", "subject", "action", "kind", "via", "since", "until", "cursor", "limit")
_ACCESS = ("user", "form", "record", "everywhere", "action", "since", "until", "cursor", "limit")

_MEANING = {
    "user": "Id of the person who acted",
    "subject": 'What it was done to: "<form>/<id>"; ending in / everything below',
    "action": 'The action, "record.update"; ending in .* the whole family',
    "kind": "What the line is about: record, definition, session, user, access (a refusal) …",
    "via": "The door: screen, api, job, import, system",
    "since": "From this instant on",
    "until": "Before this instant",
    "cursor": "next_cursor of the page before",
    "limit": "1 to 200 lines, 50 unless told",
    "form": "Key of the form",
    "record": "Id of the record that was seen",
    "everywhere": "1: also the lists, searches and exports that held the record",
}


@get(PATH)
async def audit_lines(request: AnyRequest) -> Json:
    """Lines, newest first."""
    asked = _asked(request, _LINES)
    query = _query(asked)
    await _entering(actor(request), "audit.read", asked)
    lines = await audit.read(query)
    return page([line_json(line) for line in lines], lines[-1].id if len(lines) == query.limit else None)


@get(PATH + "/access")
async def audit_access(request: AnyRequest) -> Json:
    """Who has seen personal data, newest first."""
    asked = _asked(request, _ACCESS)
    query = AccessQuery(
        user_id=_id(asked, "user"),
        form=asked.get("form"),
        record=_id(asked, "record"),
        everywhere=asked.get("everywhere") in ("1", "true"),
        action=asked.get("action"),
        since=_instant(asked, "since"),
        until=_instant(asked, "until"),
        before=_id(asked, "cursor"),
        limit=limit(asked.get("limit")),
    )
    await _entering(actor(request), "audit.read_access", asked)
    lines = await audit.read_access(query)
    return page([access_json(line) for line in lines], lines[-1].id if len(lines) == query.limit else None)


@get(PATH + "/lines.csv")
async def audit_csv(request: AnyRequest) -> Stream:
    """All lines of a query as CSV, at most 200,000."""
    asked = _asked(request, _LINES)
    query = _query(asked)
    await _entering(actor(request), "audit.export", asked)
    names = {user.id: user.name for user in await identity.users()}
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "no-store"}
    return Stream(audit.as_csv(query, names), media_type="text/csv; charset=utf-8", headers=headers)


def line_json(line: Line) -> Json:
    """A line as programs get it."""
    return {
        "id": line.id,
        "at": line.at,
        "action": line.action,
        "kind": line.kind,
        "subject": line.subject,
        "user": line.user_id,
        "via": line.via,
        "ip": line.ip,
        "request_id": line.request_id,
        "session": line.session_id,
        "fields": line.fields,
        "digest": line.digest.hex() if line.digest else None,
        "detail": line.detail,
        "sealed": line.sealed,
    }


def access_json(line: AccessLine) -> Json:
    """A look as programs get it."""
    return {
        "id": line.id,
        "at": line.at,
        "action": line.action,
        "form": line.form,
        "record": line.record,
        "records": line.records,
        "count": line.count,
        "fields": line.fields,
        "user": line.user_id,
        "via": line.via,
        "ip": line.ip,
        "request_id": line.request_id,
        "session": line.session_id,
    }


async def _entering(who: Actor, doing: str, asked: Mapping[str, str]) -> None:
    """Whoever reads leaves a line: who, and by which filters (their names, not what was looked for)."""
    await permissions.require(who, ACTION)
    filters = sorted(name for name in asked if name not in ("limit", "cursor"))
    await audit.write(doing, actor=who, kind="audit", subject="audit", detail={"filters": filters})


def _asked(request: AnyRequest, known: Sequence[str]) -> dict[str, str]:
    given = {name: str(value) for name, value in request.query_params.items() if value != ""}
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise Invalid(
            [
                Problem(
                    pointer=f"/{name}",
                    code="unknown_parameter",
                    message=N_("There is no parameter '{name}'."),
                    params={"name": name[:60]},
                )
                for name in unknown
            ]
        )
    return given


def _query(asked: Mapping[str, str]) -> AuditQuery:
    return AuditQuery(
        user_id=_id(asked, "user"),
        subject=asked.get("subject"),
        kind=asked.get("kind"),
        action=asked.get("action"),
        via=asked.get("via"),
        since=_instant(asked, "since"),
        until=_instant(asked, "until"),
        before=_id(asked, "cursor"),
        limit=limit(asked.get("limit")),
    )


def _id(asked: Mapping[str, str], name: str) -> str | None:
    text = asked.get(name)
    if text is not None and not database.is_id(text):
        raise Invalid.one(f"/{name}", "type", N_("This is no id."))
    return text


def _instant(asked: Mapping[str, str], name: str) -> datetime | None:
    text = asked.get(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as exc:
        raise Invalid.one(f"/{name}", "type", N_("This is no instant: write 2026-11-22T08:00:00Z.")) from exc
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def audit_part(who: Actor) -> OpenApiPart:
    """The paths, for who may read the audit."""
    if not permissions.may(who, ACTION):
        return OpenApiPart()
    listed: Json = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"type": "object"}},
            "next_cursor": {"type": ["string", "null"]},
        },
    }
    paths: dict[str, Json] = {}
    for path, names, summary in (
        (PATH, _LINES, "Who did what, newest first"),
        (PATH + "/access", _ACCESS, "Who has seen personal data, newest first"),
    ):
        paths[path] = {
            "get": {
                "tags": ["audit"],
                "summary": summary,
                "parameters": [parameter(name, "query", _MEANING[name]) for name in names],
                "responses": answers({"200": ("A page", listed)}, 401, 403, 422),
            }
        }
    paths[PATH + "/lines.csv"] = {"get": _csv_operation()}
    return OpenApiPart(paths=paths, tags=({"name": "audit", "description": "Who did and saw what"},))


def _csv_operation() -> Json:
    table: Json = {"description": "CSV", "content": {"text/csv": {"schema": {"type": "string"}}}}
    return {
        "tags": ["audit"],
        "summary": "All lines of a query as CSV, at most 200,000",
        "parameters": [
            parameter(name, "query", _MEANING[name]) for name in _LINES if name not in ("cursor", "limit")
        ],
        "responses": {"200": table, **answers({}, 401, 403, 422)},
    }


def audit_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (audit_lines, audit_access, audit_csv)
