"""When a deadline's points are, with what it stood still: pure, given the calendar."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from platform_core import calendars
from platform_core.calendars import Duration, NeverOpen, WorkCalendar
from platform_core.deadlines.model import BREACH, Deadline, Pause
from platform_core.errors import Invalid
from platform_core.i18n import N_

_PERCENT = re.compile(r"(\d{1,4})%")


def check_point(point: str) -> None:
    """Raises Invalid for a point that is not understood."""
    if _PERCENT.fullmatch(point):
        return
    calendars.duration(point.removeprefix("-"), "/points")


def point_at(deadline: Deadline, point: str, calendar: WorkCalendar, now: datetime) -> datetime | None:
    """The instant of a point; None where the calendar never opens again."""
    try:
        bare = _bare(deadline, point, calendar)
        for since, until in deadline.pauses:
            bare = _shifted(bare, (since, until or now), deadline.duration, calendar)
    except NeverOpen:
        return None
    return bare


def remaining(deadline: Deadline, calendar: WorkCalendar, now: datetime) -> timedelta | None:
    """Time left, in the deadline's own kind of time; negative where it is over, None where it never ends.

    While it is paused that is what was left when the pause began.
    """
    end = deadline.ended_at or now
    due = point_at(deadline, BREACH, calendar, end)
    if due is None:
        return None
    if deadline.duration.needs_calendar:
        return calendars.working_time_between(end, due, calendar)
    return due - end


def next_point(deadline: Deadline, calendar: WorkCalendar, now: datetime) -> tuple[str, datetime] | None:
    """The first point that has not been told of, and its instant."""
    found = [
        (at, point)
        for point in deadline.points
        if point not in deadline.fired and (at := point_at(deadline, point, calendar, now)) is not None
    ]
    return min(found)[::-1] if found else None


def passed(deadline: Deadline, calendar: WorkCalendar, now: datetime) -> list[tuple[datetime, str]]:
    """Points that are over and were not told of, in their order."""
    found = [
        (at, point)
        for point in deadline.points
        if point not in deadline.fired and (at := point_at(deadline, point, calendar, now)) is not None
    ]
    return sorted((at, point) for at, point in found if at <= now)


def _bare(deadline: Deadline, point: str, calendar: WorkCalendar) -> datetime:
    """The instant as if the clock had never stood still."""
    span = deadline.duration
    percent = _PERCENT.fullmatch(point)
    if percent:
        return _share(deadline.base, span, int(percent.group(1)), calendar)
    if not point.startswith("-"):
        return calendars.due(deadline.base, calendars.duration(point), calendar)
    before = calendars.duration(point[1:])
    due = calendars.due(deadline.base, span, calendar)
    return calendars.due(due, Duration(before.kind, -before.amount), calendar)


def _share(base: datetime, span: Duration, percent: int, calendar: WorkCalendar) -> datetime:
    """So many hundredths of the time."""
    if percent == 100:
        return calendars.due(base, span, calendar)
    if span.kind == "wall":
        return base + timedelta(seconds=span.amount) * percent / 100
    if span.kind == "work_time":
        return calendars.add_working_time(base, timedelta(seconds=span.amount) * percent / 100, calendar)
    whole = calendars.working_time_between(base, calendars.due(base, span, calendar), calendar)
    return calendars.add_working_time(base, whole * percent / 100, calendar)


def _shifted(at: datetime, pause: Pause, span: Duration, calendar: WorkCalendar) -> datetime:
    """Later by what a pause took away; a pause after the instant takes nothing."""
    since, until = pause
    if until is None or at <= since:
        return at
    if not span.needs_calendar:
        return at + (until - since)
    return calendars.add_working_time(at, calendars.working_time_between(since, until, calendar), calendar)


def checked_points(points: tuple[str, ...]) -> tuple[str, ...]:
    """The points without doubles, the end of the time among them. Raises Invalid."""
    if len(points) > 20:
        raise Invalid.one("/points", "too_many", N_("At most {most} points."), most=20)
    for point in points:
        check_point(point)
    return tuple(dict.fromkeys((*points, BREACH)))
