"""`/admin/calendars/{id}`: one calendar's week, holidays and exceptions, and a month as it comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec
from babel import Locale
from babel.dates import format_skeleton
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from platform_core import calendars, clock, i18n
from platform_core.calendars import CalendarRules, DayView, StoredCalendar
from platform_core.errors import Invalid, Problem, TradewindError
from platform_core.i18n import N_, _
from platform_core.web.form_data import nest, pairs
from platform_core.web.frame import page
from platform_core.web.shell import Crumb, GridColumn, Option
from platform_core.web.telling import NOTHING, Told, told_by, went
from platform_core.web.time.places import CALENDARS, AnyRequest, frame, planner

NEW = "new"
_ONE = CALENDARS + "/{calendar_id:str}"
_WEEK = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip


class Cell(msgspec.Struct, frozen=True):
    """A day of the preview. `hours` is how many, as text; `tone` colours it; `why` names holiday or exception."""

    day: date
    hours: str
    text: str
    tone: str
    why: str


@get(_ONE, name="calendar")
async def calendar_page(
    request: AnyRequest, calendar_id: FromPath[str], month: FromQuery[str] = ""
) -> Response[str]:
    """The form and the preview."""
    planner(request)
    stored = None if calendar_id == NEW else await calendars.find(calendar_id)
    return await _page(request, stored, _given(stored), NOTHING, month)


@post(_ONE, status_code=303, name="save_calendar")
async def save_calendar(request: AnyRequest, calendar_id: FromPath[str]) -> Response[str]:
    """Save it; a new one too."""
    who, form = planner(request), await request.form()
    stored = None if calendar_id == NEW else await calendars.find(calendar_id)
    given = nest(pairs(form), rows=("exceptions",))
    try:
        rules = _rules(given)
        name = str(given.get("name", ""))
        if stored is None:
            stored = await calendars.create(name, rules, actor=who)
        else:
            revision = str(given.get("revision", ""))
            stored = await calendars.change(
                stored.id, name, rules, revision=int(revision) if revision.isdecimal() else None, actor=who
            )
    except TradewindError as error:
        return await _page(request, stored, given, told_by(error), "")
    return went(f"{CALENDARS}/{stored.id}", "saved")


@post(_ONE + "/remove", status_code=303, name="remove_calendar")
async def remove_calendar(request: AnyRequest, calendar_id: FromPath[str]) -> Response[str]:
    """Take one away that nobody works by."""
    who = planner(request)
    stored = await calendars.find(calendar_id)
    try:
        await calendars.remove(calendar_id, actor=who)
    except TradewindError as error:
        return await _page(request, stored, _given(stored), told_by(error), "")
    return went(CALENDARS, "removed")


def calendar_one_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (calendar_page, save_calendar, remove_calendar)


def _given(stored: StoredCalendar | None) -> Mapping[str, object]:
    """What the form shows of a stored calendar, or of a new one."""
    rules = stored.rules if stored else CalendarRules()
    return {
        "name": stored.name if stored else "",
        "zone": rules.zone,
        "week": {str(place): hours for place, hours in enumerate(rules.week)},
        "countries": [country for country in rules.countries if "-" not in country],
        "parts": ", ".join(country for country in rules.countries if "-" in country),
        "make_up": "true" if rules.make_up else "false",
        "exceptions": [
            {"id": str(place), **msgspec.to_builtins(one)} for place, one in enumerate(rules.exceptions)
        ],
        "revision": stored.revision if stored else "",
    }


def _complete(stored: StoredCalendar | None, given: Mapping[str, object]) -> Mapping[str, object]:
    """What was sent, with every name that the form shows."""
    whole = {**_given(stored), "make_up": "false", **given}
    rows = whole["exceptions"]
    blank = {"kind": "off", "first": "", "last": "", "hours": "", "note": ""}
    whole["exceptions"] = [
        {**blank, **row, "id": str(place)}
        for place, row in enumerate(rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    ]
    if not isinstance(whole["week"], dict):
        whole["week"] = {}
    return whole


def _rules(given: Mapping[str, object]) -> CalendarRules:
    """The rules that the form says. Raises Invalid for a day that is none."""
    week = given.get("week")
    hours = [str(week.get(str(n), "")).strip() if isinstance(week, dict) else "" for n in range(7)]
    chosen = given.get("countries")
    countries = [str(one) for one in chosen] if isinstance(chosen, list) else []
    parts = [part for part in str(given.get("parts", "")).upper().replace(",", " ").split() if part]
    whole = [country for country in countries if not any(part.startswith(f"{country}-") for part in parts)]
    raw = {
        "zone": str(given.get("zone", "")),
        "week": hours,
        "countries": [*whole, *dict.fromkeys(parts)],
        "make_up": given.get("make_up") == "true",
        "exceptions": _exceptions(given),
    }
    return msgspec.convert(raw, CalendarRules)


def _exceptions(given: Mapping[str, object]) -> list[dict[str, object]]:
    rows = given.get("exceptions")
    made: list[dict[str, object]] = []
    problems: list[Problem] = []
    for place, row in enumerate(rows if isinstance(rows, list) else []):
        if not isinstance(row, dict) or not (row.get("first") or row.get("last")):
            continue
        first = str(row.get("first") or row.get("last"))
        last = str(row.get("last") or first)
        try:
            ends = (date.fromisoformat(first), date.fromisoformat(last))
        except ValueError:
            problems.append(
                Problem(
                    pointer=f"/exceptions/{place}",
                    code="date",
                    message=N_("A day of an exception is no date."),
                )
            )
            continue
        made.append(
            {
                "kind": "work" if row.get("kind") == "work" else "off", "first": ends[0], "last": ends[1],
                "hours": str(row.get("hours", "")).strip(), "note": str(row.get("note", "")).strip(),
            }
        )  # fmt: skip
    if problems:
        raise Invalid(problems)
    return made


async def _page(
    request: AnyRequest, stored: StoredCalendar | None, given: Mapping[str, object], told: Told, month: str
) -> Response[str]:
    title = stored.name if stored else _("New calendar")
    first = _month(month)
    return page(
        request,
        "time/calendar.html",
        frame=frame(request, Crumb(_("Working hours"), CALENDARS), Crumb(title)),
        status=told.status,
        told=told,
        title=title,
        given=_complete(stored, given),
        stored=stored,
        days=[_(name) for name in _WEEK],
        countries=_country_options(),
        columns=_columns(),
        kinds=[Option("off", _("Closed")), Option("work", _("Working"))],
        month_title=_month_title(first),
        before=(first - timedelta(days=1)).strftime("%Y-%m"),
        after=(first + timedelta(days=32)).strftime("%Y-%m"),
        cells=await _cells(stored, first) if stored else [],
        doubts=_doubts(stored) if stored else [],
        url=CALENDARS,
        own_url=f"{CALENDARS}/{stored.id if stored else NEW}",
    )


def _columns() -> list[GridColumn]:
    return [
        GridColumn(_("What")),
        GridColumn(_("From"), required=True),
        GridColumn(_("Until")),
        GridColumn(_("Hours"), wide=True),
        GridColumn(_("Note"), wide=True),
    ]


def _country_options() -> list[Option]:
    known = calendars.known_countries()
    found = [Option(code, i18n.country_name(code)) for code in known if len(code) == 2]
    return sorted(found, key=lambda option: option.label)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return clock.now().date().replace(day=1)


def _month_title(first: date) -> str:
    """ "November 2026" in the reader's language."""
    locale = Locale.parse(i18n.known(i18n.current().language).tag, sep="-")
    return str(format_skeleton("yMMMM", first, locale=locale))


async def _cells(stored: StoredCalendar, first: date) -> list[Cell | None]:
    """The days of a month in weeks from Monday, with empty places before the first."""
    calendar = await calendars.calendar_of(f"calendar:{stored.id}")
    days = [first + timedelta(days=n) for n in range(31) if (first + timedelta(days=n)).month == first.month]
    return [*([None] * first.weekday()), *(_cell(calendar.day(day)) for day in days)]


def _cell(view: DayView) -> Cell:
    tones = {"holiday": "warm", "make_up": "gold", "off": "warm", "work": "gold"}
    words = {"make_up": _("Make-up day"), "off": _("Closed"), "work": _("Working"), "holiday": _("Holiday")}
    minutes = sum(end - start for start, end in view.hours)
    return Cell(
        day=view.day,
        hours=f"{i18n.format_number(round(minutes / 60))} h" if minutes else "–",
        text=view.text or _("Closed"),
        tone=tones.get(view.reason, "" if view.hours else "closed"),
        why=view.name or words.get(view.reason, ""),
    )


def _doubts(stored: StoredCalendar) -> list[str]:
    """Where the data of a country is not certain, this year and next."""
    words = {
        "statutory": N_(
            "{country} {year}: the make-up days are not published yet. Statutory holidays are kept."
        ),
        "estimated": N_("{country} {year}: some holidays follow the moon and may move by a day or two."),
        "none": N_("{country} {year}: no holidays are known; only the week and your exceptions count."),
    }
    year = clock.now().year
    return [
        _(words[trust], country=i18n.country_name(country.partition("-")[0]), year=each)
        for country in stored.rules.countries
        for each in (year, year + 1)
        if (trust := calendars.trust(country, each)) != "exact"
    ]
