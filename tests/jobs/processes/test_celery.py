"""Celery with a real Redis: it carries ids and nothing else; whatever it loses, the work goes on."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
import redis

from platform_core import database, jobs
from platform_core.settings import Settings
from platform_host.celery.carrier import Carrier
from tests import servers
from tests.jobs.processes.staff import ROOT, Staff, staff

_ADD = """INSERT INTO tw_job (id, kind, run_at, due, state, max_attempts, payload, created_at)
VALUES (gen_random_uuid(), '{}', now(), TRUE, 'ready', 99, '{{}}', now()) RETURNING id"""
STATES = "SELECT state FROM tw_job WHERE kind = '{}' ORDER BY created_at"


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Staff]:
    """The run's PostgreSQL, a Redis of one's own and the tables; nobody works yet."""
    try:
        with staff("celery", tmp_path, url=_new_database()) as made:
            made.run("prepare", "0")
            yield made
    except servers.CannotStart as exc:
        if os.environ.get("CI") == "true":
            pytest.fail(str(exc))
        pytest.skip(f"left out: {exc}")


def _new_database() -> str:
    name = f"celery_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"

    async def create() -> None:
        connection = await asyncpg.connect(servers.postgresql_url())
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await connection.execute(f'CREATE DATABASE "{name}"')
        finally:
            await connection.close()

    with ThreadPoolExecutor(max_workers=1) as thread:  # the test's own loop may run in this one
        thread.submit(lambda: asyncio.run(create())).result()
    return servers.postgresql_url(name)


def is_state(state: str) -> object:
    return lambda rows: bool(rows) and all(row == (state,) for row in rows)


async def until(crew: Staff, kind: str, state: str, seconds: float = 60) -> None:
    await crew.until(STATES.format(kind), is_state(state), seconds)  # type: ignore[arg-type]  # a condition on rows


async def awake(crew: Staff, count: int) -> None:
    """The worker processes are on the list: they have opened everything."""
    await crew.until("SELECT id FROM tw_worker", lambda rows: len(rows) >= count, 60)


async def add(crew: Staff, kind: str, count: int = 1) -> None:
    """Jobs added by a web process: their ids travel after the commit."""
    assert crew.redis is not None
    carrier = Carrier(Settings(redis_url=crew.redis.url("0"), database_url=crew.url))
    await database.open(crew.url)
    jobs.register(jobs.JobKind(kind, _never, queue="bulk" if kind == "test.bulk" else "human"))
    carrier.start()
    try:
        async with database.transaction():
            for _ in range(count):
                await jobs.add(kind)
    finally:
        await asyncio.to_thread(carrier.stop)
        await database.close()


async def _never(job: jobs.Job) -> None:
    raise AssertionError("this process does not work")


@pytest.mark.timeout(300)
async def test_ids_travel_by_redis_and_go_on_travelling_after_it_was_flushed(crew: Staff) -> None:
    crew.hire("work")
    await awake(crew, 2)
    await add(crew, "test.effect", 5)
    await until(crew, "test.effect", "done", 10)
    assert crew.redis is not None
    redis.Redis(port=crew.redis.port).flushall()
    await add(crew, "test.effect", 5)
    await until(crew, "test.effect", "done", 10)
    assert await crew.ask("SELECT COUNT(*), COUNT(DISTINCT job) FROM effects") == [(10, 10)]


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_without_messages_without_beat_and_without_redis_the_work_goes_on(crew: Staff) -> None:
    crew.hire("work")
    await awake(crew, 2)
    await crew.ask(_ADD.format("test.effect"))  # nobody sends a message
    await until(crew, "test.effect", "done")
    assert crew.redis is not None
    await asyncio.to_thread(crew.redis.stop)
    await crew.ask(_ADD.format("test.effect"))
    await until(crew, "test.effect", "done")
    await asyncio.to_thread(crew.redis.start)
    await add(crew, "test.effect")
    await until(crew, "test.effect", "done")
    assert await crew.ask("SELECT COUNT(*), COUNT(DISTINCT job) FROM effects") == [(3, 3)]


@pytest.mark.timeout(300)
async def test_a_worker_does_its_queues_only_and_a_doubled_message_does_nothing(crew: Staff) -> None:
    crew.hire("work", "bulk")
    await awake(crew, 2)
    await add(crew, "test.effect")
    await add(crew, "test.bulk")
    await until(crew, "test.bulk", "done", 20)
    assert await crew.ask(STATES.format("test.effect")) == [("ready",)]
    assert crew.redis is not None
    client = redis.Redis(port=crew.redis.port)
    (message,) = client.lrange("human", 0, -1)
    client.lpush("human", message, message)
    crew.hire("work", "human")
    await until(crew, "test.effect", "done", 30)
    await crew.until("SELECT 1", lambda _rows: client.llen("human") == 0, 30)
    assert await crew.ask("SELECT COUNT(*), COUNT(DISTINCT job) FROM effects") == [(2, 2)]


@pytest.mark.timeout(300)
async def test_sigterm_gives_back_what_does_not_end_in_time(crew: Staff) -> None:
    worker = crew.hire("work")
    await awake(crew, 2)
    await add(crew, "test.endless")
    await until(crew, "test.endless", "leased")
    worker.terminate()
    assert await asyncio.to_thread(worker.wait, 40) == 0
    crew.processes.remove(worker)
    row = await crew.ask("SELECT state, attempt, lost FROM tw_job WHERE kind = 'test.endless'")
    assert row == [("ready", 0, 0)]
    assert await crew.ask("SELECT COUNT(*) FROM tw_worker") == [(0,)]


@pytest.mark.timeout(120)
async def test_beat_sends_the_sweep_and_nothing_else(crew: Staff) -> None:
    crew.hire("beat")
    assert crew.redis is not None
    client = redis.Redis(port=crew.redis.port)
    await crew.until("SELECT 1", lambda _rows: client.llen("sweep") > 0, 60)
    assert b'"task": "jobs.sweep"' in client.lrange("sweep", 0, -1)[0]
    assert client.keys("*") == [b"sweep"]


def test_who_runs_without_redis_never_imports_celery() -> None:
    code = "import sys, platform_host.cli, platform_host.lifecycle; print([n for n in sys.modules if n in ('celery', 'kombu')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_beat_without_redis_says_what_is_missing(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")}
    command = [str(Path(sys.executable).parent / "tradewind"), "beat", "--data", str(tmp_path)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "TRADEWIND_REDIS_URL" in done.stderr
