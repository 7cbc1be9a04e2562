"""SQLite: one worker process works, others stand by; with Redis a web process wakes it at once."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from platform_core import database, jobs
from platform_host.redis_signal import RedisSignal
from tests import servers
from tests.jobs.processes.staff import staff
from tests.waiting import breathe

DONE = "SELECT COUNT(*) FROM tw_job WHERE kind = 'test.effect' AND state = 'done'"


@pytest.mark.timeout(240)
async def test_a_second_worker_process_stands_by_until_the_first_is_gone(tmp_path: Path) -> None:
    with staff("sqlite", tmp_path) as crew:
        crew.run("prepare", "30")
        first = crew.hire("work")
        await crew.until(DONE, lambda rows: rows == [(30,)], 60)
        holder = await crew.ask("SELECT owner FROM tw_job_duty WHERE name = 'work'")
        crew.hire("work")
        await crew.until("SELECT id FROM tw_worker", lambda rows: len(rows) == 2, 60)
        assert await crew.ask("SELECT owner FROM tw_job_duty WHERE name = 'work'") == holder
        assert b"stands by" in crew.log.read_bytes()
        crew.kill(first)
        await crew.until("SELECT owner FROM tw_job_duty WHERE name = 'work'", lambda rows: rows != holder, 60)


@pytest.mark.timeout(120)
async def test_redis_wakes_a_worker_in_another_process(tmp_path: Path) -> None:
    try:
        with staff("signals", tmp_path) as crew:
            assert crew.redis is not None
            await _wake(crew.redis, tmp_path)
    except servers.CannotStart as exc:
        if os.environ.get("CI") == "true":
            pytest.fail(str(exc))
        pytest.skip(f"left out: {exc}")


async def _wake(server: servers.Server, folder: Path) -> None:
    """Two ends of the signal in one process stand for two processes; the worker's poll is an hour."""
    await database.open(f"sqlite:///{folder / 'wake.db'}")
    await database.migrate(jobs.MIGRATIONS)
    ran = asyncio.Event()

    async def work(job: jobs.Job) -> None:
        ran.set()

    jobs.register(jobs.JobKind("test.work", work))
    there, here = RedisSignal(server.url("0")), RedisSignal(server.url("0"))
    worker = jobs.Worker(poll=3600)
    await here.start()
    await worker.start()
    try:
        await database.execute(
            "INSERT INTO tw_job (id, kind, run_at, due, state, max_attempts, payload, created_at) "
            "VALUES (?, 'test.work', '2026-01-01T00:00:00.000000Z', 1, 'ready', 1, '{}', '2026-01-01T00:00:00.000000Z')",
            (database.new_id(),),
        )
        async with asyncio.timeout(10):
            while not ran.is_set():
                await there.announce(())
                await breathe()
        await asyncio.to_thread(server.stop)
        async with asyncio.timeout(20):
            while jobs.carrier_problem() is None:
                await breathe()
    finally:
        await worker.stop()
        await here.stop()
        await there.stop()
        await database.close()
