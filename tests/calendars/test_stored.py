"""Calendars of a company: who may change them, whose counts, absences, revisions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec
import pytest

from platform_core import audit, calendars, events, permissions
from platform_core.calendars import CalendarChanged, CalendarRules, Exceptional
from platform_core.errors import Conflict, Forbidden, Invalid, NotFound, StaleVersion
from platform_core.identity import SYSTEM, Actor
from tests.records.conftest import _kinds, company
from tests.records.world import Company, publish, role

__all__ = ["_kinds", "company"]

WEEK = (*("08:00-16:00",) * 5, "", "")
SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _action(_kinds: None) -> Iterator[None]:
    permissions.register_action(calendars.ACTION, "Set working hours and holidays")
    yield


async def made(name: str = "Office", actor: Actor = SYSTEM, **rules: object) -> calendars.StoredCalendar:
    given = {"zone": "Asia/Shanghai", "week": WEEK, **rules}
    return await calendars.create(name, msgspec.convert(given, CalendarRules), actor=actor)


def opens(calendar: calendars.WorkCalendar) -> str:
    return calendar.local(calendars.next_open(SUNDAY, calendar)).strftime("%a %H:%M")


async def test_without_any_choice_everybody_works_nine_to_six_in_their_own_zone(company: Company) -> None:
    lina = await company.hire("Lina", zone="Asia/Shanghai")
    mine = await calendars.calendar_of(f"person:{lina.user_id}")
    assert str(mine.zone) == "Asia/Shanghai" and mine.day(date(2026, 11, 23)).text == "09:00-18:00"


async def test_a_persons_calendar_comes_before_the_teams_and_that_before_the_installations(
    company: Company,
) -> None:
    await company.team("Sales")
    east = await company.team("East", below="Sales")
    lina = await company.hire("Lina", team="East")
    scope = f"person:{lina.user_id}"
    for place, (chosen, hour) in enumerate(
        [("", "07"), (f"team:{company.teams['Sales']}", "08"), (f"team:{east}", "10"), (scope, "11")]
    ):
        calendar = await made(f"C{place}", week=(*(f"{hour}:00-16:00",) * 5, "", ""))
        await calendars.choose(chosen, calendar.id, actor=SYSTEM)
        assert opens(await calendars.calendar_of(scope)) == f"Mon {hour}:00"
    await calendars.choose(scope, None, actor=SYSTEM)
    assert opens(await calendars.calendar_of(scope)) == "Mon 10:00"


async def test_an_absence_counts_for_its_person_alone(company: Company) -> None:
    lina, carlos = await company.hire("Lina"), await company.hire("Carlos")
    entered = await calendars.add_absence(
        lina.user_id, date(2026, 11, 23), date(2026, 11, 24), note="Family", actor=lina
    )
    assert opens(await calendars.calendar_of(f"person:{lina.user_id}")) == "Wed 09:00"
    assert opens(await calendars.calendar_of(f"person:{carlos.user_id}")) == "Mon 09:00"
    with pytest.raises(Forbidden):
        await calendars.absences(lina.user_id, actor=carlos)
    with pytest.raises(Forbidden):
        await calendars.add_absence(lina.user_id, date(2026, 1, 1), date(2026, 1, 1), actor=carlos)
    with pytest.raises(NotFound):
        await calendars.remove_absence(entered.id, actor=carlos)
    await calendars.remove_absence(entered.id, actor=lina)
    assert opens(await calendars.calendar_of(f"person:{lina.user_id}")) == "Mon 09:00"


async def test_only_who_has_the_action_changes_calendars(company: Company) -> None:
    await publish({**role("planner"), "actions": ["calendars"]}, role("sales"))
    planner, lina = await company.hire("Pia", "planner"), await company.hire("Lina", "sales")
    kept = await made(actor=planner)
    for attempt in (
        lambda: made("Other", actor=lina),
        lambda: calendars.change(kept.id, "X", kept.rules, revision=1, actor=lina),
        lambda: calendars.choose("", kept.id, actor=lina),
        lambda: calendars.remove(kept.id, actor=lina),
    ):
        with pytest.raises(Forbidden):
            await attempt()
    assert [one.name for one in await calendars.listing()] == ["Office"]


async def test_a_change_counts_up_tells_and_leaves_a_line_in_the_audit(company: Company) -> None:
    told: list[str] = []
    events.subscribe(CalendarChanged, lambda event: told.append(event.what))
    one = await made()
    before = await calendars.calendar_of(f"calendar:{one.id}")
    rules = msgspec.structs.replace(one.rules, countries=("CN",))
    changed = await calendars.change(one.id, "Office", rules, revision=1, actor=SYSTEM)
    after = await calendars.calendar_of(f"calendar:{one.id}")
    assert (changed.revision, before.stamp == after.stamp) == (2, False)
    same = await calendars.change(one.id, "Office", rules, revision=2, actor=SYSTEM)
    assert same.revision == 2 and told == [one.id, one.id]
    with pytest.raises(StaleVersion):
        await calendars.change(one.id, "Mine", one.rules, revision=1, actor=SYSTEM)
    lines = await audit.read(audit.AuditQuery(kind="calendar"))
    assert {line.action for line in lines} == {"calendar.create", "calendar.update"}


async def test_a_calendar_in_use_stays(company: Company) -> None:
    one = await made()
    await calendars.choose("", one.id, actor=SYSTEM)
    with pytest.raises(Conflict):
        await calendars.remove(one.id, actor=SYSTEM)
    await calendars.choose("", None, actor=SYSTEM)
    await calendars.remove(one.id, actor=SYSTEM)
    with pytest.raises(NotFound):
        await calendars.find(one.id)


async def test_every_problem_of_the_rules_is_named_with_its_place(company: Company) -> None:
    wrong = CalendarRules(
        zone="Mars/Olympus",
        week=("09-18", *("",) * 6),
        countries=("XX", "DE-ZZ"),
        exceptions=(Exceptional(kind="off", first=date(2026, 2, 2), last=date(2026, 2, 1), hours="x"),),
    )
    with pytest.raises(Invalid) as refused:
        await calendars.create("Bad", wrong, actor=SYSTEM)
    assert [problem.pointer for problem in refused.value.errors] == [
        "/zone", "/week/0", "/countries/0", "/countries/1", "/exceptions/0/last", "/exceptions/0/hours",
    ]  # fmt: skip
    with pytest.raises(Invalid):
        await calendars.create("  ", CalendarRules(), actor=SYSTEM)
    await made()
    with pytest.raises(Invalid):
        await made()
