"""Clocks that run in working time: due, paused, met, late; with a clock that jumps and a program that sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_core import calendars, clock, database, deadlines, events, jobs, permissions, records
from platform_core.calendars import CalendarRules, WorkCalendar
from platform_core.deadlines import Deadline, DeadlineReached
from platform_core.deadlines.reckoning import point_at, remaining
from platform_core.errors import Invalid, NotFound
from platform_core.identity import SYSTEM
from tests.records.conftest import _kinds, company
from tests.records.world import Company, grant, publish_crm, role

__all__ = ["_kinds", "company"]

SHANGHAI = CalendarRules(zone="Asia/Shanghai", week=(*("09:00-18:00",) * 5, "", ""), countries=("CN",))
FRIDAY = "2026-11-20T17:00+08:00"


class Hand:
    """The clock of a test, set by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def set(self, text: str) -> None:
        self.now = datetime.fromisoformat(text).astimezone(UTC)


@pytest.fixture
def hand() -> Hand:
    made = Hand()
    clock.set_source(lambda: made.now)
    return made


@pytest.fixture(autouse=True)
def told(_kinds: None) -> Iterator[list[DeadlineReached]]:
    permissions.register_action(calendars.ACTION, "x")
    jobs.register(jobs.JobKind(deadlines.FIRE, deadlines.fire_job))
    jobs.register(jobs.JobKind(deadlines.REPLAN, deadlines.replan_job))
    deadlines.enter()
    heard: list[DeadlineReached] = []
    events.subscribe(DeadlineReached, heard.append)
    yield heard


@pytest.fixture
async def office(company: Company, hand: Hand) -> str:
    made = await calendars.create("Office", SHANGHAI, actor=SYSTEM)
    await calendars.choose("", made.id, actor=SYSTEM)
    await work()
    return made.id


async def work() -> int:
    return await jobs.Worker(concurrency=1).run_once()


def points(told: list[DeadlineReached]) -> list[tuple[str, ...]]:
    return [event.points for event in told]


def local(at: datetime | None) -> str:
    assert at is not None
    return at.astimezone(UTC).strftime("%d %H:%M")


async def test_working_hours_end_after_the_weekend_and_are_told_of_once(
    office: str, hand: Hand, told: list[DeadlineReached]
) -> None:
    hand.set(FRIDAY)
    made = await deadlines.start("lead/1", "first_response", "work PT2H", points=["50%"])
    assert local(made.due_at) == "23 02:00"  # Monday 10:00 in Shanghai
    assert await deadlines.remaining(made) == timedelta(hours=2)
    hand.set("2026-11-20T17:59+08:00")
    assert await work() == 0 and told == []
    hand.set("2026-11-20T18:00+08:00")
    await work()
    assert points(told) == [("50%",)] and not told[0].breach
    hand.set("2026-11-23T10:00+08:00")
    await work()
    await work()
    assert points(told) == [("50%",), ("100%",)] and told[1].breach and not told[1].late


async def test_by_the_wall_no_weekend_counts(office: str, hand: Hand) -> None:
    hand.set(FRIDAY)
    made = await deadlines.start("lead/1", "natural", "PT48H")
    assert local(made.due_at) == "22 09:00" and made.stamp == ""


async def test_a_sleeping_program_tells_once_of_everything_missed_and_says_that_it_is_late(
    office: str, hand: Hand, told: list[DeadlineReached]
) -> None:
    hand.set(FRIDAY)
    await deadlines.start("lead/1", "sla", "work PT2H", points=["50%", "80%", "200%"])
    hand.set("2026-12-20T10:00+08:00")
    await work()
    await work()
    assert points(told) == [("50%", "80%", "100%", "200%")]
    assert told[0].late and told[0].breach and told[0].deadline.late


async def test_a_clock_that_jumps_back_and_forth_fires_nothing_twice(
    office: str, hand: Hand, told: list[DeadlineReached]
) -> None:
    hand.set(FRIDAY)
    await deadlines.start("lead/1", "sla", "PT1H", points=[])
    hand.set("2026-11-20T18:01+08:00")
    await work()
    hand.set("2026-11-19T18:01+08:00")
    await work()
    hand.set("2026-11-21T18:01+08:00")
    await work()
    assert points(told) == [("100%",)]


async def test_waiting_stops_the_clock_and_resuming_gives_back_what_was_left(
    office: str, hand: Hand, told: list[DeadlineReached]
) -> None:
    hand.set(FRIDAY)
    await deadlines.start("lead/1", "sla", "work PT2H", points=[])
    hand.set("2026-11-20T17:30+08:00")
    paused = await deadlines.pause("lead/1", "sla")
    hand.set("2026-11-25T12:00+08:00")
    assert await work() == 1 and told == []  # the old plan finds nothing to do
    assert await deadlines.remaining(paused) == timedelta(hours=1.5)
    again = await deadlines.resume("lead/1", "sla")
    assert local(again.due_at) == "25 05:30"  # Wednesday 13:30
    hand.set("2026-11-25T13:30+08:00")
    await work()
    assert points(told) == [("100%",)]


async def test_two_reasons_to_wait_must_both_be_over(office: str, hand: Hand) -> None:
    hand.set(FRIDAY)
    await deadlines.start("lead/1", "sla", "PT2H")
    await deadlines.pause("lead/1", "sla", "customer")
    await deadlines.pause("lead/1", "sla", "approval")
    assert (await deadlines.resume("lead/1", "sla", "customer")).state == "paused"
    hand.set("2026-11-20T19:00+08:00")
    assert local((await deadlines.resume("lead/1", "sla", "approval")).due_at) == "20 13:00"


async def test_meeting_in_time_and_too_late(office: str, hand: Hand, told: list[DeadlineReached]) -> None:
    hand.set(FRIDAY)
    await deadlines.start("lead/1", "sla", "PT2H")
    await deadlines.start("lead/2", "sla", "PT2H")
    hand.set("2026-11-20T18:00+08:00")
    met = await deadlines.meet("lead/1", "sla")
    assert met is not None and met.was_in_time is True
    hand.set("2026-11-20T19:00:01+08:00")
    late = await deadlines.meet("lead/2", "sla")
    assert late is not None and late.was_in_time is False
    assert await deadlines.meet("lead/2", "sla") is None
    await work()
    assert told == []
    with pytest.raises(NotFound):
        await deadlines.pause("lead/1", "sla")


async def test_cancelling_ends_without_judging_and_a_new_one_may_begin(office: str, hand: Hand) -> None:
    hand.set(FRIDAY)
    first = await deadlines.start("lead/1", "a", "PT2H")
    assert (await deadlines.start("lead/1", "a", "PT9H")).id == first.id  # it runs already
    await deadlines.start("lead/1", "b", "PT2H")
    assert await deadlines.cancel("lead/1") == 2
    assert (await deadlines.start("lead/1", "a", "PT2H")).id != first.id
    assert [one.state for one in await deadlines.of("lead/1")] == ["cancelled", "cancelled", "running"]


async def test_a_change_of_the_calendar_moves_what_is_due(office: str, hand: Hand) -> None:
    hand.set(FRIDAY)
    await deadlines.start("lead/1", "sla", "work PT2H")
    one = await calendars.find(office)
    closed = msgspec.structs.replace(
        one.rules,
        exceptions=(calendars.Exceptional(kind="off", first=date(2026, 11, 23), last=date(2026, 11, 23)),),
    )
    await calendars.change(office, "Office", closed, revision=1, actor=SYSTEM)
    await work()
    (moved,) = await deadlines.of("lead/1")
    assert local(moved.due_at) == "24 02:00"


async def test_an_absence_moves_what_is_due_for_its_person(company: Company, office: str, hand: Hand) -> None:
    hand.set(FRIDAY)
    lina = await company.hire("Lina")
    await deadlines.start("lead/1", "sla", "work P1D", scope=f"person:{lina.user_id}")
    await deadlines.start("lead/2", "sla", "work P1D")
    await calendars.add_absence(lina.user_id, date(2026, 11, 23), date(2026, 11, 24), actor=lina)
    await work()
    assert [local((await deadlines.of(f"lead/{n}"))[0].due_at) for n in (1, 2)] == ["25 09:00", "23 09:00"]


async def test_another_base_lets_the_clock_run_anew_and_tell_again(
    office: str, hand: Hand, told: list[DeadlineReached]
) -> None:
    hand.set(FRIDAY)
    await deadlines.start("lead/1", "sla", "PT1H", points=[])
    hand.set("2026-11-20T18:00+08:00")
    await work()
    changed = await deadlines.change("lead/1", "sla", base=clock.now())
    assert changed.breached_at is None
    hand.set("2026-11-20T19:00+08:00")
    await work()
    assert points(told) == [("100%",), ("100%",)]


async def test_a_subscriber_that_fails_leaves_the_point_to_be_told_again(office: str, hand: Hand) -> None:
    hand.set(FRIDAY)
    tries: list[int] = []

    async def fails_once(_event: DeadlineReached) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("not now")

    events.subscribe(DeadlineReached, fails_once)
    await deadlines.start("lead/1", "sla", "PT1H", points=[])
    hand.set("2026-11-20T18:00+08:00")
    await work()
    assert (await deadlines.of("lead/1"))[0].fired == ()
    hand.set("2026-11-20T19:00+08:00")
    await work()
    assert len(tries) == 2 and (await deadlines.of("lead/1"))[0].fired == ("100%",)


async def test_two_who_start_the_same_clock_get_one(office: str, hand: Hand) -> None:
    made = await asyncio.gather(*(deadlines.start("lead/1", "sla", "PT1H") for _ in range(4)))
    assert len({one.id for one in made}) == 1 and len(await deadlines.of("lead/1")) == 1


async def test_a_calendar_that_never_opens_leaves_a_clock_without_an_end(
    company: Company, hand: Hand
) -> None:
    shut = await calendars.create("Shut", CalendarRules(week=("",) * 7), actor=SYSTEM)
    made = await deadlines.start("lead/1", "sla", "work PT1H", scope=f"calendar:{shut.id}")
    assert made.due_at is None and await deadlines.remaining(made) is None


async def test_a_record_in_the_bin_reminds_nobody_and_a_destroyed_one_takes_its_clocks_along(
    company: Company, hand: Hand, told: list[DeadlineReached]
) -> None:
    await publish_crm(role("sales", account=grant("own"), contact=grant("own"), quote=grant("own")))
    lina = await company.hire("Lina", "sales")
    hand.set(FRIDAY)
    one = await records.create("account", {"name": "A"}, actor=lina)
    subject = f"local.account/{one.id}"
    await deadlines.start(subject, "sla", "PT1H")
    await records.delete("account", one.id, actor=lina, version=1)
    hand.set("2026-11-21T18:00+08:00")
    await work()
    assert told == [] and (await deadlines.of(subject))[0].state == "paused"
    await records.restore("account", one.id, actor=lina)
    assert (await deadlines.of(subject))[0].state == "running"
    await records.delete("account", one.id, actor=lina, version=None)
    await records.purge("account", one.id, actor=lina)
    assert await deadlines.of(subject) == []
    assert await database.fetch_value("SELECT count(*) FROM tw_deadline") == 0


@pytest.mark.parametrize("point", ["soon", "10", "-5%", "%", "P1M"])
async def test_a_point_that_is_not_understood_is_refused(company: Company, point: str) -> None:
    with pytest.raises(Invalid):
        await deadlines.start("lead/1", "sla", "PT1H", points=[point])


@settings(max_examples=80, deadline=None)
@given(
    st.integers(1, 60 * 200),
    st.lists(st.tuples(st.integers(0, 60 * 400), st.integers(1, 60 * 100)), max_size=4),
    st.sampled_from(["PT{}M", "work PT{}M"]),
)
def test_what_was_waited_is_added_in_the_same_kind_of_time(
    minutes: int, waits: list[tuple[int, int]], kind: str
) -> None:
    """At the due instant, time passed since the base without the pauses is exactly the duration."""
    calendar = WorkCalendar(SHANGHAI, "UTC")
    base = datetime(2026, 9, 28, 3, 0, tzinfo=UTC)
    pauses: list[tuple[datetime, datetime | None]] = []
    at = base
    for gap, length in waits:
        since = at + timedelta(minutes=gap)
        at = since + timedelta(minutes=length)
        pauses.append((since, at))
    one = Deadline(
        id="1", subject="s", name="n", state="running", base=base, duration_text=kind.format(minutes), scope="",
        stamp="", points=("100%",), pauses=tuple(pauses),
    )  # fmt: skip
    due = point_at(one, "100%", calendar, at)
    assert due is not None
    stood = [(since, until) for since, until in pauses if until is not None and since < due]
    measure = (
        (lambda a, b: calendars.working_time_between(a, b, calendar))
        if kind.startswith("work")
        else (lambda a, b: b - a)
    )
    passed = measure(base, due) - sum((measure(a, min(b, due)) for a, b in stood), timedelta())
    assert passed == timedelta(minutes=minutes)
    assert remaining(one, calendar, due) == timedelta()
