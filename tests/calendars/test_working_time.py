"""Working time: weekends, holidays, make-up days, lunch, and the two nights when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_core import calendars
from platform_core.calendars import CalendarRules, Exceptional, NeverOpen, WorkCalendar
from platform_core.calendars.rules import BadHours, hours_text, spans
from platform_core.errors import Invalid

FIVE = ("09:00-12:00, 13:00-18:00",) * 5
CHINA = WorkCalendar(CalendarRules(zone="Asia/Shanghai", week=(*FIVE, "", ""), countries=("CN",)), "UTC")
BERLIN = WorkCalendar(CalendarRules(zone="Europe/Berlin", week=(*("09:00-17:00",) * 5, "", "")), "UTC")
NIGHT = WorkCalendar(CalendarRules(zone="Europe/Berlin", week=("01:00-06:00",) * 7), "UTC")


def at(text: str, calendar: WorkCalendar = CHINA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=calendar.zone).astimezone(UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("start", "add", "end"),
    [
        ("2026-11-20T10:00", 1, "2026-11-20T11:00"),
        ("2026-11-20T11:30", 1, "2026-11-20T13:30"),  # over lunch
        ("2026-11-20T17:30", 1, "2026-11-23T09:30"),  # Friday evening → Monday
        ("2026-11-21T20:00", 1, "2026-11-23T10:00"),  # Saturday evening starts on Monday morning, not on Tuesday
        ("2026-11-21T08:00", 1, "2026-11-23T10:00"),  # and Saturday morning the same
        ("2026-11-20T09:00", 8, "2026-11-20T18:00"),  # a whole day ends that evening
        ("2026-09-30T17:00", 2, "2026-10-08T10:00"),  # over the national holiday of 2026
        ("2026-10-10T09:00", 1, "2026-10-10T10:00"),  # a Saturday that is worked (调休)
        ("2026-10-09T17:30", 1, "2026-10-10T09:30"),  # Friday → the make-up Saturday
        ("2026-10-10T17:30", 1, "2026-10-12T09:30"),  # make-up Saturday → Monday
    ],
)  # fmt: skip
def test_working_hours_are_added_as_people_count_them(start: str, add: float, end: str) -> None:
    assert CHINA.local(calendars.add_working_time(at(start), hours(add), CHINA)) == CHINA.local(at(end))


def test_taking_away_walks_back_over_the_weekend() -> None:
    assert calendars.add_working_time(at("2026-11-23T10:00"), -hours(2), CHINA) == at("2026-11-20T17:00")


def test_the_clock_that_leaps_moves_an_edge_forward_and_hours_stay_real() -> None:
    opening = WorkCalendar(CalendarRules(zone="Europe/Berlin", week=("02:30-06:00",) * 7), "UTC")
    ((opened, closed),) = opening.open_on(date(2026, 3, 29))
    assert opening.local(opened).strftime("%H:%M") == "03:30" and closed - opened == hours(2.5)
    ((opened, closed),) = NIGHT.open_on(date(2026, 3, 29))
    assert closed - opened == hours(4)  # five on the wall


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    opening = WorkCalendar(CalendarRules(zone="Europe/Berlin", week=("02:30-06:00",) * 7), "UTC")
    ((opened, closed),) = opening.open_on(date(2026, 10, 25))
    assert opened == datetime(2026, 10, 25, 0, 30, tzinfo=UTC) and closed - opened == hours(4.5)
    ((opened, closed),) = NIGHT.open_on(date(2026, 10, 25))
    assert closed - opened == hours(6)


def test_a_zone_whose_midnight_is_leapt_over_still_has_its_day() -> None:
    whole = WorkCalendar(CalendarRules(zone="Africa/Cairo", week=("00:00-24:00",) * 7), "UTC")
    day = date(2026, 4, 24)  # clocks go from 00:00 to 01:00
    ((opened, closed),) = whole.open_on(day)
    assert closed - opened == hours(23)


def test_working_days_keep_the_time_of_day_and_skip_holidays() -> None:
    assert calendars.add_working_days(at("2026-09-29T10:15"), 2, CHINA) == at("2026-10-08T10:15")
    assert calendars.add_working_days(at("2026-11-21T20:00"), 1, CHINA) == at("2026-11-24T09:00")
    assert calendars.add_working_days(at("2026-11-24T10:00"), -1, CHINA) == at("2026-11-23T10:00")


def test_own_exceptions_open_and_close_and_the_shorter_one_counts_last() -> None:
    rules = CalendarRules(
        zone="Asia/Shanghai",
        week=(*FIVE, "", ""),
        exceptions=(
            Exceptional(kind="work", first=date(2026, 12, 24), last=date(2026, 12, 24), hours="10:00-12:00"),
            Exceptional(kind="off", first=date(2026, 12, 21), last=date(2026, 12, 31), note="Year end"),
            Exceptional(kind="work", first=date(2026, 12, 19), last=date(2026, 12, 19)),
            Exceptional(kind="off", first=date(2026, 12, 18), last=date(2026, 12, 18), hours="13:00-18:00"),
        ),
    )
    own = WorkCalendar(rules, "UTC")
    assert own.day(date(2026, 12, 22)).hours == () and own.day(date(2026, 12, 22)).name == "Year end"
    assert own.day(date(2026, 12, 24)).text == "10:00-12:00"
    assert own.day(date(2026, 12, 19)).text == "09:00-12:00, 13:00-18:00"
    assert own.day(date(2026, 12, 18)).text == "09:00-12:00"


def test_an_absence_of_a_person_is_no_working_time() -> None:
    gone = Exceptional(kind="off", first=date(2026, 11, 23), last=date(2026, 11, 24))
    mine = WorkCalendar(CHINA.rules, "UTC", absences=[gone])
    assert calendars.next_open(at("2026-11-21T12:00"), mine) == at("2026-11-25T09:00")


def test_holidays_of_other_countries_and_their_parts() -> None:
    bavaria = WorkCalendar(CalendarRules(zone="Europe/Berlin", countries=("DE-BY",)), "UTC")
    day = bavaria.day(date(2026, 1, 6))
    assert (day.reason, day.hours) == ("holiday", ())
    assert BERLIN.day(date(2026, 1, 6)).hours
    emirates = WorkCalendar(CalendarRules(zone="Asia/Dubai", week=("", *("09:00-17:00",) * 4, "", "08:00-12:00"), countries=("AE",)), "UTC")  # fmt: skip
    assert emirates.day(date(2026, 12, 2)).reason == "holiday"


def test_the_data_says_how_far_it_can_be_trusted() -> None:
    assert calendars.trust("CN", 2026) == "exact"
    assert calendars.trust("CN", 2029) == "statutory"  # holidays known by law, make-up days not published
    assert calendars.trust("AE", 2031) == "estimated"
    assert calendars.trust("DE", 2027) == "exact"
    later = WorkCalendar(CHINA.rules, "UTC")
    assert later.day(date(2029, 10, 1)).reason == "holiday" and later.day(date(2029, 10, 9)).hours


def test_a_calendar_that_never_opens_says_so_at_once() -> None:
    shut = WorkCalendar(CalendarRules(week=("",) * 7), "UTC")
    for ask in (calendars.next_open, lambda when, cal: calendars.add_working_time(when, hours(1), cal)):
        with pytest.raises(NeverOpen):
            ask(at("2026-11-20T10:00"), shut)
    with pytest.raises(NeverOpen):
        calendars.add_working_time(at("2026-11-20T10:00"), -hours(1), shut)
    assert calendars.working_time_between(at("2026-11-20T10:00"), at("2026-11-30T10:00"), shut) == timedelta()


@pytest.mark.parametrize(
    ("text", "kind", "amount", "back"),
    [
        ("PT48H", "wall", 172_800, "PT48H"), ("P2D", "wall", 172_800, "PT48H"), ("PT90M", "wall", 5_400, "PT1H30M"),
        ("work PT8H", "work_time", 28_800, "work PT8H"), ("work P3D", "work_days", 3, "work P3D"),
    ],
)  # fmt: skip
def test_durations_are_read_and_written(text: str, kind: str, amount: int, back: str) -> None:
    found = calendars.duration(text)
    assert (found.kind, found.amount, found.text) == (kind, amount, back)


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "2h", "P1M", "P1Y", "work P1DT2H", "-PT1H", "PT1.5H", "work "]
)
def test_what_is_no_duration_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        calendars.duration(text, "/sla")
    assert refused.value.errors[0].pointer == "/sla" and refused.value.errors[0].remedy


@pytest.mark.parametrize("text", ["9-18", "18:00-09:00", "09:00-25:00", "09:61-10:00", "x", "09:00-10:00 x"])
def test_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(BadHours):
        spans(text)


minutes = st.integers(0, 1439)
weeks = st.lists(
    st.lists(st.tuples(minutes, minutes).filter(lambda one: one[0] < one[1]), max_size=3),
    min_size=7,
    max_size=7,
).filter(any)
zones = st.sampled_from(
    ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe"]
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
spells = st.integers(1, 60 * 60 * 200).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def any_calendar(draw: st.DrawFn) -> WorkCalendar:
    week = tuple(hours_text(spans(",".join(hours_text((one,)) for one in day))) for day in draw(weeks))
    return WorkCalendar(CalendarRules(zone=draw(zones), week=week, countries=("CN",)), "UTC")  # type: ignore[arg-type]  # seven of them


@settings(max_examples=60, deadline=None)
@given(any_calendar(), moments, spells)
def test_what_is_added_is_what_lies_between(
    calendar: WorkCalendar, start: datetime, spell: timedelta
) -> None:
    end = calendars.add_working_time(start, spell, calendar)
    assert calendars.working_time_between(start, end, calendar) == spell


@settings(max_examples=60, deadline=None)
@given(any_calendar(), moments, spells, spells)
def test_adding_twice_is_adding_both(
    calendar: WorkCalendar, start: datetime, one: timedelta, other: timedelta
) -> None:
    step = calendars.add_working_time(start, one, calendar)
    assert calendars.add_working_time(step, other, calendar) == calendars.add_working_time(
        start, one + other, calendar
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(any_calendar(), moments, spells)
def test_walking_back_returns_to_the_working_time_where_it_began(
    calendar: WorkCalendar, start: datetime, spell: timedelta
) -> None:
    begun = calendars.next_open(start, calendar)
    end = calendars.add_working_time(begun, spell, calendar)
    assert calendars.add_working_time(end, -spell, calendar) == begun


@settings(max_examples=60, deadline=None)
@given(any_calendar(), moments)
def test_the_next_open_time_is_open_and_nothing_lies_before_it(
    calendar: WorkCalendar, start: datetime
) -> None:
    opened = calendars.next_open(start, calendar)
    assert opened >= start and calendars.is_open(opened, calendar)
    assert calendars.working_time_between(start, opened, calendar) == timedelta()
