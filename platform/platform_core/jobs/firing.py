"""Adds the jobs of schedules whose time has come. Any process may, at any time: each time fires once."""

from __future__ import annotations

import logging
from datetime import datetime

from platform_core import clock, database
from platform_core.jobs.registry import kinds
from platform_core.jobs.schedule_rows import ScheduleState, add_run, schedules
from platform_core.jobs.schedule_rules import LATE, Schedule

_log = logging.getLogger("tradewind.jobs")
_FIRED = """UPDATE tw_schedule SET next_at = ?, last_due = ?, last_at = ?, last_late = ?, last_job = ?
WHERE name = ? AND next_at = ? AND NOT paused"""
_MOVED = "UPDATE tw_schedule SET next_at = ? WHERE name = ? AND next_at = ?"
_WAITING = "SELECT 1 FROM tw_job WHERE lock_key = ? AND state = 'ready' AND due LIMIT 1"


async def fire_schedules() -> datetime | None:
    """Fires what is due and returns when the next schedule comes, or None."""
    upcoming: list[datetime] = []
    for state in await schedules():
        if state.paused or not state.is_known or state.schedule.kind not in kinds():
            continue
        upcoming.append(await _look_after(state))
    return min(upcoming, default=None)


async def next_fire() -> datetime | None:
    """When the next schedule comes, or None."""
    value = await database.fetch_value("SELECT MIN(next_at) FROM tw_schedule WHERE NOT paused")
    read = database.from_db(database.INSTANT, value)
    return read if isinstance(read, datetime) else None


async def _look_after(state: ScheduleState) -> datetime:
    """Fires one schedule where its time has come. Returns its next time."""
    now = clock.now()
    following = state.schedule.after(now)
    if state.next_at <= now:
        await _fire(state, now, following)
    elif state.next_at > following:
        # The clock was ahead when this was planned. What has fired already stays fired: its key is taken.
        _log.warning("schedule %s was planned beyond its next time; planned anew", state.schedule.key)
        await database.execute(_MOVED, (following, state.schedule.key, state.next_at))
    else:
        return state.next_at
    return following


async def _fire(state: ScheduleState, now: datetime, following: datetime) -> None:
    schedule = state.schedule
    times = _times(schedule, state.next_at, now)
    last = times[-1] if times else state.last_due
    late = now - state.next_at > LATE
    async with database.transaction():
        mine = (following, last, now, late, state.last_job, schedule.key, state.next_at)
        if not await database.execute(_FIRED, mine):
            return  # another process was quicker
        job_id = None
        for due in times:
            if schedule.misfire != "all" and await database.fetch_value(
                _WAITING, (f"schedule:{schedule.key}",)
            ):
                break  # the run before has not begun yet: one is enough
            job_id = await add_run(schedule, due, late=now - due > LATE, idem_key=_key(schedule, due))
        if job_id is not None:
            await database.execute(
                "UPDATE tw_schedule SET last_job = ? WHERE name = ?", (job_id, schedule.key)
            )
    if late:
        _log.warning("schedule %s fired late: it was due at %s", schedule.key, state.next_at.isoformat())


def _times(schedule: Schedule, first: datetime, now: datetime) -> list[datetime]:
    """The times that get a run: all or the last of what was missed, or only what is still fresh."""
    passed = schedule.missed(first, now)
    if schedule.misfire == "all":
        return passed
    if schedule.misfire == "skip":
        return [due for due in passed[-1:] if now - due <= LATE]
    return passed[-1:]


def _key(schedule: Schedule, due: datetime) -> str:
    return f"schedule:{schedule.key}:{due.isoformat()}"
