"""kill -9 of worker processes in the middle of 600 jobs, while the servers restart: 600 effects, once each."""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path

import pytest
import redis

from tests import servers
from tests.jobs.processes.staff import Staff, staff

COUNT = 600
EFFECTS = "SELECT COUNT(*), COUNT(DISTINCT job) FROM effects"
DONE = "SELECT COUNT(*) FROM tw_job WHERE kind = 'test.effect' AND state = 'done'"


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "celery"])
async def test_six_hundred_jobs_have_six_hundred_effects_whatever_is_killed(
    kind: str, tmp_path: Path
) -> None:
    try:
        with staff(kind, tmp_path) as crew:
            await _survive(crew)
    except servers.CannotStart as exc:
        if os.environ.get("CI") == "true":
            pytest.fail(str(exc))
        pytest.skip(f"left out: {exc}")


async def _survive(crew: Staff) -> None:
    crew.run("prepare", str(COUNT))
    workers = [crew.hire("work"), crew.hire("work")]
    if crew.redis is not None:
        crew.hire("beat")
    killed = 0
    for share in (1, 2, 3, 4, 5):
        await crew.until(DONE, lambda rows, at=share: _number(rows) >= COUNT * at // 8, 150)  # type: ignore[misc]  # a bound default
        victim = random.choice(workers) if crew.database is not None else workers[0]
        crew.kill(victim)
        workers.remove(victim)
        workers.append(crew.hire("work"))
        killed += 1
        if share == 2 and crew.redis is not None:
            redis.Redis(port=crew.redis.port).flushall()
        if share == 3 and crew.database is not None:
            await asyncio.to_thread(_restart, crew.database)
        if share == 4 and crew.redis is not None:
            await asyncio.to_thread(_restart, crew.redis)
    await crew.until(DONE, lambda rows: _number(rows) == COUNT, 150)
    assert await crew.ask(EFFECTS) == [(COUNT, COUNT)]
    again = await crew.ask("SELECT COUNT(*) FROM tw_job WHERE kind = 'test.effect' AND fence > 1")
    print(f"{killed} workers killed, {again[0][0]} jobs claimed more than once")


def _restart(server: servers.Server) -> None:
    server.stop()
    server.start()


def _number(rows: list[tuple[object, ...]]) -> int:
    return int(str(rows[0][0]))
