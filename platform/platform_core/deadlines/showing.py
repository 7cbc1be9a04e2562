"""What a screen shows of a clock."""

from __future__ import annotations

from datetime import timedelta

from platform_core import calendars, clock
from platform_core.deadlines import reckoning
from platform_core.deadlines.model import Deadline
from platform_core.errors import NotFound


async def remaining(deadline: Deadline) -> timedelta | None:
    """Time left in the clock's own kind of time (working hours, or by the wall): negative where it is over.

    None where the calendar never opens again. A clock that waits keeps what it had; an ended one what was left then.
    """
    try:
        calendar = await calendars.calendar_of(deadline.scope)
    except NotFound:
        calendar = await calendars.calendar_of()
    return reckoning.remaining(deadline, calendar, clock.now())
