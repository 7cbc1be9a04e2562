"""Changes of big tables: done in the background while people work, published at once, or taken back without a trace."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from platform_core import database, definitions, jobs, settings
from platform_core.definitions import PublishResult, Rollout, RolloutOver, RolloutRuns
from platform_core.errors import Conflict
from platform_core.identity import Actor
from tests.form_engine.forms import GRADE
from tests.form_engine.publishing import columns_of, compiled, form, insert, item, publish, stored, text
from tests.waiting import breathe, until

TABLE = "r_shop__account"
TEXT = form("account", text("name"), text("staff"))
NUMBER = form("account", text("name"), {"type": "integer", "name": "staff"})


@pytest.fixture(autouse=True)
def _small_tables_are_big() -> Iterator[None]:
    before = settings.current()
    settings.use(settings.Settings(zone="UTC", language="en", big_table_rows=5))
    for kind in definitions.rollout_jobs():
        jobs.register(kind)
    yield
    settings.use(before)
    for kind in definitions.rollout_jobs():
        jobs.forget(kind.name)


async def work() -> None:
    await jobs.Worker(concurrency=1).run_once()
    await definitions.refresh()


async def staffed(admin: Actor, *values: str | None) -> None:
    await publish(admin, TEXT)
    for place, value in enumerate(values):
        await insert("account", name=f"Company {place}", staff=value)


async def latest(admin: Actor) -> Rollout:
    return await definitions.rollout_of("form", "account", actor=admin)


async def leftovers() -> list[str]:
    """What a rollout must not leave behind: triggers, notes."""
    if database.dialect().is_postgresql:
        sql = "SELECT tgname::text FROM pg_trigger WHERE tgname LIKE 'tw_w_%'"
    else:
        sql = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'tw_w_%'"
    found = [str(name) for (name,) in await database.fetch_tuples(sql)]
    return found + [str(row) for row in await database.fetch_tuples("SELECT record FROM tw_definition_noted")]


async def test_a_retype_of_a_big_table_is_published_by_a_job(db: str, admin: Actor) -> None:
    await staffed(admin, "1", "2", "30", None, "5", "6", "7")

    begun = await publish(admin, NUMBER)
    before = (compiled("account").entity.revision, await stored("account", "staff"))
    await work()

    assert begun.job is not None and begun.revisions[0].revision == 2
    assert before == (1, ["1", "2", "30", None, "5", "6", "7"])
    assert compiled("account").entity.revision == 2
    assert await stored("account", "staff") == [1, 2, 30, None, 5, 6, 7]
    done = await latest(admin)
    assert (done.state, done.done, done.failure) == ("done", 6, None)
    await settled()
    assert await leftovers() == []


async def settled() -> None:
    """What comes two minutes later, now."""
    await database.execute(
        "UPDATE tw_job SET run_at = created_at, due = TRUE WHERE kind LIKE 'definitions.settle%'"
    )
    await work()


async def test_small_tables_are_changed_at_once(db: str, admin: Actor) -> None:
    await staffed(admin, "1", "2")
    assert (await publish(admin, NUMBER)).job is None
    assert await stored("account", "staff") == [1, 2]


async def test_adding_and_deleting_fields_of_a_big_table_is_done_at_once(db: str, admin: Actor) -> None:
    await staffed(admin, *"1234567")
    more = form("account", text("name"), text("staff"), text("city"), {"type": "boolean", "name": "vip"})
    assert (await publish(admin, more)).job is None
    fewer, agreed = form("account", text("name")), ["field.staff.removed", "field.vip.removed"]
    assert (await publish(admin, fewer, accept=agreed)).job is None
    assert (await publish(admin, TEXT)).job is None
    assert await stored("account", "staff") == list("1234567")


async def test_what_is_written_while_a_rollout_runs_is_in_both_columns(db: str, admin: Actor) -> None:
    await staffed(admin, *(str(n) for n in range(400)))
    ids = [row for (row,) in await database.fetch_tuples(f'SELECT "id" FROM {TABLE} ORDER BY "id"')]
    begun = await publish(admin, NUMBER)
    assert begun.job is not None
    running = asyncio.ensure_future(jobs.run(begun.job))
    for number in itertools.count(1000):
        await database.execute(
            f"UPDATE {TABLE} SET staff = ? WHERE id = ?", (str(number), ids[number * 7 % 400])
        )
        if number % 20 == 0 and compiled("account").entity.revision == 1:
            await insert("account", name="New", staff=str(number))
        if running.done():
            break
        await breathe(0.001)
    assert (await latest(admin)).state == "done", await latest(admin)
    await settled()

    column = compiled("account").entity.fields["staff"].columns[0].name
    rows = await database.fetch_tuples(f'SELECT staff, "{column}" FROM {TABLE}')
    assert len(rows) > 400
    assert [(old, new) for old, new in rows if int(str(old)) != new] == []
    assert await leftovers() == []


async def test_a_cancelled_rollout_leaves_nothing_behind(db: str, admin: Actor) -> None:
    await staffed(admin, *(str(n) for n in range(1500)))
    before = await columns_of("account")
    begun = await publish(admin, NUMBER)
    assert begun.job is not None
    running = asyncio.ensure_future(jobs.run(begun.job))

    async def copying() -> bool:
        return (await latest(admin)).done > 0

    await until(copying)
    during = await columns_of("account")
    await definitions.cancel_rollout("form", "account", actor=admin)
    await running
    await work()

    assert during - before == {"staff__2"}
    assert await columns_of("account") == before
    assert (await latest(admin)).state == "cancelled"
    assert compiled("account").entity.revision == 1
    assert await leftovers() == []
    with pytest.raises(RolloutOver):
        await definitions.cancel_rollout("form", "account", actor=admin)


async def test_a_job_that_is_cancelled_takes_its_rollout_back(db: str, admin: Actor) -> None:
    await staffed(admin, *"1234567")
    begun = await publish(admin, NUMBER)
    assert begun.job is not None
    await jobs.cancel(begun.job)
    await work()
    assert (await latest(admin)).state == "cancelled"
    assert (await publish(admin, NUMBER)).job is not None


async def test_a_value_that_cannot_be_converted_ends_the_rollout_with_the_records(
    db: str, admin: Actor
) -> None:
    await staffed(admin, *"1234567")
    await publish(admin, NUMBER)
    await insert("account", name="Late", staff="many")
    await work()

    ended = await latest(admin)
    assert ended.state == "failed" and ended.failure is not None
    assert [(one.title, one.value) for one in ended.failure.records] == [("", "many")]
    assert (ended.failure.code, ended.failure.count, ended.failure.form) == (
        "not_convertible",
        1,
        "shop.account",
    )
    assert compiled("account").entity.revision == 1
    assert "staff__2" not in await columns_of("account") and await leftovers() == []


async def test_an_agreed_loss_is_no_failure(db: str, admin: Actor) -> None:
    await staffed(admin, *"123456", "many")
    await publish(admin, NUMBER, accept=["field.staff.retyped"])
    await work()
    assert await stored("account", "staff") == [1, 2, 3, 4, 5, 6, None]


async def test_a_repeated_value_is_told_before_and_while_a_field_becomes_unique(
    db: str, admin: Actor
) -> None:
    unique = form("account", text("name"), text("staff", unique=True))
    await staffed(admin, *"1234566")
    with pytest.raises(Conflict) as refused:
        await publish(admin, unique)
    await database.execute(f"UPDATE {TABLE} SET staff = '7' WHERE name = 'Company 6'")
    await publish(admin, unique)
    await insert("account", name="Late", staff="1")
    await work()

    assert [one["value"] for one in _details(refused.value)["records"]] == ["6", "6"]
    ended = await latest(admin)
    assert ended.failure is not None and [one.value for one in ended.failure.records] == ["1", "1"]
    assert not any("unique" in name for name in await database.indexes_of(TABLE))

    await database.execute(f"DELETE FROM {TABLE} WHERE name = 'Late'")
    await publish(admin, unique)
    await work()
    assert any("unique" in name for name in await database.indexes_of(TABLE))
    assert compiled("account").entity.fields["staff"].unique


def _details(error: Conflict) -> dict[str, Any]:
    assert isinstance(error.details, dict)
    return error.details


async def test_a_definition_is_not_published_twice_at_the_same_time(db: str, admin: Actor) -> None:
    await staffed(admin, *"1234567")
    begun = await publish(admin, NUMBER)
    with pytest.raises(RolloutRuns) as refused:
        await publish(admin, form("account", text("name")), accept=["field.staff.removed"])
    assert _details(refused.value)["job"] == begun.job
    await publish(admin, form("other", text("name")))


async def test_titles_cuts_and_fillings_of_a_big_table_follow_the_publish(db: str, admin: Actor) -> None:
    await staffed(admin, "long text", None, *"34567")
    changed = form(
        "account", text("name"), text("staff", max_length=4, required=True), title="{name}: {staff}"
    )
    begun = await _answered(admin, changed, {"field.staff.required": {"fill": "none"}}, "field.staff.cut")
    await work()

    assert begun.job is not None
    assert (await stored("account", "staff"))[:3] == ["long", "none", "3"]
    titles = await database.fetch_tuples(f'SELECT "_title" FROM {TABLE} ORDER BY "id" LIMIT 3')
    assert [title for (title,) in titles] == ["Company 0: long", "Company 1: none", "Company 2: 3"]


async def _answered(admin: Actor, raw: definitions.Raw, answers: object, *accept: str) -> PublishResult:
    return await definitions.publish([item(raw)], accept=accept, answers=answers, actor=admin)  # type: ignore[arg-type]  # as JSON gives it


@pytest.mark.parametrize("big", [False, True])
async def test_people_say_where_values_go_and_the_way_back_keeps_the_old_ones(
    db: str, admin: Actor, big: bool
) -> None:
    rows = ["Top", "excellent", "?", "Good", *(["b"] * (4 if big else 0))]
    await publish(admin, form("account", text("name"), text("grade")), GRADE)
    for value in rows:
        await insert("account", name="x", grade=value)
    graded = form("account", text("name"), {"type": "choice", "name": "grade", "dictionary": "grade"})
    found = {one.id: one for one in (await definitions.check([item(graded)], actor=admin)).plan}
    asks = found["field.grade.retyped"].asks
    assert asks is not None and asks.options[0] == ("a", "Top")
    assert {one.text: (one.count, one.becomes) for one in asks.values}["excellent"] == (1, None)

    answers = {"field.grade.retyped": {"map": [["excellent", "a"], ["?", None]]}}
    again = {
        one.id: one for one in (await definitions.check([item(graded)], answers=answers, actor=admin)).plan
    }
    assert again["field.grade.retyped"].count == 1
    begun = await _answered(admin, graded, answers, "field.grade.retyped")
    await work()
    assert (begun.job is not None) is big
    assert (await stored("account", "grade"))[:4] == ["a", "a", None, "b"]

    column = compiled("account").entity.fields["grade"].columns[0].name
    await database.execute(f"UPDATE {TABLE} SET \"{column}\" = 'c' WHERE grade = 'Good'")
    await definitions.rollback("form", "account", revision=1, actor=admin)
    await work()
    assert (await stored("account", "grade"))[:4] == ["Top", "excellent", "?", "Small"]


async def test_a_rollback_of_a_big_retype_brings_the_old_values_and_keeps_the_newer_ones(
    db: str, admin: Actor
) -> None:
    await staffed(admin, "1", "many", *"34567")
    await publish(admin, NUMBER, accept=["field.staff.retyped"])
    await work()
    column = compiled("account").entity.fields["staff"].columns[0].name
    await database.execute(f"UPDATE {TABLE} SET \"{column}\" = 9 WHERE name = 'Company 0'")

    await definitions.rollback("form", "account", revision=1, actor=admin)
    await work()

    assert await stored("account", "staff") == ["9", "many", *"34567"]
    assert await leftovers() != []  # the last one's, for two minutes
    await settled()
    assert await leftovers() == []
