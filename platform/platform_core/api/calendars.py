"""`/api/v1/calendars`, who works by which, and one's own absences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.params import FromPath, QueryParameter
from litestar.types import ControllerRouterHandler
from msgspec import Meta

from platform_core import calendars, permissions
from platform_core.api.paging import page
from platform_core.api.preconditions import etag, require_if_match
from platform_core.calendars import Absence, CalendarRules, StoredCalendar
from platform_core.errors import Forbidden, Invalid
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.web import actor

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

_MOST_DAYS = 400
_ALL, _ONE = "/api/v1/calendars", "/api/v1/calendars/{calendar_id:str}"


class CalendarBody(msgspec.Struct, forbid_unknown_fields=True):
    """A calendar as it is sent."""

    name: Annotated[str, Meta(max_length=200)]
    rules: CalendarRules


class UseBody(msgspec.Struct, forbid_unknown_fields=True):
    """Who works by which calendar: scope "" (the installation), "team:<id>" or "person:<id>"; null: as above it."""

    scope: Annotated[str, Meta(max_length=100)]
    calendar: str | None


class AbsenceBody(msgspec.Struct, forbid_unknown_fields=True):
    """An absence; `user` is oneself where not given."""

    first: date
    last: date
    hours: Annotated[str, Meta(max_length=200)] = ""
    note: Annotated[str, Meta(max_length=200)] = ""
    user: str | None = None


class DueBody(msgspec.Struct, forbid_unknown_fields=True):
    """When a duration ("PT48H", "work PT8H", "work P3D") that begins at `base` ends; by one's own calendar."""

    base: datetime
    duration: Annotated[str, Meta(max_length=40)]


@get(_ALL)
async def all_calendars(request: AnyRequest) -> dict[str, object]:
    """Every calendar, and who works by which; for who may set them."""
    planner(request)
    return page(await calendars.listing()) | {"uses": dict(await calendars.uses())}


@post(_ALL, status_code=201)
async def create_calendar(request: AnyRequest, data: CalendarBody) -> Response[StoredCalendar]:
    """A new calendar."""
    return _answer(await calendars.create(data.name, data.rules, actor=actor(request)), 201)


@get(_ONE)
async def one_calendar(request: AnyRequest, calendar_id: FromPath[str]) -> Response[StoredCalendar]:
    """One calendar; its ETag is its revision."""
    planner(request)
    return _answer(await calendars.find(calendar_id))


@put(_ONE)
async def change_calendar(
    request: AnyRequest, calendar_id: FromPath[str], data: CalendarBody
) -> Response[StoredCalendar]:
    """Change it, `If-Match` names the revision that was read."""
    who = planner(request)  # before the version: who may not learns nothing of it
    revision = require_if_match(request)
    return _answer(await calendars.change(calendar_id, data.name, data.rules, revision=revision, actor=who))


@delete(_ONE, status_code=204)
async def remove_calendar(request: AnyRequest, calendar_id: FromPath[str]) -> None:
    """Take one away that nobody works by."""
    await calendars.remove(calendar_id, actor=actor(request))


@get(_ONE + "/days")
async def calendar_days(
    request: AnyRequest,
    calendar_id: FromPath[str],
    first: Annotated[date, QueryParameter(name="from")],
    last: Annotated[date, QueryParameter(name="to")],
) -> dict[str, object]:
    """What each day is: its hours, and why ("holiday", "make_up", "off", "work"). At most 400 days."""
    planner(request)
    if not first <= last <= first + timedelta(days=_MOST_DAYS):
        raise Invalid.one("/to", "range", N_("Ask for 1 to {most} days."), most=_MOST_DAYS)
    calendar = await calendars.calendar_of(f"calendar:{calendar_id}")
    found = [calendar.day(first + timedelta(days=n)) for n in range((last - first).days + 1)]
    return page([{"day": d.day, "hours": d.text, "reason": d.reason, "name": d.name} for d in found])


@put("/api/v1/calendar-uses", status_code=204)
async def choose_calendar(request: AnyRequest, data: UseBody) -> None:
    """Set who works by which."""
    await calendars.choose(data.scope, data.calendar, actor=actor(request))


@post("/api/v1/working-time/due", status_code=200)
async def due(request: AnyRequest, data: DueBody) -> dict[str, object]:
    """When something is due by the caller's own calendar."""
    if data.base.tzinfo is None:
        raise Invalid.one(
            "/base", "zone", N_("Give the instant with its zone, such as 2026-11-22T08:00:00Z.")
        )
    calendar = await calendars.calendar_of(f"person:{actor(request).user_id}")
    return {"due": calendars.due(data.base, calendars.duration(data.duration, "/duration"), calendar)}


@get("/api/v1/me/absences")
async def own_absences(request: AnyRequest) -> dict[str, object]:
    """One's own absences, the latest first."""
    who = actor(request)
    return page(await calendars.absences(who.user_id, actor=who))


@post("/api/v1/me/absences", status_code=201)
async def add_absence(request: AnyRequest, data: AbsenceBody) -> Absence:
    """Enter one; somebody else's only for who may set calendars."""
    who = actor(request)
    return await calendars.add_absence(
        data.user or who.user_id, data.first, data.last, hours=data.hours, note=data.note, actor=who
    )


@delete("/api/v1/me/absences/{absence_id:str}", status_code=204)
async def remove_absence(request: AnyRequest, absence_id: FromPath[str]) -> None:
    """Take one back."""
    await calendars.remove_absence(absence_id, actor=actor(request))


def calendar_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (
        all_calendars, create_calendar, one_calendar, change_calendar, remove_calendar, calendar_days, choose_calendar,
        due, own_absences, add_absence, remove_absence,
    )  # fmt: skip


def planner(request: AnyRequest) -> Actor:
    """Who asks, if they may set calendars. Raises Forbidden."""
    who = actor(request)
    if not permissions.may(who, calendars.ACTION):
        raise Forbidden(N_("None of your roles allows this."))
    return who


def _answer(found: StoredCalendar, status: int = 200) -> Response[StoredCalendar]:
    return Response(found, status_code=status, headers={"ETag": etag(found.revision)})
