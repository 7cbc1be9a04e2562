"""What a run of a job may do, and how it may end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from platform_core import clock, database, jobs
from platform_core.database import INT, TEXT, Column, CreateTable, Table
from platform_core.jobs import GiveUp, Job, JobKind, TryLater, Worker
from tests.jobs.conftest import Clock

Handler = Callable[[Job], Awaitable[dict[str, object] | None]]


@pytest.fixture
async def effects(db: str) -> None:
    """A table in which handlers leave their mark."""
    await database.apply(CreateTable(Table("effects", (Column("job", TEXT), Column("attempt", INT)))))


async def mark(job: Job) -> None:
    await database.execute("INSERT INTO effects (job, attempt) VALUES (?, ?)", (job.id, job.attempt))


async def marks() -> int:
    found = await database.fetch_value("SELECT COUNT(*) FROM effects")
    assert isinstance(found, int)
    return found


async def added(handler: Handler, *, max_attempts: int = 3, **options: object) -> str:
    jobs.register(JobKind("test.work", handler, max_attempts=max_attempts, **options))  # type: ignore[arg-type]  # its options
    return await jobs.add("test.work", {"secret": "x"})


async def loaded(job_id: str) -> Job:
    job = await jobs.get(job_id)
    assert job is not None
    return job


async def test_a_failed_job_comes_back_after_growing_pauses_and_then_dies(db: str, time: Clock) -> None:
    async def fail(job: Job) -> None:
        raise ValueError(f"attempt {job.attempt}")

    job_id = await added(fail)
    pauses = []
    for attempt in (1, 2):
        assert await Worker().run_once() == 1
        job = await loaded(job_id)
        assert (job.state, job.attempt, job.last_error) == (
            "ready",
            attempt,
            f"ValueError: attempt {attempt}",
        )
        pauses.append((job.run_at - clock.now()).total_seconds())
        assert await Worker().run_once() == 0
        time.pass_by(seconds=pauses[-1])
    assert 5 <= pauses[0] < 6
    assert 20 <= pauses[1] < 23
    assert await Worker().run_once() == 1
    dead = await loaded(job_id)
    assert (dead.state, dead.last_error, dead.finished_at) == ("dead", "ValueError: attempt 3", clock.now())
    time.pass_by(days=1)
    assert await Worker().run_once() == 0


async def test_a_dead_job_can_be_tried_again_from_the_start(db: str, time: Clock) -> None:
    healthy = False

    async def work(job: Job) -> None:
        if not healthy:
            raise ValueError("still ill")

    job_id = await added(work, max_attempts=1)
    await Worker().run_once()
    assert not await jobs.retry(await jobs.add("test.other"))
    healthy = True
    assert await jobs.retry(job_id)
    await Worker().run_once()
    assert (await loaded(job_id)).state == "done"


async def test_a_handler_that_gives_up_is_not_tried_again(db: str) -> None:
    async def give_up(job: Job) -> None:
        raise GiveUp("The address does not exist.")

    job_id = await added(give_up)
    await Worker().run_once()
    job = await loaded(job_id)
    assert (job.state, job.attempt, job.last_error) == ("dead", 1, "The address does not exist.")


async def test_a_handler_may_ask_for_another_time_without_using_up_an_attempt(db: str, time: Clock) -> None:
    async def wait(job: Job) -> None:
        if clock.now().hour < 10:
            raise TryLater(clock.now() + timedelta(hours=1))

    job_id = await added(wait, max_attempts=1)
    for _ in range(2):
        await Worker().run_once()
        job = await loaded(job_id)
        assert (job.state, job.attempt) == ("ready", 0)
        time.pass_by(hours=1)
    await Worker().run_once()
    assert (await loaded(job_id)).state == "done"


async def test_dying_is_told_in_the_transaction_that_declares_it(db: str, effects: None) -> None:
    async def fail(job: Job) -> None:
        raise ValueError("no")

    async def on_dead(job: Job, error: str) -> None:
        assert database.in_transaction()
        assert error == "ValueError: no"
        await mark(job)

    await added(fail, max_attempts=1, on_dead=on_dead)
    await Worker().run_once()
    assert await marks() == 1


async def test_progress_is_seen_by_others_while_the_job_runs(db: str) -> None:
    seen: list[object] = []

    async def work(job: Job) -> None:
        await job.progress(1, 4, "Reading")
        seen.append((await loaded(job.id)).progressed)

    await added(work)
    await Worker().run_once()
    assert seen == [jobs.Progress(1, 4, "Reading")]


async def test_effects_and_completion_are_one_transaction(db: str, effects: None) -> None:
    async def work(job: Job) -> None:
        async with job.commit() as result:
            await mark(job)
            result["rows"] = 1

    job_id = await added(work)
    await Worker().run_once()
    job = await loaded(job_id)
    assert (job.state, job.result, await marks()) == ("done", {"rows": 1}, 1)


async def test_an_effect_whose_completion_fails_is_undone_and_made_once_by_the_next_run(
    db: str, effects: None, time: Clock
) -> None:
    async def work(job: Job) -> None:
        async with job.commit():
            await mark(job)
            if job.attempt == 1:
                raise ValueError("power cut")

    job_id = await added(work)
    await Worker().run_once()
    assert ((await loaded(job_id)).state, await marks()) == ("ready", 0)
    time.pass_by(minutes=1)
    await Worker().run_once()
    assert ((await loaded(job_id)).state, await marks()) == ("done", 1)


async def test_a_job_is_committed_once(db: str) -> None:
    async def work(job: Job) -> None:
        async with job.commit():
            pass
        with pytest.raises(jobs.JobError, match="already"):
            async with job.commit():
                pass

    job_id = await added(work)
    await Worker().run_once()
    assert (await loaded(job_id)).state == "done"


async def test_what_fails_after_the_commit_does_not_undo_it(db: str) -> None:
    async def work(job: Job) -> None:
        async with job.commit():
            pass
        raise ValueError("too late")

    job_id = await added(work)
    await Worker().run_once()
    assert (await loaded(job_id)).state == "done"


async def test_a_job_that_was_cancelled_while_it_ran_leaves_no_effect(db: str, effects: None) -> None:
    async def work(job: Job) -> None:
        await jobs.cancel(job.id)
        async with job.commit():
            await mark(job)

    job_id = await added(work)
    await Worker().run_once()
    assert ((await loaded(job_id)).state, await marks()) == ("cancelled", 0)


async def test_a_running_job_notices_its_cancellation_at_its_next_progress(db: str) -> None:
    noticed: list[bool] = []

    async def work(job: Job) -> None:
        await jobs.cancel(job.id)
        job.check_cancelled()
        try:
            await job.progress(1)
        except jobs.JobCancelled:
            noticed.append(job.stopped)
            raise

    job_id = await added(work)
    await Worker().run_once()
    assert noticed == [True]
    assert (await loaded(job_id)).state == "cancelled"


async def test_the_payload_of_a_private_kind_is_erased_at_its_end(db: str) -> None:
    async def work(job: Job) -> None:
        assert job.payload == {"secret": "x"}

    async def committing(job: Job) -> None:
        async with job.commit():
            pass

    plain = await added(work, forget_payload=True)
    jobs.register(JobKind("test.commit", committing, forget_payload=True))
    committed = await jobs.add("test.commit", {"secret": "x"})
    await Worker().run_once()
    assert ((await loaded(plain)).payload, (await loaded(committed)).payload) == ({}, {})


async def test_a_job_added_by_a_job_runs_too(db: str) -> None:
    names: list[object] = []

    async def work(job: Job) -> None:
        names.append(job.payload["n"])
        if job.payload["n"] != 3:
            await jobs.add("test.chain", {"n": int(str(job.payload["n"])) + 1})

    jobs.register(JobKind("test.chain", work))
    await jobs.add("test.chain", {"n": 1})
    assert await Worker().run_once() == 3
    assert names == [1, 2, 3]


async def test_a_message_runs_its_job_once_however_often_it_arrives(db: str, effects: None) -> None:
    async def work(job: Job) -> None:
        await mark(job)

    job_id = await added(work)
    later = await jobs.add("test.work", run_at=clock.now() + timedelta(days=1))
    assert await jobs.run(job_id)
    assert not await jobs.run(job_id)
    assert not await jobs.run(later)
    assert not await jobs.run(database.new_id())
    assert await marks() == 1


async def test_a_job_does_not_inherit_the_transaction_of_whoever_runs_the_worker(
    db: str, effects: None
) -> None:
    async def work(job: Job) -> None:
        assert not database.in_transaction()

    job_id = await added(work)
    await Worker().run_once()
    assert (await loaded(job_id)).state == "done"


async def test_jobs_are_not_run_inside_a_transaction(db: str) -> None:
    async with database.transaction():
        with pytest.raises(database.TransactionMisuse, match="outside"):
            await Worker().run_once()
