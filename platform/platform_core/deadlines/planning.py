"""When the next point of a clock is, and the job that tells of it: once, whatever happens in between.

A job names the clock and the number of its plan. Whatever changes the clock makes a new plan, so that older jobs find
nothing to do; telling and planning the next job are one transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from platform_core import calendars, clock, database, events, jobs
from platform_core.calendars import WorkCalendar
from platform_core.deadlines.model import BREACH, Deadline, DeadlineReached
from platform_core.deadlines.reckoning import next_point, passed, point_at
from platform_core.deadlines.rows import load, locked, update
from platform_core.errors import NotFound

FIRE = "deadlines.fire"
REPLAN = "deadlines.replan"
LATE = timedelta(minutes=5)
"""From this delay on a point is told of as late."""
_PORTION = 100


async def plan(deadline: Deadline) -> Deadline:
    """Reckons and writes an open clock, and plans the job for its next point. In the caller's transaction."""
    calendar = await _calendar(deadline)
    now = clock.now()
    running = deadline.state == "running"
    coming = next_point(deadline, calendar, now) if running else None
    planned = msgspec.structs.replace(
        deadline,
        stamp=calendar.stamp if deadline.duration.needs_calendar else "",
        due_at=point_at(deadline, BREACH, calendar, now) if running else deadline.due_at,
        next_at=coming[1] if coming else None,
        plan=deadline.plan + 1,
    )
    await update(planned)
    if coming:
        await jobs.add(
            FIRE,
            {"deadline": planned.id, "plan": planned.plan},
            subject=f"deadline/{planned.id}",
            idem_key=f"{FIRE}:{planned.id}:{planned.plan}",
            run_at=coming[1],
        )
    return planned


async def settle(ended: Deadline) -> Deadline:
    """Writes a clock that has ended, with the due time that its pauses leave."""
    calendar = await _calendar(ended)
    settled = msgspec.structs.replace(
        ended,
        due_at=point_at(ended, BREACH, calendar, ended.ended_at or clock.now()),
        next_at=None,
        plan=ended.plan + 1,
    )
    await update(settled)
    return settled


async def forget_what_lies_ahead(deadline: Deadline) -> Deadline:
    """Points that were told of and are still to come by now, after a change, count as not told of."""
    calendar, now = await _calendar(deadline), clock.now()
    stands = tuple(
        point
        for point in deadline.fired
        if (at := point_at(deadline, point, calendar, now)) is not None and at <= now
    )
    breached = deadline.breached_at if BREACH in stands else None
    return msgspec.structs.replace(deadline, fired=stands, breached_at=breached)


async def fire(job: jobs.Job) -> None:
    """The job FIRE: tells of what was passed and plans the next point, in one transaction."""
    async with job.commit():
        found = await locked(str(job.payload["deadline"]))
        if found is None or not found.is_open or found.plan != job.payload["plan"]:
            return
        now = clock.now()
        over = passed(found, await _calendar(found), now)
        if over and found.state == "running":
            found = await _told(found, [point for _at, point in over], over[-1][0])
        await plan(found)


async def replan(job: jobs.Job) -> dict[str, object]:
    """The job REPLAN: reckons every open clock anew whose calendar says something else by now. May run twice."""
    changed, last = 0, ""
    while True:
        behind = "AND id > ?" if last else ""
        found = await load(
            f"ended_at IS NULL AND duration LIKE 'work%' {behind} ORDER BY id LIMIT {_PORTION}",
            (last,) if last else (),
        )
        if not found:
            return {"changed": changed}
        last = found[-1].id
        for deadline in found:
            calendar = await _calendar(deadline)
            if calendar.stamp != deadline.stamp:
                changed += await _replanned(deadline.id)
        job.check_cancelled()


async def _replanned(deadline: str) -> int:
    async with database.transaction():
        found = await locked(deadline)
        if found is None or not found.is_open:
            return 0
        await plan(found)
    return 1


async def _told(deadline: Deadline, points: list[str], at: datetime) -> Deadline:
    now = clock.now()
    breach = BREACH in points
    late = now - at > LATE
    told = msgspec.structs.replace(
        deadline,
        fired=(*deadline.fired, *points),
        breached_at=now if breach else deadline.breached_at,
        late=deadline.late or (breach and late),
    )
    await update(told)
    await events.publish(
        DeadlineReached(deadline=told, points=tuple(points), at=at, breach=breach, late=late)
    )
    return told


async def _calendar(deadline: Deadline) -> WorkCalendar:
    """The calendar of the clock's scope; the installation's where that one is gone."""
    if not deadline.duration.needs_calendar and all("work" not in point for point in deadline.points):
        return _WALL
    try:
        return await calendars.calendar_of(deadline.scope)
    except NotFound:
        return await calendars.calendar_of()


_WALL = WorkCalendar(calendars.STANDARD, "UTC")
"""Stands in where no calendar is asked for anything."""
