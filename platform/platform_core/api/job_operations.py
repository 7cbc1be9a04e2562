"""`/api/v1/jobs` and `/api/v1/schedules` for admins: lists, numbers, trying again, cancelling, running now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from platform_core import jobs
from platform_core.api.jobs import AnyRequest
from platform_core.api.paging import limit as checked_limit
from platform_core.api.paging import page
from platform_core.errors import Invalid, NotFound
from platform_core.i18n import N_
from platform_core.jobs import Group, Job, Progress, ScheduleState
from platform_core.web import (
    JobAction,
    ScheduleAction,
    act_on_job,
    act_on_schedule,
    actor,
    require_operator,
    retry_all_dead,
)

_JOB_ACTIONS: tuple[JobAction, ...] = ("retry", "cancel", "skip")
_SCHEDULE_ACTIONS: tuple[ScheduleAction, ...] = ("run", "pause", "resume")


class JobFacts(msgspec.Struct, kw_only=True):
    """A job as an operator sees it; never its payload."""

    id: str
    kind: str
    subject: str | None
    state: jobs.State
    priority: int
    attempt: int
    max_attempts: int
    lost: int
    run_at: datetime
    created_at: datetime
    created_by: str | None
    finished_at: datetime | None
    progress: Progress
    worker: str | None
    error: str | None


class ScheduleView(msgspec.Struct, kw_only=True):
    """A schedule: exactly one of `cron` (in `zone`) and `every` (seconds) is set."""

    name: str
    kind: str
    cron: str | None
    zone: str | None
    every: float | None
    misfire: jobs.Misfire
    paused: bool
    active: bool
    next_at: datetime
    last_due: datetime | None
    last_at: datetime | None
    last_late: bool
    last_job: str | None


@get("/api/v1/jobs")
async def list_jobs(
    request: AnyRequest,
    named: Annotated[str, QueryParameter(name="state")] = "dead",
    kind: FromQuery[str] = "",
    subject: FromQuery[str] = "",
    limit: FromQuery[str | None] = None,
    cursor: FromQuery[str] = "",
) -> dict[str, object]:
    """Jobs of one state ("late", "ready", "waiting", "running", "dead", "done", "cancelled"), with all counts."""
    require_operator(actor(request))
    group = _group(named)
    size, offset = checked_limit(limit), int(cursor) if cursor.isdecimal() else 0
    found = await jobs.listing(group, kind=kind, subject=subject, offset=offset, limit=size + 1)
    following = str(offset + size) if len(found) > size else None
    answer = page([facts_of(job) for job in found[:size]], following)
    return answer | {"counts": msgspec.to_builtins(await jobs.overview())}


@post("/api/v1/jobs/{job_id:str}/{action:str}", status_code=200)
async def act_job(request: AnyRequest, job_id: FromPath[str], action: FromPath[str]) -> JobFacts:
    """`retry` (dead, cancelled), `cancel` (ready, running) or `skip` (dead). 409 in another state."""
    if action not in _JOB_ACTIONS:
        raise NotFound()
    return facts_of(await act_on_job(job_id, action, actor=actor(request)))


@post("/api/v1/jobs/retry", status_code=200)
async def retry_jobs(request: AnyRequest, kind: FromQuery[str] = "") -> dict[str, int]:
    """Every dead job (of one kind) runs again: `{"retried": n}`."""
    return {"retried": await retry_all_dead(kind, actor=actor(request))}


@get("/api/v1/schedules")
async def list_schedules(request: AnyRequest) -> dict[str, object]:
    """Every schedule with its next time."""
    require_operator(actor(request))
    return page([_schedule(state) for state in await jobs.schedules()])


@post("/api/v1/schedules/{name:str}/{action:str}", status_code=200)
async def act_schedule(
    request: AnyRequest, name: FromPath[str], action: FromPath[str]
) -> dict[str, str | None]:
    """`run` (now, outside of the plan; answers the job's id), `pause` or `resume`. "/" in a name is written "~"."""
    if action not in _SCHEDULE_ACTIONS:
        raise NotFound()
    who = actor(request)
    return {"job": await act_on_schedule(name.replace("~", "/"), action, actor=who)}


def job_operation_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (list_jobs, act_job, retry_jobs, list_schedules, act_schedule)


def facts_of(job: Job) -> JobFacts:
    """What an operator may know of a job."""
    return JobFacts(
        id=job.id, kind=job.kind, subject=job.subject, state=job.state, priority=job.priority, attempt=job.attempt,
        max_attempts=job.max_attempts, lost=job.lost, run_at=job.run_at, created_at=job.created_at,
        created_by=job.created_by, finished_at=job.finished_at, progress=job.progressed, worker=job.lease_owner,
        error=job.last_error,
    )  # fmt: skip


def _schedule(state: ScheduleState) -> ScheduleView:
    schedule = state.schedule
    return ScheduleView(
        name=schedule.key, kind=schedule.kind, cron=schedule.cron or None, zone=schedule.place if schedule.cron else None,
        every=schedule.every.total_seconds() if schedule.every else None, misfire=schedule.misfire, paused=state.paused,
        active=state.is_known and not state.paused, next_at=state.next_at, last_due=state.last_due,
        last_at=state.last_at, last_late=state.last_late, last_job=state.last_job,
    )  # fmt: skip


def _group(text: str) -> Group:
    for group in jobs.GROUPS:
        if group == text:
            return group
    raise Invalid.one(
        "/state", "unknown_state", N_("`state` is one of {states}."), states=", ".join(jobs.GROUPS)
    )
