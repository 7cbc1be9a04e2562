"""How a worker shares its hands out, what it claims ahead, and what a clock that jumps does to it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from platform_core import clock, database, jobs
from platform_core.jobs import Job, JobKind, Sweeper, Worker, duties
from platform_core.jobs.backlog import Backlog
from platform_core.jobs.claim import claim, renew
from platform_core.jobs.ending import pause_before
from tests.jobs.conftest import Clock
from tests.waiting import until


class Gate:
    """A handler that holds its jobs until it is opened, and counts them."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0
        self.open = asyncio.Event()
        self.began = asyncio.Event()

    async def __call__(self, job: Job) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.began.set()
        await self.open.wait()
        self.inside -= 1


async def quick(job: Job) -> None:
    """Ends at once."""


async def all_done(count: int) -> None:
    async def are_done() -> bool:
        return sum(states.get("done", 0) for states in (await jobs.counts()).values()) >= count

    await until(are_done)


async def test_long_work_leaves_a_hand_for_what_somebody_waits_for(db: str) -> None:
    gate = Gate()
    jobs.register(JobKind("test.bulk", gate, queue="bulk"))
    jobs.register(JobKind("test.quick", quick))
    for _ in range(5):
        await jobs.add("test.bulk", priority=-9)
    worker = Worker(concurrency=2)
    await worker.start()
    await gate.began.wait()
    for _ in range(3):
        await jobs.add("test.quick")
    await all_done(3)
    assert gate.inside == 1
    gate.open.set()
    await all_done(8)
    await worker.stop()
    assert gate.most == 1


async def test_a_worker_of_one_queue_leaves_the_others_alone(db: str) -> None:
    jobs.register(JobKind("test.bulk", quick, queue="bulk"))
    jobs.register(JobKind("test.quick", quick))
    await jobs.add("test.bulk")
    await jobs.add("test.quick")
    assert await Worker(queues=["bulk"]).run_once() == 1
    assert (await jobs.counts())["test.quick"] == {"ready": 1}


@pytest.mark.parametrize(("queue", "attempts"), [("effect", 8), ("human", 1)])
async def test_what_a_lost_claim_would_harm_is_not_claimed_ahead(
    db: str, queue: jobs.Queue, attempts: int
) -> None:
    gate = Gate()
    jobs.register(JobKind("test.quick", quick))
    jobs.register(JobKind("test.once", gate, queue=queue, max_attempts=attempts))
    async with database.transaction():
        for _ in range(60):
            await jobs.add("test.quick", priority=-1)
        for _ in range(20):
            await jobs.add("test.once")
    worker = Worker(concurrency=2)
    await worker.start()
    await gate.began.wait()
    await all_done(60)
    leased = (await jobs.counts())["test.once"].get("leased", 0)
    gate.open.set()
    await all_done(80)
    await worker.stop()
    assert leased <= 2


async def test_jobs_claimed_ahead_go_back_when_a_long_one_stands_before_them(db: str) -> None:
    gate = Gate()
    jobs.register(JobKind("test.quick", quick))
    jobs.register(JobKind("test.slow", gate))
    async with database.transaction():
        for _ in range(100):
            await jobs.add("test.quick", priority=-1)
        for _ in range(40):
            await jobs.add("test.slow")
    worker = Worker(concurrency=1)
    await worker.start()
    await gate.began.wait()

    back: list[Job] = []

    async def have_gone_back() -> bool:
        back[:] = await jobs.find(kind="test.slow", state="ready", limit=100)
        return len(back) >= 39

    await until(have_gone_back)
    gate.open.set()
    await worker.stop()
    assert {job.attempt for job in back} == {0}


async def test_a_portion_grows_while_jobs_are_short_and_shrinks_when_they_are_not(time: Clock) -> None:
    backlog = Backlog(2)
    sizes = []
    for _ in range(5):
        sizes.append(backlog.portion(2))
        backlog.fill([], 0)
        time.pass_by(seconds=0.05)
    time.pass_by(seconds=3)
    assert sizes == [2, 4, 8, 16, 32]
    assert backlog.portion(1) == 1


async def test_serial_jobs_of_many_workers_never_overlap(db: str) -> None:
    inside: dict[str, int] = {}
    overlaps: list[str] = []

    async def work(job: Job) -> None:
        lane = str(job.lock_key)
        if inside.get(lane):
            overlaps.append(lane)
        inside[lane] = inside.get(lane, 0) + 1
        await database.fetch_value("SELECT 1")
        inside[lane] -= 1

    jobs.register(JobKind("test.lane", work))
    async with database.transaction():
        for number in range(60):
            await jobs.add("test.lane", lock_key=f"lane-{number % 3}")
    workers = [Worker(concurrency=4, poll=0.05) for _ in range(3)]
    for worker in workers:
        await worker.start()
    await all_done(60)
    for worker in workers:
        await worker.stop()
    assert overlaps == []


def test_pauses_grow_fourfold_with_some_jitter_up_to_an_hour() -> None:
    for attempt, seconds in ((2, 5), (3, 20), (4, 80), (5, 320), (6, 1280)):
        assert seconds <= pause_before(attempt).total_seconds() <= seconds * 1.1
    for attempt in (7, 8, 30):
        assert 3200 <= pause_before(attempt).total_seconds() <= 3600


async def test_eight_attempts_are_what_a_job_gets(db: str, time: Clock) -> None:
    async def fail(job: Job) -> None:
        raise ValueError(str(job.attempt))

    jobs.register(JobKind("test.fail", fail))
    job_id = await jobs.add("test.fail")
    runs = 0
    while (job := await jobs.get(job_id)) is not None and not job.is_finished:
        time.pass_by(hours=1, minutes=1)
        runs += await Worker().run_once()
    assert (runs, job and job.state, job and job.last_error) == (8, "dead", "ValueError: 8")


async def test_skipping_a_dead_job_tells_its_kind_in_the_same_transaction(db: str) -> None:
    told: list[str] = []

    async def fail(job: Job) -> None:
        raise jobs.GiveUp("no")

    async def on_skip(job: Job) -> None:
        assert database.in_transaction()
        told.append(job.id)

    jobs.register(JobKind("test.fail", fail, on_skip=on_skip))
    job_id = await jobs.add("test.fail")
    assert not await jobs.skip(job_id)
    await Worker().run_once()
    assert await jobs.skip(job_id)
    assert not await jobs.skip(job_id)
    assert told == [job_id]
    job = await jobs.get(job_id)
    assert job is not None and (job.state, job.last_error) == ("cancelled", "no")


async def test_after_a_jump_of_the_clock_no_living_worker_loses_its_job(db: str, time: Clock) -> None:
    jobs.register(JobKind("test.quick", quick))
    await jobs.add("test.quick")
    sweeper = Sweeper()
    (job,) = await claim("living", 1)
    time.pass_by(hours=3)
    assert await sweeper.sweep() == 0
    await renew([job])
    assert job.lease_until == clock.now() + timedelta(seconds=60)
    time.pass_by(hours=-3)
    assert await sweeper.sweep() == 0
    await renew([job])
    assert not job.stopped
    assert job.lease_until == clock.now() + timedelta(seconds=60)


async def test_a_lease_from_the_future_is_no_lease(db: str, time: Clock) -> None:
    jobs.register(JobKind("test.quick", quick))
    await jobs.add("test.quick")
    time.pass_by(days=365)
    await claim("the dead", 1)
    time.pass_by(days=-365)
    assert await jobs.sweep() == 1
    assert await Worker().run_once() == 1


async def test_a_pause_planned_while_the_clock_was_ahead_ends_when_it_is_right_again(
    db: str, time: Clock
) -> None:
    async def fail(job: Job) -> None:
        raise ValueError

    jobs.register(JobKind("test.fail", fail))
    timer = await jobs.add("test.fail", run_at=clock.now() + timedelta(days=40))
    await jobs.add("test.fail")
    sweeper = Sweeper()
    time.pass_by(days=30)
    await sweeper.sweep()
    await Worker().run_once()
    time.pass_by(days=-30)
    await sweeper.sweep()
    assert await Worker().run_once() == 1
    waiting = await jobs.get(timer)
    assert waiting is not None and waiting.attempt == 0


async def test_one_process_has_a_duty_until_it_leaves_it_or_falls_silent(
    db: str, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await duties.take_duty("work")
    assert await duties.take_duty("work")
    monkeypatch.setattr(duties, "this_process", lambda: "elsewhere:1:x")
    assert not await duties.take_duty("work")
    time.pass_by(seconds=21)
    assert await duties.take_duty("work")
    await duties.leave_duty("work", "elsewhere:1:x")
    monkeypatch.undo()
    assert await duties.take_duty("work")


async def test_a_duty_of_a_dead_process_of_this_machine_is_taken_at_once(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = await asyncio.create_subprocess_exec("true")
    await process.wait()
    host = duties.new_owner().rpartition(":")[0].rpartition(":")[0]
    monkeypatch.setattr(duties, "this_process", lambda: f"{host}:{process.pid}:x")
    assert await duties.take_duty("work")
    monkeypatch.undo()
    assert await duties.take_duty("work")


async def test_old_rows_go_in_portions(db: str, time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform_core.jobs.queue._PORTION", 4)
    jobs.register(JobKind("test.quick", quick))
    for _ in range(10):
        await jobs.add("test.quick")
    await Worker().run_once()
    time.pass_by(days=31)
    assert await jobs.purge(clock.now() - timedelta(days=30)) == 10


async def test_a_worker_shows_itself_on_the_list_and_takes_itself_off(db: str) -> None:
    worker = Worker(mode="process", queues=["human"])
    await worker.start()

    async def is_shown() -> bool:
        return bool(await jobs.workers())

    await until(is_shown, 10)
    (shown,) = await jobs.workers()
    assert (shown.mode, shown.queues) == ("process", ["human"])
    assert await jobs.last_sweep() is not None
    await worker.stop()
    assert await jobs.workers() == []
