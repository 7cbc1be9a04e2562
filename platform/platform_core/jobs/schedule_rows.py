"""Schedules as rows: what the program brings, what a company adds, and what becomes of both."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, cast

import msgspec

from platform_core import clock, database
from platform_core.database import Row
from platform_core.errors import NotFound
from platform_core.jobs.errors import BadSchedule
from platform_core.jobs.queue import add
from platform_core.jobs.registry import registered_schedules
from platform_core.jobs.schedule_rules import Misfire, Schedule

Source = Literal["program", "company"]

_INSERT = """INSERT INTO tw_schedule (name, kind, rule, source, paused, next_at, changed_at)
VALUES (?, ?, ?, ?, FALSE, ?, ?) ON CONFLICT (name) DO NOTHING"""
_CHANGE = "UPDATE tw_schedule SET kind = ?, rule = ?, source = ?, next_at = ?, changed_at = ? WHERE name = ?"
_SELECT = """SELECT name, kind, rule, source, paused, next_at, last_due, last_at, last_late, last_job
FROM tw_schedule"""


class ScheduleState(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule as it stands. `last_due` is the time for which it fired last, `last_at` when that happened."""

    schedule: Schedule
    source: Source
    paused: bool
    next_at: datetime
    last_due: datetime | None
    last_at: datetime | None
    last_late: bool
    last_job: str | None
    is_known: bool
    """Whether this program can fire it; False where its plugin is switched off."""


async def plant_schedules() -> None:
    """Gives every registered schedule its row; one whose rule has changed is planned anew, pauses stay."""
    for schedule in registered_schedules().values():
        await _put(schedule, "program")


async def put_schedule(schedule: Schedule) -> None:
    """Adds or changes a schedule of the company's own, in the caller's transaction. BadSchedule for a taken name."""
    if schedule.key in registered_schedules():
        raise BadSchedule("The name {name} belongs to the program.", params={"name": schedule.key})
    await _put(schedule, "company")


async def remove_schedule(name: str) -> bool:
    """Takes a schedule of the company's own away; jobs that it has added stay."""
    gone = await database.execute("DELETE FROM tw_schedule WHERE name = ? AND source = 'company'", (name,))
    return gone > 0


async def pause_schedule(name: str, paused: bool) -> None:
    """Stops a schedule, or lets it go on with its next time; times in between are let go. Raises NotFound."""
    async with database.transaction():
        state = await schedule_named(name)
        changed = "UPDATE tw_schedule SET paused = ?, next_at = ?, changed_at = ? WHERE name = ?"
        now = clock.now()
        await database.execute(changed, (paused, state.schedule.after(now), now, name))


async def run_schedule(name: str, *, created_by: str | None = None) -> str:
    """One run outside of the plan, now. Returns the job's id. Raises NotFound."""
    async with database.transaction():
        state = await schedule_named(name)
        job_id = await add_run(state.schedule, clock.now(), late=False, created_by=created_by)
        await database.execute("UPDATE tw_schedule SET last_job = ? WHERE name = ?", (job_id, name))
        return job_id


async def schedules() -> list[ScheduleState]:
    """Every schedule, by name."""
    return [_state(row) for row in await database.fetch_all(f"{_SELECT} ORDER BY name")]


async def schedule_named(name: str) -> ScheduleState:
    """One schedule. Raises NotFound."""
    row = await database.fetch_one(f"{_SELECT} WHERE name = ?", (name,))
    if row is None:
        raise NotFound()
    return _state(row)


async def add_run(
    schedule: Schedule,
    due: datetime,
    *,
    late: bool,
    idem_key: str | None = None,
    created_by: str | None = None,
) -> str:
    """The job of one time; its handler finds `{"due", "late"}` under "schedule" in the payload."""
    facts = {"due": due.isoformat().replace("+00:00", "Z"), "late": late}
    return await add(
        schedule.kind,
        {**schedule.payload, "schedule": facts},
        subject=f"schedule/{schedule.key}",
        idem_key=idem_key,
        priority=schedule.priority,
        lock_key=f"schedule:{schedule.key}",
        created_by=created_by,
    )


async def _put(schedule: Schedule, source: Source) -> None:
    now = clock.now()
    rule, first = _rule(schedule), schedule.after(now)
    if await database.execute(_INSERT, (schedule.key, schedule.kind, rule, source, first, now)):
        return
    row = await database.fetch_one(f"{_SELECT} WHERE name = ?", (schedule.key,))
    if row is None or (row["rule"] == rule and row["kind"] == schedule.kind and row["source"] == source):
        return
    await database.execute(_CHANGE, (schedule.kind, rule, source, first, now, schedule.key))


def _rule(schedule: Schedule) -> dict[str, object]:
    step = schedule.every
    return {
        "cron": schedule.cron,
        "every": None if step is None else step.total_seconds(),
        "zone": schedule.place if schedule.cron else None,
        "misfire": schedule.misfire,
        "payload": dict(schedule.payload),
        "priority": schedule.priority,
        "title": schedule.title,
    }


class _Rule(msgspec.Struct, frozen=True):
    """The stored form."""

    cron: str = ""
    every: float | None = None
    zone: str | None = None
    misfire: Misfire = "once"
    payload: dict[str, object] = {}
    priority: int = 0
    title: str = ""


def _state(row: Row) -> ScheduleState:
    rule = msgspec.convert(row["rule"], _Rule)
    name, kind, source = str(row["name"]), str(row["kind"]), cast(Source, row["source"])
    schedule = Schedule(
        kind=kind,
        name=name,
        cron=rule.cron,
        every=None if rule.every is None else timedelta(seconds=rule.every),
        zone=rule.zone,
        misfire=rule.misfire,
        payload=rule.payload,
        priority=rule.priority,
        title=rule.title,
    )
    return ScheduleState(
        schedule=schedule,
        source=source,
        paused=bool(row["paused"]),
        next_at=cast(datetime, row["next_at"]),  # the column's type
        last_due=cast(datetime | None, row["last_due"]),  # the column's type
        last_at=cast(datetime | None, row["last_at"]),  # the column's type
        last_late=bool(row["last_late"]),
        last_job=None if row["last_job"] is None else str(row["last_job"]),
        is_known=source == "company" or name in registered_schedules(),
    )
