"""Leases and fences: two workers, crashes, and the run that came back from the dead."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from platform_core import clock, database, jobs
from platform_core.database import INT, TEXT, Column, CreateTable, Table
from platform_core.jobs import Job, JobKind, Worker
from platform_core.jobs.claim import claim, renew
from platform_core.jobs.running import execute
from tests.database.conftest import current_url
from tests.jobs.conftest import Clock


@pytest.fixture
async def effects(db: str) -> None:
    await database.apply(CreateTable(Table("effects", (Column("job", TEXT), Column("attempt", INT)))))


async def mark(job: Job) -> None:
    await database.execute("INSERT INTO effects (job, attempt) VALUES (?, ?)", (job.id, job.attempt))


async def commit_mark(job: Job) -> None:
    async with job.commit():
        await mark(job)


async def marked() -> list[tuple[object, ...]]:
    return await database.fetch_tuples("SELECT job, attempt FROM effects ORDER BY attempt")


async def test_a_claimed_job_belongs_to_one_worker(db: str) -> None:
    jobs.register(JobKind("test.work", commit_mark))
    for _ in range(3):
        await jobs.add("test.work")
    first = await claim("one", 2)
    second = await claim("two", 5)
    assert (len(first), len(second)) == (2, 1)
    assert not {job.id for job in first} & {job.id for job in second}
    assert {job.lease_owner for job in first} == {"one"}


async def test_a_worker_that_died_loses_its_job_to_another(db: str, effects: None, time: Clock) -> None:
    jobs.register(JobKind("test.work", commit_mark))
    job_id = await jobs.add("test.work")
    await claim("the dead", 1)
    assert await Worker().run_once() == 0
    time.pass_by(seconds=61)
    assert await jobs.sweep() == 1
    assert await Worker().run_once() == 1
    job = await jobs.get(job_id)
    assert job is not None and (job.state, job.attempt, job.fence, job.lost) == ("done", 2, 2, 1)


async def test_the_worker_that_comes_back_from_the_dead_cannot_commit(
    db: str, effects: None, time: Clock
) -> None:
    jobs.register(JobKind("test.work", commit_mark))
    job_id = await jobs.add("test.work")
    (slow,) = await claim("slow", 1)
    time.pass_by(seconds=61)
    await jobs.sweep()
    (quick,) = await claim("quick", 1)
    await execute(slow)
    assert await marked() == []
    await execute(quick)
    assert await marked() == [(job_id, 2)]
    await execute(slow)
    job = await jobs.get(job_id)
    assert job is not None and job.state == "done"
    assert await marked() == [(job_id, 2)]


async def test_the_failure_of_a_run_that_lost_its_lease_does_not_count(db: str, time: Clock) -> None:
    async def fail(job: Job) -> None:
        raise ValueError("slow one")

    jobs.register(JobKind("test.work", fail, max_attempts=9))
    job_id = await jobs.add("test.work")
    (slow,) = await claim("slow", 1)
    time.pass_by(seconds=61)
    await jobs.sweep()
    await claim("quick", 1)
    await execute(slow)
    job = await jobs.get(job_id)
    assert job is not None and (job.state, job.lease_owner) == ("leased", "quick")


async def test_progress_without_the_lease_says_that_it_is_lost(db: str, time: Clock) -> None:
    jobs.register(JobKind("test.work", commit_mark))
    await jobs.add("test.work")
    (slow,) = await claim("slow", 1)
    time.pass_by(seconds=61)
    await jobs.sweep()
    with pytest.raises(jobs.LeaseLost):
        await slow.progress(1)
    with pytest.raises(jobs.JobCancelled):
        slow.check_cancelled()


async def test_a_lease_that_is_kept_does_not_run_out(db: str, time: Clock) -> None:
    jobs.register(JobKind("test.work", commit_mark))
    await jobs.add("test.work")
    (job,) = await claim("one", 1)
    for _ in range(5):
        time.pass_by(seconds=40)
        await renew([job])
        assert await jobs.sweep() == 0
    assert not job.stopped


async def test_looking_after_jobs_notices_those_that_are_no_longer_ours(db: str, time: Clock) -> None:
    jobs.register(JobKind("test.work", commit_mark))
    for _ in range(2):
        await jobs.add("test.work")
    kept, cancelled = await claim("one", 2)
    await jobs.cancel(cancelled.id)
    await renew([kept, cancelled])
    assert (kept.stopped, cancelled.stopped) == (False, True)


async def test_a_job_whose_last_worker_died_is_dead(db: str, effects: None, time: Clock) -> None:
    async def on_dead(job: Job, error: str) -> None:
        await mark(job)

    jobs.register(JobKind("test.work", commit_mark, max_attempts=1, on_dead=on_dead))
    job_id = await jobs.add("test.work")
    await claim("the dead", 1)
    time.pass_by(seconds=61)
    await jobs.sweep()
    job = await jobs.get(job_id)
    assert job is not None and job.state == "dead"
    assert job.last_error is not None and "stopped answering" in job.last_error
    assert len(await marked()) == 1


async def test_jobs_with_one_lock_key_run_one_after_the_other(db: str) -> None:
    jobs.register(JobKind("test.work", commit_mark))
    first = await jobs.add("test.work", lock_key="flow-1")
    second = await jobs.add("test.work", lock_key="flow-1")
    other = await jobs.add("test.work", lock_key="flow-2")
    claimed = await claim("one", 10)
    assert [job.id for job in claimed] == [first, other]
    assert await claim("two", 10) == []
    for job in claimed:
        await jobs.cancel(job.id)
    assert [job.id for job in await claim("two", 10)] == [second]


async def test_many_workers_at_once_run_each_job_exactly_once(db: str, effects: None) -> None:
    jobs.register(JobKind("test.work", commit_mark))
    async with database.transaction():
        ids = [await jobs.add("test.work", lock_key=f"lock-{number % 7}") for number in range(60)]
    workers = [Worker(concurrency=4, poll=0.05) for _ in range(3)]
    for worker in workers:
        await worker.start()
    async with asyncio.timeout(30):
        while (await jobs.counts())["test.work"].get("done") != len(ids):
            await asyncio.gather(*(asyncio.create_task(_turn()) for _ in range(3)))
    for worker in workers:
        await worker.stop()
    assert sorted(str(job) for job, _ in await marked()) == sorted(ids)


async def _turn() -> None:
    """Lets the others go on for a moment."""
    await database.fetch_value("SELECT 1")


async def test_a_worker_starts_when_a_job_is_added_and_not_only_at_its_poll(db: str) -> None:
    ran = asyncio.Event()

    async def work(job: Job) -> None:
        ran.set()

    jobs.register(JobKind("test.work", work))
    worker = Worker(poll=3600)
    await worker.start()
    await jobs.add("test.work")
    async with asyncio.timeout(5):
        await ran.wait()
    await worker.stop()


async def test_a_worker_that_is_stopped_lets_its_jobs_end(db: str, effects: None) -> None:
    began, may_end = asyncio.Event(), asyncio.Event()

    async def work(job: Job) -> None:
        began.set()
        await may_end.wait()
        await commit_mark(job)

    jobs.register(JobKind("test.work", work))
    worker = Worker(concurrency=1)
    await worker.start()
    await jobs.add("test.work")
    await began.wait()
    stopping = asyncio.create_task(worker.stop(grace=20))
    await jobs.add("test.work")
    may_end.set()
    await stopping
    assert (await jobs.counts())["test.work"] == {"done": 1, "ready": 1}
    assert worker.busy == 0


async def test_what_does_not_end_in_time_is_given_back_at_once(db: str) -> None:
    began = asyncio.Event()

    async def work(job: Job) -> None:
        began.set()
        await asyncio.Event().wait()

    jobs.register(JobKind("test.work", work))
    worker = Worker()
    await worker.start()
    job_id = await jobs.add("test.work")
    await began.wait()
    await worker.stop(grace=0.05)
    job = await jobs.get(job_id)
    assert job is not None and (job.state, job.attempt, job.lost) == ("ready", 0, 0)
    assert [again.id for again in await claim("next", 1)] == [job_id]


async def test_a_worker_of_some_kinds_leaves_the_others_alone(db: str) -> None:
    jobs.register(JobKind("test.work", commit_mark))
    jobs.register(JobKind("test.mail", commit_mark))
    await jobs.add("test.work")
    assert await Worker(kinds=["test.mail"]).run_once() == 0


CRASHING = """
import asyncio, os, signal, sys
from platform_core import database, jobs

async def work(job):
    async with job.commit():
        await database.execute("INSERT INTO effects (job, attempt) VALUES (?, ?)", (job.id, job.attempt))

async def main():
    await database.open(sys.argv[1])
    jobs.register(jobs.JobKind("test.work", work, max_attempts=99))
    if len(sys.argv) > 2:
        die_at = int(sys.argv[2])
        def die(number, sql):
            if number == die_at:
                os.kill(os.getpid(), signal.SIGKILL)
        database.on_statement(die)
    await jobs.sweep()
    await jobs.Worker().run_once()
    await database.close()

asyncio.run(main())
"""


@pytest.mark.long
async def test_killed_at_any_statement_the_effect_happens_exactly_once(
    db: str, effects: None, tmp_path: Path
) -> None:
    """Kills the program at its first, second, … statement until one run gets through."""
    program = tmp_path / "crashing.py"
    program.write_text(CRASHING)
    for die_at in range(1, 60):
        await database.execute("DELETE FROM effects")
        job_id = await jobs.add("test.work")
        killed = await _run(program, current_url(), str(die_at))
        await database.execute("UPDATE tw_job SET lease_until = ? WHERE state = 'leased'", (clock.now(),))
        assert await _run(program, current_url()) == 0
        assert [job for job, _ in await marked()] == [job_id], f"killed at statement {die_at}"
        if killed == 0:
            return
        assert killed == -signal.SIGKILL
    raise AssertionError("the program never got through")


async def _run(program: Path, *arguments: str) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, str(program), *arguments)
    return await process.wait()
