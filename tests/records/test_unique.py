"""Unique fields: told before the write, kept by the database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from platform_core import records
from platform_core.errors import Conflict, Invalid
from platform_core.identity import SYSTEM
from platform_core.records import Record, Save
from tests.records.world import Company, publish_crm


@pytest.fixture
async def crm(company: Company) -> Company:
    await publish_crm()
    return company


async def test_a_value_that_another_record_has_is_refused_beside_other_problems(crm: Company) -> None:
    await records.create("account", {"name": "A", "email": "a@example.com"}, actor=SYSTEM)
    with pytest.raises(Invalid) as refused:
        await records.create("account", {"email": "a@example.com"}, actor=SYSTEM)
    assert {p.pointer: p.code for p in refused.value.errors} == {"/name": "required", "/email": "not_unique"}


async def test_a_record_keeps_its_own_value_and_blanks_are_not_compared(crm: Company) -> None:
    made = await records.create("account", {"name": "A", "email": "a@example.com"}, actor=SYSTEM)
    await records.create("account", {"name": "B"}, actor=SYSTEM)
    await records.create("account", {"name": "C"}, actor=SYSTEM)
    saved = await records.update(
        "account", made.id, {"name": "A2", "email": "a@example.com"}, actor=SYSTEM, version=1
    )
    assert saved.version == 2


async def test_of_many_who_save_the_same_value_at_once_one_wins_and_the_others_are_told(crm: Company) -> None:
    attempts = (
        records.create("account", {"name": f"A{n}", "email": "a@example.com"}, actor=SYSTEM) for n in range(8)
    )
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(result, Record) for result in results) == 1
    told = [result for result in results if isinstance(result, Invalid)]
    assert len(told) == 7
    assert all(p.pointer == "/email" and p.code == "not_unique" for error in told for p in error.errors)


async def test_what_slips_past_the_check_is_stopped_by_the_index_and_told_the_same(crm: Company) -> None:
    async def race(saves: Sequence[Save]) -> None:
        """Somebody else's value appears between the check and the write."""
        for save in saves:
            save.set("email", "a@example.com")

    await records.create("account", {"name": "A", "email": "a@example.com"}, actor=SYSTEM)
    undo = records.on_slot("encryption", race)
    try:
        with pytest.raises(Invalid) as refused:
            await records.create("account", {"name": "B", "email": "b@example.com"}, actor=SYSTEM)
    finally:
        undo()
    assert refused.value.errors[0].pointer == "/email"


async def test_a_deleted_record_frees_its_value_and_cannot_come_back_while_it_is_taken(crm: Company) -> None:
    first = await records.create("account", {"name": "A", "email": "a@example.com"}, actor=SYSTEM)
    await records.delete("account", first.id, actor=SYSTEM, version=1)
    second = await records.create("account", {"name": "B", "email": "a@example.com"}, actor=SYSTEM)
    with pytest.raises(Invalid) as refused:
        await records.restore("account", first.id, actor=SYSTEM)
    assert refused.value.errors[0].code == "not_unique"
    await records.update("account", second.id, {"email": None}, actor=SYSTEM, version=1)
    assert (await records.restore("account", first.id, actor=SYSTEM)).values["email"] == "a@example.com"


async def test_crossing_saves_of_other_values_are_asked_to_try_again(crm: Company) -> None:
    """The number clashes although nobody gave one: nothing in the input can be corrected."""

    async def same_number(saves: Sequence[Save]) -> None:
        for save in saves:
            save.set("code", "CUS-001")

    await records.create("account", {"name": "A"}, actor=SYSTEM)
    undo = records.on_slot("encryption", same_number)
    try:
        with pytest.raises((Conflict, Invalid)):
            await records.create("account", {"name": "B"}, actor=SYSTEM)
    finally:
        undo()
