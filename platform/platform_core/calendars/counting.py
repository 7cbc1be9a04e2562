"""Adding, taking away and measuring working time."""

from __future__ import annotations

from datetime import datetime, timedelta

from platform_core.calendars.durations import Duration
from platform_core.calendars.working import WorkCalendar

_NOTHING = timedelta()
_ONE = timedelta(days=1)


def add_working_time(start: datetime, duration: timedelta, calendar: WorkCalendar) -> datetime:
    """The instant at which so much working time has passed since `start` (before it, for a negative duration).

    Where it is used up with the last minute of a day the answer is that minute, not the next morning; nothing added
    is `start` itself. Raises NeverOpen.
    """
    if duration == _NOTHING:
        return start
    left = abs(duration)
    if duration > _NOTHING:
        for opened, closed in calendar.forward(start):
            if closed - opened >= left:
                return opened + left
            left -= closed - opened
    else:
        for opened, closed in calendar.backward(start):
            if closed - opened >= left:
                return closed - left
            left -= closed - opened
    raise AssertionError("unreachable: the walk ends or raises")


def working_time_between(start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
    """Working time from `start` to `end`; negative where `end` is earlier."""
    if end < start:
        return -working_time_between(end, start, calendar)
    total = _NOTHING
    day = calendar.local(start).date() - _ONE
    last = calendar.local(end).date() + _ONE
    while day <= last:
        for opened, closed in calendar.open_on(day):
            total += max(min(closed, end) - max(opened, start), _NOTHING)
        day += _ONE
    return total


def is_open(at: datetime, calendar: WorkCalendar) -> bool:
    """Whether an instant is working time; the minute of closing is not."""
    day = calendar.local(at).date()
    return any(
        opened <= at < closed
        for near in (day - _ONE, day, day + _ONE)
        for opened, closed in calendar.open_on(near)
    )


def next_open(at: datetime, calendar: WorkCalendar) -> datetime:
    """The first working instant at or after `at`. Raises NeverOpen."""
    for opened, _closed in calendar.forward(at):
        return opened
    raise AssertionError("unreachable: the walk yields or raises")


def add_working_days(start: datetime, days: int, calendar: WorkCalendar) -> datetime:
    """The same time of day so many working days later (earlier, for a negative number).

    What begins outside working time begins with the next working minute. A time of day that the day reached does not
    work at moves into its hours: to their end where it is later, to the next opening where it is earlier or between.
    """
    begun = next_open(start, calendar)
    if days == 0:
        return begun
    local = calendar.local(begun)
    step = _ONE if days > 0 else -_ONE
    day, left, looked = local.date(), abs(days), 0
    while left:
        day += step
        looked = 0 if calendar.open_on(day) else looked + 1
        if looked > 366 * 12:
            next_open(calendar.instant_of(day, local.time()), calendar)  # raises NeverOpen
            looked = 0
        left -= bool(calendar.open_on(day))
    return _within(calendar.instant_of(day, local.time()), calendar.open_on(day))


def _within(at: datetime, hours: tuple[tuple[datetime, datetime], ...]) -> datetime:
    for opened, closed in hours:
        if at <= closed:
            return max(at, opened)
    return hours[-1][1]


def due(base: datetime, duration: Duration, calendar: WorkCalendar) -> datetime:
    """When a duration that begins at `base` ends: by the clock on the wall, or in working time. Raises NeverOpen."""
    match duration.kind:
        case "wall":
            return base + timedelta(seconds=duration.amount)
        case "work_time":
            return add_working_time(base, timedelta(seconds=duration.amount), calendar)
    return add_working_days(base, duration.amount, calendar)
