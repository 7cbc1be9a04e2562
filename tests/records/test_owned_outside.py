"""A field that an outside system leads: people read it, the platform and connectors write it, whatever the door."""

from __future__ import annotations

from typing import cast

import msgspec
import pytest

from platform_core import entities, permissions, records
from platform_core.errors import Invalid
from platform_core.identity import SYSTEM, Actor
from platform_core.records import Change, WriteOptions
from tests.records.world import Company, field, form, grant, publish, role

CUSTOMER = form(
    "customer",
    field("name", required=True),
    field("credit", "integer", owned_by="erp"),
    field("prices", "table", fields=[field("item"), field("price", "integer", owned_by="erp")]),
    title="{name}",
)


@pytest.fixture
async def crm(company: Company) -> Company:
    link = {**role("link", customer=grant("all")), "actions": ["connectors"]}
    await publish(CUSTOMER, role("sales", customer=grant("all")), link)
    return company


@pytest.fixture
async def people(crm: Company) -> list[Actor]:
    """Somebody of sales, an admin, and somebody with the connectors' role who came in person."""
    return [await crm.hire("Lina", "sales"), await crm.hire("Ada", "admin"), await crm.hire("Bo", "link")]


async def test_no_person_writes_it_when_creating_changing_or_importing(people: list[Actor]) -> None:
    kept = await records.create("customer", {"name": "A", "credit": 5}, actor=SYSTEM)
    for person in people:
        for textual in (False, True):
            options = WriteOptions(textual=textual)
            with pytest.raises(Invalid) as refused:
                await records.create("customer", {"name": "B", "credit": "7"}, actor=person, options=options)
            assert _told(refused.value) == {"/credit": "owned_outside"}
        with pytest.raises(Invalid) as refused:
            await records.update("customer", kept.id, {"credit": 7}, actor=person, version=None)
        assert _told(refused.value) == {"/credit": "owned_outside"}
        (result,) = await records.batch(
            "customer", update=[Change(id=kept.id, values={"credit": 7})], atomic=False, actor=person
        )
        assert not result.ok
        (row,) = await records.bulk_create("customer", [{"name": "C", "credit": 1}], actor=person)
        assert not row.ok
    assert (await records.get("customer", kept.id, actor=SYSTEM)).values["credit"] == 5


async def test_everything_else_of_the_record_is_written_and_the_field_is_read(people: list[Actor]) -> None:
    kept = await records.create("customer", {"name": "A", "credit": 5}, actor=SYSTEM)
    for number, person in enumerate(people):
        saved = await records.update("customer", kept.id, {"name": f"A{number}"}, actor=person, version=None)
        assert saved.values["credit"] == 5
        seen = await records.get("customer", kept.id, actor=person)
        assert seen.access is not None
        assert (seen.access.fields["credit"], seen.access.fields["name"]) == ("read", "write")


async def test_the_platform_and_a_connectors_key_write_it(crm: Company, people: list[Actor]) -> None:
    _lina, ada, bo = people
    kept = await records.create("customer", {"name": "A", "credit": 5}, actor=SYSTEM)
    for number, person in enumerate((ada, bo)):
        key = msgspec.structs.replace(person, by_key=True)
        saved = await records.update("customer", kept.id, {"credit": number}, actor=key, version=None)
        assert saved.values["credit"] == number
    sales_key = msgspec.structs.replace(_lina, by_key=True)
    with pytest.raises(Invalid):
        await records.update("customer", kept.id, {"credit": 9}, actor=sales_key, version=None)


async def test_a_cell_of_a_table_is_kept_but_not_changed(people: list[Actor]) -> None:
    lines = [{"item": "nut", "price": 3}]
    kept = await records.create("customer", {"name": "A", "prices": lines}, actor=SYSTEM)
    (row,) = cast("list[dict[str, object]]", kept.values["prices"])
    lina = people[0]
    same = [{**row, "item": "bolt"}]
    saved = await records.update("customer", kept.id, {"prices": same}, actor=lina, version=None)
    assert cast("list[dict[str, object]]", saved.values["prices"])[0] == {**row, "item": "bolt"}
    for change in ([{**row, "price": 4}], [{**row, "price": None}], [row, {"item": "new", "price": 1}]):
        with pytest.raises(Invalid) as refused:
            await records.update("customer", kept.id, {"prices": change}, actor=lina, version=None)
        assert set(_told(refused.value).values()) == {"owned_outside"}


async def test_the_reason_is_told(people: list[Actor]) -> None:
    entity = entities.get("customer")
    for person in people:
        why = permissions.explain(person, entity, None, "update", "credit")
        assert not why.allowed
        assert "ERP" in why.sentences[0]
        assert permissions.explain(person, entity, None, "update", "name").allowed


def _told(refused: Invalid) -> dict[str, str]:
    return {problem.pointer: problem.code for problem in refused.errors}
