"""Two writers: nobody's change is lost silently."""

from __future__ import annotations

import asyncio

import pytest

from platform_core import records
from platform_core.errors import StaleVersion
from platform_core.identity import Actor
from platform_core.records import Record
from tests.records.world import Company, grant, plain, publish_crm, role


@pytest.fixture
async def lina(company: Company) -> Actor:
    await publish_crm(
        role("sales", account=grant("all"), quote=grant("all")),
        role("blind", account=grant("all", fields={"tax_no": "hidden"})),
    )
    return await company.hire("Lina", "sales")


@pytest.fixture
async def account(lina: Actor) -> Record:
    values = {"name": "Nordic", "employees": 5, "tax_no": "1", "founded": "1999-01-01"}
    return await records.create("account", values, actor=lina)


async def test_the_second_writer_gets_base_yours_and_theirs(lina: Actor, account: Record) -> None:
    await records.update("account", account.id, {"employees": 6}, actor=lina, version=1)
    await records.update("account", account.id, {"employees": 7, "tax_no": "2"}, actor=lina, version=2)
    with pytest.raises(StaleVersion) as stale:
        await records.update("account", account.id, {"employees": 9, "name": "N"}, actor=lina, version=1)
    assert stale.value.base == {"name": "Nordic", "employees": 5, "tax_no": "1"}
    assert stale.value.yours == {"name": "N", "employees": 9, "tax_no": "1"}
    assert stale.value.theirs == {"name": "Nordic", "employees": 7, "tax_no": "2"}
    assert (await records.get("account", account.id, actor=lina)).version == 3


async def test_without_a_version_the_named_fields_are_overwritten_knowingly(
    lina: Actor, account: Record
) -> None:
    await records.update("account", account.id, {"employees": 6}, actor=lina, version=1)
    saved = await records.update("account", account.id, {"employees": 9}, actor=lina, version=None)
    assert (saved.version, saved.values["employees"]) == (3, 9)


async def test_disjoint_edits_merge_where_the_caller_says_so(lina: Actor, account: Record) -> None:
    await records.update("account", account.id, {"employees": 6}, actor=lina, version=1)
    whole_form = {"name": "Nordic Tools", "employees": 5, "tax_no": "1"}
    saved = await records.update("account", account.id, whole_form, actor=lina, version=1, merge=True)
    assert plain(saved.values, "name", "employees", "tax_no") == {
        "name": "Nordic Tools",
        "employees": 6,
        "tax_no": "1",
    }


async def test_the_same_field_changed_by_both_is_not_merged(lina: Actor, account: Record) -> None:
    await records.update("account", account.id, {"employees": 6}, actor=lina, version=1)
    with pytest.raises(StaleVersion):
        await records.update("account", account.id, {"employees": 7}, actor=lina, version=1, merge=True)
    same = await records.update("account", account.id, {"employees": 6}, actor=lina, version=1, merge=True)
    assert same.version == 2


async def test_a_conflict_shows_no_field_that_the_writer_may_not_see(
    company: Company, lina: Actor, account: Record
) -> None:
    blind = await company.hire("Bo", "blind")
    await records.update("account", account.id, {"tax_no": "2", "employees": 6}, actor=lina, version=1)
    with pytest.raises(StaleVersion) as stale:
        await records.update("account", account.id, {"name": "N"}, actor=blind, version=1)
    assert set(stale.value.theirs) == {"name", "employees"}


async def test_a_version_from_the_future_is_stale_too(lina: Actor, account: Record) -> None:
    with pytest.raises(StaleVersion):
        await records.update("account", account.id, {"name": "N"}, actor=lina, version=9, merge=True)


async def test_rows_of_a_table_that_somebody_else_changed_are_not_overwritten(lina: Actor) -> None:
    quote = await records.create(
        "quote", {"subject": "Q", "lines": [{"item": "a"}, {"item": "b"}]}, actor=lina
    )
    rows = quote.values["lines"]
    assert isinstance(rows, list)
    fewer = [{"id": rows[1]["id"], "item": "B"}]
    await records.update("quote", quote.id, {"lines": fewer}, actor=lina, version=1)
    with pytest.raises(StaleVersion) as stale:
        await records.update("quote", quote.id, {"lines": rows}, actor=lina, version=1)
    base = stale.value.base["lines"]
    assert isinstance(base, list)
    assert sorted(row["item"] for row in base) == ["a", "b"]
    merged = await records.update("quote", quote.id, {"subject": "Q2"}, actor=lina, version=1, merge=True)
    assert merged.version == 3


async def test_of_two_writers_at_the_same_moment_one_wins_and_one_is_told(
    lina: Actor, account: Record
) -> None:
    attempts = [
        records.update("account", account.id, {"employees": number}, actor=lina, version=1)
        for number in range(10, 16)
    ]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(result, Record) for result in results) == 1
    assert sum(isinstance(result, StaleVersion) for result in results) == 5
