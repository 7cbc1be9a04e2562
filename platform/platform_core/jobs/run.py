"""Runs one claimed job: the same for the embedded worker, for a worker process and for Celery."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket

from platform_core import clock
from platform_core.errors import TradewindError
from platform_core.jobs.claim import claim, complete, fail, postpone, promote, renew
from platform_core.jobs.errors import GiveUp, JobCancelled, LeaseLost, TryLater
from platform_core.jobs.model import Job
from platform_core.jobs.registry import kinds

_log = logging.getLogger("tradewind.jobs")
LOOK_SECONDS = 1.0
"""How often a running job is looked after: a cancellation is noticed within this time."""


def new_owner() -> str:
    """A name for one holder of leases, different at every start."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


async def run(job_id: str) -> bool:
    """Claims this job where it may run now, and runs it. False where there is nothing to do: a doubled message."""
    await promote()
    jobs = await claim(new_owner(), 1, job_id=job_id)
    for job in jobs:
        beat = asyncio.create_task(_keep_lease(job))
        try:
            await execute(job)
        finally:
            beat.cancel()
    return bool(jobs)


async def _keep_lease(job: Job) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await renew([job])


async def execute(job: Job) -> None:
    """Calls the handler and records how it ended. Raises nothing but CancelledError (the job is then given back)."""
    kind = kinds()[job.kind]
    try:
        result = await kind.handler(job)
        if not job.committed and not await complete(job, kind, dict(result) if result else None):
            _log.warning(
                "job %s (%s) ended after its lease was lost; the run does not count", job.id, job.kind
            )
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


async def _failed(job: Job, exc: Exception) -> None:
    if job.committed:
        _log.error("job %s (%s) failed after its commit, which stands", job.id, job.kind, exc_info=exc)
        return
    _log.warning("job %s (%s) failed at attempt %d", job.id, job.kind, job.attempt, exc_info=exc)
    text = str(exc) if isinstance(exc, TradewindError) else f"{type(exc).__name__}: {exc}"
    await fail(job, kinds()[job.kind], text)
