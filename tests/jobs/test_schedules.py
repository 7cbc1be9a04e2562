"""Schedules: each time fires once, whatever the clocks, restarts and other processes do."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from platform_core import clock, jobs
from platform_core.errors import NotFound
from platform_core.jobs import BadSchedule, Job, JobKind, Schedule, Worker
from tests.jobs.conftest import Clock


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def times(schedule: Schedule, start: datetime, count: int) -> list[str]:
    found = [start]
    for _ in range(count):
        found.append(schedule.after(found[-1]))
    return [f"{at:%d %H:%M}" for at in found[1:]]


class Diary:
    def __init__(self) -> None:
        self.runs: list[tuple[str, bool]] = []

    async def __call__(self, job: Job) -> None:
        facts = job.payload["schedule"]
        assert isinstance(facts, dict)
        self.runs.append((str(facts["due"])[11:16], bool(facts["late"])))


@pytest.fixture
def diary() -> Diary:
    kept = Diary()
    jobs.register(JobKind("test.tick", kept))
    return kept


async def planted(schedule: Schedule) -> None:
    jobs.register_schedule(schedule)
    await jobs.plant_schedules()


async def test_cron_is_read_in_its_zone() -> None:
    assert times(Schedule("x", cron="30 9 * * 1-5", zone="Asia/Shanghai"), utc(2026, 11, 20, 2), 2) == [
        "23 01:30",
        "24 01:30",
    ]


async def test_a_time_that_the_clocks_leap_over_runs_right_after_the_gap() -> None:
    nightly = Schedule("x", cron="30 2 * * *", zone="Europe/Berlin")
    assert times(nightly, utc(2026, 3, 28, 12), 2) == ["29 01:00", "30 00:30"]


async def test_a_time_that_comes_twice_runs_once_from_wherever_one_looks() -> None:
    nightly = Schedule("x", cron="30 2 * * *", zone="Europe/Berlin")
    assert times(nightly, utc(2026, 10, 24, 12), 2) == ["25 00:30", "26 01:30"]
    inside_the_second_hour = utc(2026, 10, 25, 1, 10)
    assert times(nightly, inside_the_second_hour, 1) == ["26 01:30"]


async def test_every_half_hour_stays_so_when_the_clocks_change() -> None:
    halves = Schedule("x", cron="*/30 * * * *", zone="Europe/Berlin")
    assert times(halves, utc(2026, 10, 25, 0), 4) == ["25 00:30", "25 01:00", "25 01:30", "25 02:00"]


async def test_a_step_counts_in_whole_steps_everywhere() -> None:
    hourly = Schedule("x", every=timedelta(hours=1))
    assert times(hourly, utc(2026, 11, 22, 8, 17), 2) == ["22 09:00", "22 10:00"]


@pytest.mark.parametrize("schedule", [
    {"cron": "61 * * * *"}, {"cron": "* * * * * *"}, {"cron": "0 0 31 2 *"}, {"cron": "every day"}, {},
    {"cron": "0 0 * * *", "every": timedelta(days=1)}, {"every": timedelta(0)},
    {"cron": "0 0 * * *", "zone": "Mars/Base"},
])  # fmt: skip
async def test_a_schedule_that_means_nothing_is_refused(schedule: dict[str, object]) -> None:
    with pytest.raises(BadSchedule):
        Schedule("x", **schedule)  # type: ignore[arg-type]  # the point of the test


async def test_a_time_fires_once_however_often_and_from_wherever_one_looks(
    db: str, diary: Diary, time: Clock
) -> None:
    await planted(Schedule("test.tick", every=timedelta(hours=1)))
    assert await jobs.fire_schedules() == utc(2026, 11, 22, 9)
    time.pass_by(hours=1)
    for _ in range(3):
        await jobs.fire_schedules()
    await Worker().run_once()
    assert diary.runs == [("09:00", False)]
    (state,) = await jobs.schedules()
    assert (state.last_due, state.next_at, state.last_late) == (
        utc(2026, 11, 22, 9),
        utc(2026, 11, 22, 10),
        False,
    )


async def test_a_restart_neither_forgets_nor_repeats(db: str, diary: Diary, time: Clock) -> None:
    hourly = Schedule("test.tick", every=timedelta(hours=1))
    await planted(hourly)
    time.pass_by(minutes=62)
    await jobs.fire_schedules()
    await jobs.plant_schedules()
    await jobs.fire_schedules()
    await Worker().run_once()
    assert diary.runs == [("09:00", True)]


@pytest.mark.parametrize(
    ("misfire", "runs"),
    [
        ("skip", []),
        ("once", [("13:00", True)]),
        ("all", [("09:00", True), ("10:00", True), ("11:00", True), ("12:00", True), ("13:00", True)]),
    ],
)
async def test_after_a_standstill_the_rule_for_missed_times_decides(
    db: str, diary: Diary, time: Clock, misfire: jobs.Misfire, runs: list[tuple[str, bool]]
) -> None:
    await planted(Schedule("test.tick", every=timedelta(hours=1), misfire=misfire))
    time.pass_by(hours=5, minutes=20)
    await jobs.fire_schedules()
    await Worker().run_once()
    assert diary.runs == runs
    (state,) = await jobs.schedules()
    assert (state.last_late, state.next_at) == (True, utc(2026, 11, 22, 14))


@pytest.mark.parametrize("cron", ["* * * * *", "*/7 * * * 1-5"])
async def test_all_makes_up_for_ten_times_at_most(db: str, diary: Diary, time: Clock, cron: str) -> None:
    await planted(Schedule("test.tick", cron=cron, misfire="all"))
    time.pass_by(days=400)
    await jobs.fire_schedules()
    assert await Worker().run_once() == 10
    assert all(late for _, late in diary.runs[:-2])


async def test_runs_of_one_schedule_do_not_pile_up_while_nobody_works(
    db: str, diary: Diary, time: Clock
) -> None:
    await planted(Schedule("test.tick", every=timedelta(hours=1)))
    for _ in range(4):
        time.pass_by(hours=1)
        await jobs.fire_schedules()
    assert await Worker().run_once() == 1


async def test_a_clock_that_was_ahead_does_not_silence_a_schedule(db: str, diary: Diary, time: Clock) -> None:
    await planted(Schedule("test.tick", every=timedelta(hours=1)))
    time.pass_by(days=4000)
    await jobs.fire_schedules()
    await Worker().run_once()
    time.pass_by(days=-4000)
    await jobs.fire_schedules()
    time.pass_by(hours=1)
    await jobs.fire_schedules()
    await Worker().run_once()
    assert len(diary.runs) == 2
    assert diary.runs[1] == ("09:00", False)


async def test_a_clock_that_goes_back_an_hour_repeats_nothing(db: str, diary: Diary, time: Clock) -> None:
    await planted(Schedule("test.tick", every=timedelta(hours=1)))
    for step in (1.0, -1.0, 1.0):
        time.pass_by(hours=step)
        await jobs.fire_schedules()
        await Worker().run_once()
    assert diary.runs == [("09:00", False)]


async def test_a_changed_rule_is_planned_anew_and_a_pause_stays(db: str, diary: Diary, time: Clock) -> None:
    await planted(Schedule("test.tick", every=timedelta(hours=1)))
    await jobs.pause_schedule("test.tick", True)
    jobs.reset()
    jobs.register(JobKind("test.tick", diary))
    await planted(Schedule("test.tick", cron="15 8 * * *"))
    (state,) = await jobs.schedules()
    assert (state.next_at, state.paused) == (utc(2026, 11, 22, 8, 15), True)
    time.pass_by(hours=1)
    await jobs.fire_schedules()
    assert await Worker().run_once() == 0
    await jobs.pause_schedule("test.tick", False)
    await jobs.fire_schedules()
    assert await Worker().run_once() == 0
    time.pass_by(days=1)
    await jobs.fire_schedules()
    assert await Worker().run_once() == 1


async def test_a_schedule_whose_plugin_is_gone_stays_and_keeps_silent(
    db: str, diary: Diary, time: Clock
) -> None:
    await planted(Schedule("test.tick", every=timedelta(hours=1)))
    jobs.reset()
    time.pass_by(hours=1)
    assert await jobs.fire_schedules() is None
    (state,) = await jobs.schedules()
    assert not state.is_known
    assert await jobs.find() == []


async def test_a_company_has_schedules_of_its_own(db: str, diary: Diary, time: Clock) -> None:
    await jobs.put_schedule(Schedule("test.tick", name="flow/7", cron="0 10 * * *", payload={"flow": "7"}))
    time.pass_by(hours=2)
    await jobs.fire_schedules()
    (job,) = await jobs.find()
    assert (job.payload["flow"], job.subject) == ("7", "schedule/flow/7")
    assert await jobs.remove_schedule("flow/7")
    assert not await jobs.remove_schedule("flow/7")
    assert await jobs.schedules() == []


async def test_what_belongs_to_the_program_is_not_changed_or_removed_by_a_company(
    db: str, diary: Diary
) -> None:
    await planted(Schedule("test.tick", every=timedelta(hours=1)))
    with pytest.raises(BadSchedule):
        await jobs.put_schedule(Schedule("test.tick", every=timedelta(days=1)))
    assert not await jobs.remove_schedule("test.tick")
    with pytest.raises(BadSchedule):
        jobs.register_schedule(Schedule("test.tick", every=timedelta(days=1)))


async def test_a_run_outside_of_the_plan_changes_nothing_of_it(db: str, diary: Diary, time: Clock) -> None:
    await planted(Schedule("test.tick", every=timedelta(hours=1)))
    job_id = await jobs.run_schedule("test.tick", created_by="ada")
    await Worker().run_once()
    job = await jobs.get(job_id)
    assert job is not None and (job.state, job.created_by) == ("done", "ada")
    (state,) = await jobs.schedules()
    assert (state.next_at, state.last_due, state.last_job) == (utc(2026, 11, 22, 9), None, job_id)
    with pytest.raises(NotFound):
        await jobs.run_schedule("nobody")


async def test_two_processes_that_look_at_once_fire_once(db: str, diary: Diary, time: Clock) -> None:
    await planted(Schedule("test.tick", every=timedelta(hours=1)))
    time.pass_by(hours=1)
    await asyncio.gather(*(asyncio.create_task(jobs.fire_schedules()) for _ in range(5)))
    assert len(await jobs.find()) == 1
    assert clock.now() == utc(2026, 11, 22, 9)
