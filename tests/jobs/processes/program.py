"""Worker processes for tests: the program as `tradewind worker` and `tradewind beat` start it, with kinds to watch.

    python -m tests.jobs.processes.program prepare COUNT | work [QUEUE…] | beat

Each effect is a row of `effects` without a unique key, so that a doubled one is seen. The lease is short, so that a
killed worker's jobs come back in seconds.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from platform_core import database, jobs, settings
from platform_core.database import TEXT, Column, CreateTable, Table
from platform_core.jobs import claim, model, sweeper
from platform_core.plugins import Registry
from platform_host import assemble, celery, running

LEASE = timedelta(seconds=4)
EFFECTS = Table("effects", (Column("job", TEXT), Column("process", TEXT)))


async def effect(job: jobs.Job) -> None:
    """One row, together with the end of the job; long enough to be killed in the middle."""
    await _read(20)
    async with job.commit():
        await database.execute("INSERT INTO effects (job, process) VALUES (?, ?)", (job.id, job.kind))
        await _read(5)


async def _read(times: int) -> None:
    """Work that ends by itself: so many questions to the database, each a place to be killed at."""
    for _ in range(times):
        await database.fetch_value("SELECT COUNT(*) FROM tw_job")


async def endless(job: jobs.Job) -> None:
    """Never ends by itself."""
    await job.progress(1, 2, "began")
    await asyncio.Event().wait()


def program() -> Registry:
    """The whole program, and the kinds of the tests."""
    for module in (model, claim, sweeper):
        module.LEASE = LEASE  # type: ignore[attr-defined]  # each has imported the name
    registry = assemble()
    registry.add_job_kind(jobs.JobKind("test.effect", effect, max_attempts=99))
    registry.add_job_kind(jobs.JobKind("test.bulk", effect, max_attempts=99, queue="bulk"))
    registry.add_job_kind(jobs.JobKind("test.endless", endless, max_attempts=99))
    return registry


async def prepare(count: int) -> None:
    """The tables, and so many jobs; every third of them in one of five serial lanes."""
    async with running(program(), worker=False, install=False):
        await database.apply(CreateTable(EFFECTS))
        async with database.transaction():
            for number in range(count):
                lane = f"lane-{number % 5}" if number % 3 == 0 else None
                await jobs.add("test.effect", lock_key=lane)


async def work(queues: Sequence[jobs.Queue]) -> None:
    """The worker of this program's own, for ever."""
    async with running(program(), worker=False, install=False, role="worker"):
        worker = jobs.Worker(concurrency=4, queues=queues, mode="process")
        await worker.start()
        print("working", flush=True)
        await asyncio.Event().wait()


def main(command: str, *arguments: str) -> None:
    """One of the three."""
    current = settings.load()
    settings.use(current)
    queues = cast("tuple[jobs.Queue, ...]", arguments or jobs.QUEUES)
    if command == "prepare":
        asyncio.run(prepare(int(arguments[0])))
    elif command == "beat":
        from platform_host.celery.worker import beat

        beat(current)
    elif celery.is_used(current):
        from platform_host.celery.worker import work as work_for_celery

        work_for_celery(current, program(), concurrency=2, queues=queues, grace=1.0)
    else:
        asyncio.run(work(queues))


if __name__ == "__main__":
    main(*sys.argv[1:])
