"""A calendar at work: which instants are working time, in exact time across changes of the clocks.

A local edge of working hours becomes an instant by itself: one that the clocks leap over moves forward by the gap,
one that comes twice means the first. Durations are real elapsed time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from platform_core.calendars.errors import NeverOpen
from platform_core.calendars.public_days import make_up_days, public_holidays
from platform_core.calendars.rules import (
    DAY,
    WHOLE_DAY,
    CalendarRules,
    Exceptional,
    Span,
    hours_text,
    spans,
    union,
    without,
)

_ONE = timedelta(days=1)
_FARTHEST = 366 * 12
"""Closed days in a row after which a calendar counts as never open."""
_KEPT = 4_000


class DayView(NamedTuple):
    """One local day: its hours, and why they are as they are ("" for a plain day of the week)."""

    day: date
    hours: tuple[Span, ...]
    reason: str = ""
    """"holiday", "make_up", "off" or "work"."""
    name: str = ""

    @property
    def text(self) -> str:
        """The hours as people write them."""
        return hours_text(self.hours)


class WorkCalendar:
    """Rules in a zone, with the absences of one person if it is a person's.

    `stamp` changes whenever what the calendar says has changed: keep it beside what was worked out from it.
    """

    def __init__(
        self, rules: CalendarRules, zone: str, *, absences: Sequence[Exceptional] = (), stamp: str = ""
    ) -> None:
        self.rules = rules
        self.zone = ZoneInfo(rules.zone or zone)
        self.stamp = stamp
        self._week = tuple(spans(hours) for hours in rules.week)
        usual = next((found for found in self._week if found), ())
        self._usual: tuple[Span, ...] = usual
        # The shorter a range, the later it speaks; a person's absence speaks last.
        ordered = sorted(rules.exceptions, key=lambda one: one.first - one.last)
        self._exceptions = (*ordered, *absences)
        self._days: dict[date, tuple[tuple[datetime, datetime], ...]] = {}

    def day(self, day: date) -> DayView:
        """What a local day is."""
        found = self._plain(day)
        for one in self._exceptions:
            if one.first <= day <= one.last:
                found = self._with(found, one)
        return found

    def open_on(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The working time of a local day as instants in UTC."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) > _KEPT:
                self._days.clear()
            made = (
                (self._instant(day, start), self._instant(day, end)) for start, end in self.day(day).hours
            )
            found = self._days[day] = tuple((start, end) for start, end in made if start < end)
        return found

    def forward(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working time from an instant on. Raises NeverOpen where none comes for years."""
        day = start.astimezone(self.zone).date() - _ONE  # an edge that was moved may reach into the next day
        shut = 0
        while shut < _FARTHEST and not self._is_dead:
            hours = self.open_on(day)
            for opened, closed in hours:
                if closed > start:
                    yield max(opened, start), closed
            day += _ONE
            shut = 0 if hours else shut + 1
        raise NeverOpen()

    def backward(self, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working time before an instant, the nearest first. Raises NeverOpen."""
        day = end.astimezone(self.zone).date() + _ONE
        shut = 0
        while shut < _FARTHEST and not self._is_dead:
            hours = self.open_on(day)
            for opened, closed in reversed(hours):
                if opened < end:
                    yield opened, min(closed, end)
            day -= _ONE
            shut = 0 if hours else shut + 1
        raise NeverOpen()

    def local(self, instant: datetime) -> datetime:
        """The instant in the calendar's zone."""
        return instant.astimezone(self.zone)

    def instant_of(self, day: date, at: time) -> datetime:
        """A local time as an instant; a gap moves it forward, of two the first is meant."""
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def _plain(self, day: date) -> DayView:
        for country in self.rules.countries:
            if self.rules.make_up and day in make_up_days(country, day.year):
                return DayView(day, self._usual, "make_up")
        for country in self.rules.countries:
            name = public_holidays(country, day.year).get(day)
            if name is not None:
                return DayView(day, (), "holiday", name)
        return DayView(day, self._week[day.weekday()])

    def _with(self, found: DayView, one: Exceptional) -> DayView:
        given = spans(one.hours)
        if one.kind == "work":
            hours = given or self._week[found.day.weekday()] or self._usual
            return DayView(found.day, union([*found.hours, *hours]) if given else hours, "work", one.note)
        return DayView(found.day, without(found.hours, given or WHOLE_DAY), "off", one.note)

    @property
    def _is_dead(self) -> bool:
        """Whether there can be no working time at all: an empty week and nothing that opens a day."""
        return not any(self._week) and not any(one.kind == "work" for one in self._exceptions)

    def _instant(self, day: date, minute: int) -> datetime:
        if minute >= DAY:
            return self.instant_of(day + _ONE, time())
        return self.instant_of(day, time(minute // 60, minute % 60))
