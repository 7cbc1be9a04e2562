"""Numbers: their shape, their periods, and no number twice whatever happens at the same time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from random import Random

import pytest

from platform_core import audit, clock, database, definitions, records, settings
from platform_core.definitions import ChangeItem
from platform_core.errors import Invalid
from platform_core.identity import SYSTEM
from platform_core.records import WriteOptions
from tests.records.world import Company, Raw, field, form, publish

GIVEN = WriteOptions(given=frozenset({"code"}))


def numbered(pattern: str, reset: str = "never") -> Raw:
    numbering = {"pattern": pattern, "reset": reset, "mode": "fast"}
    return form("ticket", field("subject"), field("line"), title="{subject}", numbering=numbering)


async def codes(count: int, **values: object) -> list[str | None]:
    made = [await records.create("ticket", values, actor=SYSTEM) for _ in range(count)]
    return [record.code for record in made]


def at(text: str) -> None:
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    clock.set_source(lambda: moment)


async def test_a_pattern_has_the_date_and_a_padded_number_that_grows_past_its_width(company: Company) -> None:
    await publish(numbered("T{YY}{MM}{DD}-{seq:1}"))
    at("2026-11-22T08:00")
    assert await codes(11) == [f"T261122-{number}" for number in range(1, 12)]


async def test_numbers_start_anew_with_each_period_of_the_installations_zone(company: Company) -> None:
    settings.use(settings.Settings(zone="Asia/Shanghai", secret_key=b"k" * 32))
    await publish(numbered("{YYYY}-{seq:3}", "year"))
    at("2026-12-31T15:59")
    assert await codes(2) == ["2026-001", "2026-002"]
    at("2026-12-31T16:00")
    assert await codes(2) == ["2027-001", "2027-002"]
    at("2026-12-31T15:59")
    assert await codes(1) == ["2026-003"]


async def test_numbers_can_be_counted_per_value_of_a_field(company: Company) -> None:
    await publish(numbered("{line}-{seq:2}", "line"))
    assert await codes(2, line="A") == ["A-01", "A-02"]
    assert await codes(1, line="B") == ["B-01"]
    assert await codes(1, line="A") == ["A-03"]


async def test_a_number_that_was_given_is_kept_and_not_given_out_again(company: Company) -> None:
    await publish(numbered("T-{seq:3}"))
    made = await records.create("ticket", {"subject": "old", "code": "T-002"}, actor=SYSTEM, options=GIVEN)
    assert made.code == "T-002"
    assert await codes(2) == ["T-003", "T-004"]
    with pytest.raises(Invalid) as refused:
        await records.create("ticket", {"code": "T-003"}, actor=SYSTEM, options=GIVEN)
    assert (refused.value.errors[0].pointer, refused.value.errors[0].code) == ("/code", "not_unique")


async def test_many_writers_at_once_get_different_numbers(company: Company) -> None:
    await publish(numbered("{seq:1}"))
    made = await asyncio.gather(*(records.create("ticket", {}, actor=SYSTEM) for _ in range(60)))
    assert len({record.code for record in made}) == 60


async def test_numbers_stay_different_where_some_are_taken_inside_a_transaction(company: Company) -> None:
    await publish(numbered("{seq:1}"))

    async def inside() -> list[str | None]:
        async with database.transaction():
            return await codes(5)

    results = await asyncio.gather(*(inside() for _ in range(4)), codes(5), codes(5))
    found = [code for result in results for code in result]
    assert len(set(found)) == len(found) == 30


async def test_a_refused_save_does_not_use_up_a_number_of_its_block(company: Company) -> None:
    await publish(
        form("ticket", field("subject", required=True), numbering={"pattern": "{seq:1}", "reset": "never"})
    )
    await records.create("ticket", {"subject": "a"}, actor=SYSTEM)
    with pytest.raises(Invalid):
        await records.create("ticket", {}, actor=SYSTEM)
    assert (await records.create("ticket", {"subject": "b"}, actor=SYSTEM)).code == "2"


async def test_an_autonumber_field_counts_for_itself(company: Company) -> None:
    await publish(
        form(
            "ticket",
            field("subject"),
            field("ref", "autonumber", pattern="R{seq:2}"),
            title="{ref} {subject}",
        )
    )
    made = await records.create("ticket", {"subject": "a"}, actor=SYSTEM)
    assert (made.values["ref"], made.title, made.code) == ("R01", "R01 a", None)
    with pytest.raises(Invalid) as refused:
        await records.create("ticket", {"ref": "R07"}, actor=SYSTEM)
    assert refused.value.errors[0].code == "not_writable"


def strict(pattern: str, **more: object) -> Raw:
    return form(
        "ticket",
        field("subject", required=True),
        title="{subject}",
        numbering={"pattern": pattern, "mode": "strict"},
        **more,
    )


async def voids() -> list[dict[str, object]]:
    lines = await audit.read(audit.AuditQuery(action="record.void_number", limit=50))
    return [dict(line.detail) | {"by": line.user_id} for line in lines]


@pytest.mark.parametrize("seed", range(3))
async def test_strict_numbers_have_no_gap_whatever_is_undone_meanwhile(company: Company, seed: int) -> None:
    await publish(strict("{seq:1}"))
    random = Random(seed)
    fates = [random.choice(("kept", "kept", "undone", "refused", "several")) for _ in range(24)]

    async def writer(fate: str) -> None:
        try:
            async with database.transaction():
                await records.create("ticket", {"subject": fate}, actor=SYSTEM)
                if fate == "several":
                    await records.bulk_create(
                        "ticket", [{"subject": "a"}, {}, {"subject": "b"}], actor=SYSTEM
                    )
                if fate == "refused":
                    await records.create("ticket", {}, actor=SYSTEM)
                if fate == "undone":
                    raise ConnectionAbortedError
        except (ConnectionAbortedError, Invalid):
            return

    await asyncio.gather(*(writer(fate) for fate in fates))
    await asyncio.gather(*(records.create("ticket", {"subject": "late"}, actor=SYSTEM) for _ in range(4)))

    rows = await database.fetch_tuples('SELECT "code" FROM r_local__ticket')
    expected = fates.count("kept") + 3 * fates.count("several") + 4
    assert sorted(int(str(code)) for (code,) in rows) == list(range(1, expected + 1))
    assert await voids() == []


async def test_a_strict_number_that_is_destroyed_or_passed_over_is_told(company: Company) -> None:
    await publish(strict("T-{seq:2}"))
    made = [await records.create("ticket", {"subject": "a"}, actor=SYSTEM) for _ in range(2)]
    await records.delete("ticket", made[0].id, actor=SYSTEM, version=1)
    assert await voids() == []

    await records.purge("ticket", made[0].id, actor=SYSTEM, why="written twice")
    await records.create("ticket", {"subject": "old", "code": "T-06"}, actor=SYSTEM, options=GIVEN)
    after = await records.create("ticket", {"subject": "b"}, actor=SYSTEM)

    assert after.code == "T-07"
    assert await voids() == [
        {"number": ":3-5", "why": "passed over", "by": SYSTEM.user_id},
        {"number": "T-01", "why": "written twice", "by": SYSTEM.user_id},
    ]


async def test_numbers_may_become_strict_and_go_on_from_where_they_are(company: Company) -> None:
    loose = form("ticket", field("subject"), title="{subject}", numbering={"pattern": "{seq:1}"})
    await publish(loose)
    assert await codes(2) == ["1", "2"]
    closed = {**loose, "numbering": {"pattern": "{seq:1}", "mode": "strict"}}
    change = [ChangeItem(kind="form", name="ticket", definition=closed, app="local")]

    plan = (await definitions.check(change, actor=SYSTEM)).plan
    await publish(closed)

    assert [(item.id, item.destructive) for item in plan] == [("numbering.code.strict", False)]
    last = int((await codes(1))[0] or 0)
    assert await codes(3) == [str(last + 1), str(last + 2), str(last + 3)]
