"""Runs one claimed job: the same for the embedded worker, for a worker process and for Celery."""

from __future__ import annotations

import asyncio
import logging

from platform_core import clock, database, telemetry
from platform_core.errors import TradewindError
from platform_core.jobs.claim import claim, renew
from platform_core.jobs.duties import new_owner
from platform_core.jobs.ending import complete, complete_many, fail, postpone
from platform_core.jobs.errors import GiveUp, JobCancelled, LeaseLost, TryLater
from platform_core.jobs.model import Job
from platform_core.jobs.registry import kinds
from platform_core.jobs.wake import announce, notice

_NEXT = """SELECT id, kind FROM tw_job WHERE lock_key = ? AND state = 'ready' AND due
ORDER BY priority, run_at, id LIMIT 1"""
_log = logging.getLogger("tradewind.jobs")
LOOK_SECONDS = 1.0
"""How often a running job is looked after: a cancellation is noticed within this time."""


async def run(job_id: str) -> bool:
    """Claims this job where it may run now, and runs it. False where there is nothing to do: a doubled message."""
    jobs = await claim(new_owner(), 1, job_id=job_id)
    for job in jobs:
        beat = asyncio.create_task(_keep_lease(job))
        try:
            await execute(job)
        finally:
            beat.cancel()
        if job.lock_key is not None:
            await _announce_next(job.lock_key)
    return bool(jobs)


async def _announce_next(lock_key: str) -> None:
    """Whoever waited for the same lock could not be taken when it was announced: it is announced again."""
    for job_id, kind in await database.fetch_tuples(_NEXT, (lock_key,)):
        await announce([notice(str(job_id), str(kind))])


async def _keep_lease(job: Job) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await renew([job])


async def execute(job: Job) -> None:
    """Runs a claimed job and records how it ended. Raises CancelledError (the job is then given back), DatabaseError
    where the end could not be recorded (the lease then runs out)."""
    if await attempt(job):
        await record_done([job])


async def record_done(jobs: list[Job]) -> None:
    """Records jobs as done that `attempt` left to be recorded."""
    ours = await complete_many(jobs)
    for job in jobs:
        if job.id not in ours:
            _not_counted(job)


def _not_counted(job: Job) -> None:
    _log.warning("job %s (%s) ended after its lease was lost; the run does not count", job.id, job.kind)


async def attempt(job: Job) -> bool:
    """Calls the handler and records how it ended, but for the plain good end, which it leaves to the caller (True).

    Raises nothing but CancelledError; the job is then given back.
    """
    kind = kinds()[job.kind]
    try:
        with telemetry.about_job(job.id):
            result = await kind.handler(job)
        if job.committed:
            return False
        if not result and not kind.forget_payload:
            return True
        if not await complete(job, kind, dict(result) if result else None):
            _not_counted(job)
    except asyncio.CancelledError:
        if not job.committed:
            await postpone(job, clock.now(), "The worker was stopped.")
        raise
    except (JobCancelled, LeaseLost) as exc:
        _log.info("job %s (%s) stopped: %s", job.id, job.kind, exc)
    except TryLater as exc:
        await postpone(job, exc.at, str(exc))
    except GiveUp as exc:
        await fail(job, kind, str(exc), final=True)
    except Exception as exc:  # noqa: BLE001 - whatever a handler raises is the job's failure, not the worker's
        await _failed(job, exc)
    return False


async def _failed(job: Job, exc: Exception) -> None:
    if job.committed:
        _log.error("job %s (%s) failed after its commit, which stands", job.id, job.kind, exc_info=exc)
        return
    _log.warning("job %s (%s) failed at attempt %d", job.id, job.kind, job.attempt, exc_info=exc)
    text = str(exc) if isinstance(exc, TradewindError) else f"{type(exc).__name__}: {exc}"
    await fail(job, kinds()[job.kind], text)
