"""The stages of a save, in their order, and what engines and plugins put into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import get_args

import pytest

from platform_core import database, events, records
from platform_core.errors import Invalid
from platform_core.identity import SYSTEM
from platform_core.records import RecordChanged, RecordSaved, Save, Slot
from tests.records.world import Company, publish_crm

Undo = Callable[[], None]


@pytest.fixture
def undone() -> Iterator[list[Undo]]:
    """Handlers that a test adds are taken away again."""
    added: list[Undo] = []
    yield added
    for undo in added:
        undo()


@pytest.fixture
async def crm(company: Company) -> Company:
    await publish_crm()
    return company


async def test_every_slot_runs_once_and_in_order(crm: Company, undone: list[Undo]) -> None:
    seen: list[Slot] = []

    def note(slot: Slot) -> Callable[[Sequence[Save]], object]:
        async def handler(saves: Sequence[Save]) -> None:
            seen.append(slot)

        return handler

    for slot in get_args(Slot):
        undone.append(records.on_slot(slot, note(slot)))  # type: ignore[arg-type]  # async functions of the shape
    made = await records.create("account", {"name": "A"}, actor=SYSTEM)
    assert seen == [
        "before_save",
        "defaults",
        "computed",
        "rules",
        "stages",
        "duplicates",
        "encryption",
        "after_write",
    ]
    seen.clear()
    await records.update("account", made.id, {"name": "B"}, actor=SYSTEM, version=1)
    assert "defaults" not in seen and len(seen) == 7


async def test_a_hook_may_change_the_input_before_it_is_read(crm: Company, undone: list[Undo]) -> None:
    async def tidy(saves: Sequence[Save]) -> None:
        for save in saves:
            if isinstance(save.raw.get("name"), str):
                save.raw["name"] = str(save.raw["name"]).title()

    undone.append(records.on_slot("before_save", tidy))
    made = await records.create("account", {"name": "nordic tools"}, actor=SYSTEM)
    assert made.values["name"] == "Nordic Tools"


async def test_a_rule_refuses_with_the_place_and_beside_other_problems(
    crm: Company, undone: list[Undo]
) -> None:
    async def rule(saves: Sequence[Save]) -> None:
        for save in saves:
            if save.get("employees") == 0:
                save.refuse("employees", "empty_company", "Somebody works there.")

    undone.append(records.on_slot("rules", rule))
    with pytest.raises(Invalid) as refused:
        await records.create("account", {"employees": 0}, actor=SYSTEM)
    assert {p.pointer: p.code for p in refused.value.errors} == {
        "/employees": "empty_company",
        "/name": "required",
    }


async def test_a_formula_is_stored_with_the_record(crm: Company, undone: list[Undo]) -> None:
    async def compute(saves: Sequence[Save]) -> None:
        await records.follow(saves, [("parent", "name")])
        for save in saves:
            save.set("tax_no", records.environment(save).get(("parent", "name")))

    undone.append(records.on_slot("computed", compute))
    parent = await records.create("account", {"name": "Group"}, actor=SYSTEM)
    child = await records.create("account", {"name": "Daughter", "parent": parent.id}, actor=SYSTEM)
    assert child.values["tax_no"] == "Group"


async def test_what_fails_after_the_write_undoes_all_of_it(crm: Company, undone: list[Undo]) -> None:
    async def fail(saves: Sequence[Save]) -> None:
        raise RuntimeError("the automation failed")

    undone.append(records.on_slot("after_write", fail))
    with pytest.raises(RuntimeError):
        await records.create("account", {"name": "A"}, actor=SYSTEM)
    assert await database.fetch_value("SELECT count(*) FROM r_local__account") == 0
    assert await database.fetch_value("SELECT count(*) FROM tw_record_history") == 0


async def test_listeners_hear_of_a_save_inside_it_and_after_its_commit(crm: Company) -> None:
    heard: list[object] = []

    def saved(event: RecordSaved) -> None:
        heard.append((event.action, event.changed, database.in_transaction()))

    def changed(event: RecordChanged) -> None:
        heard.append((event.action, event.version, database.in_transaction()))

    events.subscribe(RecordSaved, saved)
    events.subscribe(RecordChanged, changed)
    made = await records.create("contact", {"name": "Ann"}, actor=SYSTEM)
    await records.update("contact", made.id, {"name": "Anna"}, actor=SYSTEM, version=1)
    assert heard == [
        ("create", ("name",), True),
        ("create", 1, False),
        ("update", ("name",), True),
        ("update", 2, False),
    ]


async def test_a_listener_that_raises_stops_the_save(crm: Company) -> None:
    def refuse(event: RecordSaved) -> None:
        raise RuntimeError("no")

    events.subscribe(RecordSaved, refuse)
    with pytest.raises(RuntimeError):
        await records.create("contact", {"name": "Ann"}, actor=SYSTEM)
    assert await database.fetch_value("SELECT count(*) FROM r_local__contact") == 0


def test_a_slot_that_nobody_declared_is_refused() -> None:
    async def handler(saves: Sequence[Save]) -> None:
        """Never runs."""

    with pytest.raises(ValueError, match="no slot"):
        records.on_slot("afterwards", handler)  # type: ignore[arg-type]  # that is the point
