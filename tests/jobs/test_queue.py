"""Adding, finding, cancelling: what everybody may do with jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from platform_core import clock, database, jobs
from platform_core.jobs import Job, JobKind, Notice, Worker
from tests.jobs.conftest import Clock


class Diary:
    """A handler that notes what it was given, in order."""

    def __init__(self) -> None:
        self.entries: list[object] = []

    async def __call__(self, job: Job) -> None:
        self.entries.append(job.payload.get("name"))


@pytest.fixture
def diary() -> Diary:
    kept = Diary()
    jobs.register(JobKind("test.note", kept))
    return kept


async def test_a_job_is_run_with_its_payload_and_then_done(db: str, diary: Diary) -> None:
    job_id = await jobs.add("test.note", {"name": "信风"}, subject="form/1", created_by="lina")
    waiting = await jobs.get(job_id)
    assert waiting is not None and (waiting.state, waiting.subject, waiting.created_by) == (
        "ready",
        "form/1",
        "lina",
    )
    assert await Worker().run_once() == 1
    done = await jobs.get(job_id)
    assert done is not None and (done.state, done.attempt, done.is_finished) == ("done", 1, True)
    assert done.finished_at is not None
    assert diary.entries == ["信风"]


async def test_what_a_handler_returns_is_kept_as_the_result(db: str) -> None:
    async def count(job: Job) -> dict[str, object]:
        return {"rows": 3}

    jobs.register(JobKind("test.count", count))
    job_id = await jobs.add("test.count")
    await Worker().run_once()
    job = await jobs.get(job_id)
    assert job is not None and job.result == {"rows": 3}


async def test_a_job_of_a_transaction_that_is_undone_never_was(db: str, diary: Diary) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            await jobs.add("test.note")
            raise ZeroDivisionError
    assert await Worker().run_once() == 0
    assert await jobs.find() == []


async def test_the_more_urgent_job_runs_first_then_the_older_one(db: str, diary: Diary) -> None:
    for name, priority in (("third", 5), ("second", 0), ("first", -5)):
        await jobs.add("test.note", {"name": name}, priority=priority)
    await jobs.add("test.note", {"name": "fourth"}, priority=5)
    await Worker().run_once()
    assert diary.entries == ["first", "second", "third", "fourth"]


async def test_a_job_waits_for_its_time(db: str, diary: Diary, time: Clock) -> None:
    await jobs.add("test.note", {"name": "later"}, run_at=clock.now() + timedelta(hours=1))
    await jobs.add("test.note", {"name": "much later"}, run_at=clock.now() + timedelta(hours=3))
    assert await Worker().run_once() == 0
    time.pass_by(minutes=61)
    assert await Worker().run_once() == 1
    assert diary.entries == ["later"]


async def test_many_timers_in_the_future_do_not_hide_what_is_due(db: str, diary: Diary, time: Clock) -> None:
    for _ in range(50):
        await jobs.add("test.note", {"name": "timer"}, run_at=clock.now() + timedelta(days=1), priority=-9)
    await jobs.add("test.note", {"name": "now"}, priority=9)
    await Worker().run_once()
    assert diary.entries == ["now"]


async def test_the_same_key_adds_one_job_whoever_asks_and_whenever(db: str, diary: Diary) -> None:
    first = await jobs.add("test.note", {"name": "a"}, idem_key="order-1")
    assert await jobs.add("test.note", {"name": "b"}, idem_key="order-1") == first
    await Worker().run_once()
    assert await jobs.add("test.note", {"name": "c"}, idem_key="order-1") == first
    assert await Worker().run_once() == 0
    assert diary.entries == ["a"]


async def test_a_cancelled_job_does_not_run(db: str, diary: Diary) -> None:
    job_id = await jobs.add("test.note")
    assert await jobs.cancel(job_id)
    assert not await jobs.cancel(job_id)
    assert await Worker().run_once() == 0
    job = await jobs.get(job_id)
    assert job is not None and job.state == "cancelled"


async def test_all_open_jobs_of_a_subject_are_cancelled_together(db: str, diary: Diary) -> None:
    for _ in range(2):
        await jobs.add("test.note", subject="flow/1")
    await jobs.add("test.note", {"name": "kept"}, subject="flow/2")
    assert await jobs.cancel_subject("flow/1") == 2
    await Worker().run_once()
    assert diary.entries == ["kept"]


async def test_jobs_are_found_and_counted_by_kind_state_and_subject(db: str, diary: Diary) -> None:
    await jobs.add("test.note", subject="a")
    await Worker().run_once()
    newest = await jobs.add("test.note", subject="a")
    await jobs.add("test.other", subject="b")
    assert [job.id for job in await jobs.find(kind="test.note", limit=1)] == [newest]
    assert len(await jobs.find(state="ready")) == 2
    assert len(await jobs.find(subject="a", state="done")) == 1
    assert await jobs.counts() == {"test.note": {"done": 1, "ready": 1}, "test.other": {"ready": 1}}


async def test_a_job_that_does_not_exist_is_none(db: str) -> None:
    assert await jobs.get(database.new_id()) is None
    assert await jobs.get("no id") is None


async def test_old_finished_jobs_are_purged_and_dead_ones_kept(db: str, diary: Diary, time: Clock) -> None:
    async def fail(job: Job) -> None:
        raise ValueError

    jobs.register(JobKind("test.fail", fail, max_attempts=1))
    await jobs.add("test.note")
    dead = await jobs.add("test.fail")
    await Worker().run_once()
    time.pass_by(days=40)
    young = await jobs.add("test.note")
    await Worker().run_once()
    assert await jobs.purge(clock.now() - timedelta(days=30)) == 1
    assert {job.id for job in await jobs.find()} == {dead, young}


async def test_a_job_that_nobody_knows_stays_and_says_why(db: str, time: Clock) -> None:
    job_id = await jobs.add("plugin.unknown")
    assert await Worker().run_once() == 0
    await jobs.sweep()
    job = await jobs.get(job_id)
    assert job is not None and job.state == "ready"
    assert job.last_error is not None and "plugin" in job.last_error


async def test_the_announcer_hears_of_new_jobs_after_the_commit_all_at_once(db: str, diary: Diary) -> None:
    heard: list[list[str]] = []

    async def announce(notices: Sequence[Notice]) -> None:
        heard.append([notice.job_id for notice in notices])

    jobs.set_announcer(announce)
    async with database.transaction():
        ids = [await jobs.add("test.note") for _ in range(3)]
        await jobs.add("test.note", run_at=clock.now() + timedelta(days=1))
        assert heard == []
    assert heard == [ids]


async def test_one_name_has_one_handler(diary: Diary) -> None:
    jobs.register(JobKind("test.note", diary))
    with pytest.raises(ValueError, match=r"test\.note"):
        jobs.register(JobKind("test.note", Diary()))
