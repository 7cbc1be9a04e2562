"""Numbers: their shape, their periods, and no number twice whatever happens at the same time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from platform_core import clock, database, records, settings
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
