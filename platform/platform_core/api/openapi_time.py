"""Calendars, absences and rates of exchange in the OpenAPI document. What only planners may is shown to them alone."""

from __future__ import annotations

from platform_core import calendars, currencies, permissions
from platform_core.api.calendars import AbsenceBody, CalendarBody, DueBody, UseBody
from platform_core.api.describing import IF_MATCH, Json, parameter
from platform_core.api.openapi_lines import OpenApiLine as Line
from platform_core.api.openapi_lines import OpenApiPage, lines_part, shape
from platform_core.api.openapi_parts import OpenApiPart
from platform_core.api.rates import QuotesBody
from platform_core.calendars import Absence, StoredCalendar
from platform_core.identity import Actor

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "integer"}
_DECIMAL: Json = {"type": "string", "description": "A number as text"}
_DAY: Json = {"type": "string", "format": "date"}
_INSTANT: Json = {"type": "string", "format": "date-time"}
_LIMIT = parameter("limit", "query", "1 to 200, 50 unless told", {"type": "integer"})
_QUOTE: dict[str, Json] = {"from": _TEXT, "to": _TEXT, "rate": _DECIMAL}
_LEG = shape(**_QUOTE, inverted={"type": "boolean"})
_RATE = shape(id=_TEXT, date=_DAY, **_QUOTE, origin=_TEXT)
_CONVERTED = shape(
    amount=shape(amount=_DECIMAL, currency=_TEXT), rate=_DECIMAL, date=_DAY,
    origins={"type": "array", "items": _TEXT}, way={"type": "array", "items": _LEG},
)  # fmt: skip
_DAYS = (
    parameter("from", "query", "The first day", _DAY, required=True),
    parameter("to", "query", "The last day, at most 400 days later", _DAY, required=True),
)
_REASON: Json = {"type": "string", "description": "holiday, make_up, off or work"}
_USES: Json = {
    "type": "object",
    "description": 'Scope ("", "team:<id>", "person:<id>") to calendar id',
    "additionalProperties": _TEXT,
}
_FOUND = (
    parameter("from", "query", "Currency that is given"),
    parameter("to", "query", "Currency that is asked for"),
    parameter("until", "query", "No later than this day", _DAY),
    _LIMIT,
)
_ASKED = (
    parameter("amount", "query", "A number as text", required=True),
    parameter("from", "query", "Currency of the amount", required=True),
    parameter("to", "query", "Currency that is asked for", required=True),
    parameter("on", "query", "By the rate of this day; today unless told", _DAY),
)

_WORKING: tuple[Line, ...] = (
    Line(method="post", path="/working-time/due", summary="When something is due by one's own calendar", body=DueBody, answer=shape(due=_INSTANT)),
    Line(method="get", path="/me/absences", summary="One's own absences, the latest first", answer=OpenApiPage(Absence)),
    Line(method="post", path="/me/absences", summary="Enter an absence", body=AbsenceBody, status=201, answer=Absence, refusals=(403,)),
    Line(method="delete", path="/me/absences/{absence_id}", summary="Take an absence back", status=204, refusals=(403,)),
)  # fmt: skip
_CALENDARS: tuple[Line, ...] = (
    Line(method="get", path="/calendars", summary="Every calendar, and who works by which", answer=OpenApiPage(StoredCalendar, {"uses": _USES}), guarded=True),
    Line(method="post", path="/calendars", summary="A new calendar", body=CalendarBody, status=201, answer=StoredCalendar, guarded=True),
    Line(method="get", path="/calendars/{calendar_id}", summary="One calendar; its ETag is its revision", answer=StoredCalendar, guarded=True),
    Line(method="put", path="/calendars/{calendar_id}", summary="Change a calendar", body=CalendarBody, answer=StoredCalendar, parameters=(IF_MATCH,), refusals=(412, 428), guarded=True),
    Line(method="delete", path="/calendars/{calendar_id}", summary="Take away a calendar that nobody works by", status=204, refusals=(409,), guarded=True),
    Line(method="get", path="/calendars/{calendar_id}/days", summary="What each day is, and why", answer=OpenApiPage(shape(day=_DAY, hours=_TEXT, reason=_REASON, name=_TEXT)), parameters=_DAYS, guarded=True),
    Line(method="put", path="/calendar-uses", summary="Set who works by which calendar", body=UseBody, status=204, refusals=(404,), guarded=True),
)  # fmt: skip
_MONEY: tuple[Line, ...] = (
    Line(method="get", path="/currencies", summary="Every currency of ISO 4217 in use", answer=OpenApiPage(shape(code=_TEXT, name=_TEXT, minor_units=_NUMBER))),
    Line(method="get", path="/rates", summary="Rates as they were entered, the newest day first", answer=OpenApiPage(_RATE), parameters=_FOUND),
    Line(method="get", path="/rates/convert", summary="An amount in another currency, with the rate and its date", answer=_CONVERTED, parameters=_ASKED),
)  # fmt: skip
_RATES: tuple[Line, ...] = (
    Line(method="post", path="/rates", summary="Enter rates, all or none", body=QuotesBody, status=201, answer=shape(entered=_NUMBER), guarded=True),
    Line(method="delete", path="/rates/{rate_id}", summary="Take a wrong rate out", status=204, guarded=True),
)  # fmt: skip


def working_time_part(actor: Actor) -> OpenApiPart:
    """One's own time for everybody, the company's calendars for who may set them."""
    planned = _CALENDARS if permissions.may(actor, calendars.ACTION) else ()
    return lines_part("time", "Working hours, holidays, absences", (*_WORKING, *planned))


def rates_part(actor: Actor) -> OpenApiPart:
    """Reading rates for everybody, entering them for who may."""
    entered = _RATES if permissions.may(actor, currencies.ACTION) else ()
    return lines_part("rates", "Currencies, dated rates, conversion", (*_MONEY, *entered))
