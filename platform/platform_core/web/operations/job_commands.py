"""What an admin may do with jobs and schedules, for screens and the API alike: allowed, done and written down at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

from platform_core import audit, database, jobs
from platform_core.errors import Conflict, Forbidden, NotFound
from platform_core.i18n import N_
from platform_core.identity import Actor

JobAction = Literal["retry", "cancel", "skip"]
ScheduleAction = Literal["run", "pause", "resume"]

_CALLS: dict[JobAction, Callable[[str], Awaitable[bool]]] = {
    "retry": jobs.retry,
    "cancel": jobs.cancel,
    "skip": jobs.skip,
}


def require_operator(who: Actor) -> Actor:
    """The actor, if they may look after jobs; Forbidden otherwise, which looks like nothing being there."""
    if not who.is_unbounded:
        raise Forbidden()
    return who


async def act_on_job(job_id: str, action: JobAction, *, actor: Actor) -> jobs.Job:
    """Retries, cancels or skips a job. Raises NotFound, and Conflict where its state does not allow it."""
    require_operator(actor)
    async with database.transaction():
        before = await jobs.get(job_id)
        if before is None:
            raise NotFound()
        if not await _CALLS[action](job_id):
            raise Conflict(
                N_("The job is in another state by now."),
                code="job_state",
                params={"state": before.state},
                remedy=N_("Look at it again."),
            )
        detail = {"kind": before.kind, "was": before.state}
        await _note(f"job.{action}", "job", f"job/{job_id}", detail, actor)
    after = await jobs.get(job_id)
    return after or before


async def retry_all_dead(kind: str, *, actor: Actor) -> int:
    """Retries every dead job, of one kind where given; how many."""
    require_operator(actor)
    async with database.transaction():
        count = await jobs.retry_dead(kind or None)
        if count:
            await _note("job.retry_dead", "job", "", {"kind": kind, "count": count}, actor)
    return count


async def act_on_schedule(name: str, action: ScheduleAction, *, actor: Actor) -> str | None:
    """Runs, stops or goes on with a schedule. The id of the run's job, or None. Raises NotFound."""
    require_operator(actor)
    async with database.transaction():
        job_id = None
        if action == "run":
            job_id = await jobs.run_schedule(name, created_by=actor.user_id)
        else:
            await jobs.pause_schedule(name, action == "pause")
        await _note(f"schedule.{action}", "schedule", f"schedule/{name}", {}, actor)
    return job_id


async def _note(action: str, kind: str, subject: str, detail: Mapping[str, object], actor: Actor) -> None:
    await audit.write(action, actor=actor, kind=kind, subject=subject, detail=detail)
