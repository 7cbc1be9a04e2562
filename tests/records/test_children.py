"""Records of another form that are saved together with the one they belong to."""

from __future__ import annotations

import pytest

from platform_core import database, records
from platform_core.errors import Invalid
from platform_core.identity import SYSTEM, Actor
from tests.records.world import Company, grant, publish_crm, role


@pytest.fixture
async def crm(company: Company) -> Company:
    await publish_crm(
        role("sales", account=grant("own"), contact=grant("own")),
        role("clerk", account=grant("all"), contact=grant("all", create=False, update="none")),
    )
    return company


@pytest.fixture
async def lina(crm: Company) -> Actor:
    return await crm.hire("Lina", "sales")


async def test_children_are_made_with_their_parent(lina: Actor) -> None:
    made = await records.create(
        "account", {"name": "A", "contacts": [{"name": "Ann"}, {"name": "Bob"}]}, actor=lina
    )
    found = await records.get("account", made.id, actor=lina, include=["contacts"])
    contacts = found.related["contacts"].items
    assert sorted(contact.title for contact in contacts) == ["Ann", "Bob"]
    assert contacts[0].values["account"] == {"id": made.id, "code": made.code, "title": "A"}
    assert contacts[0].values["owner"] == {"id": lina.user_id, "title": "Lina"}
    assert len((await records.history("contact", contacts[0].id, actor=lina)).items) == 1


async def test_children_are_added_and_changed_and_the_others_stay(lina: Actor) -> None:
    made = await records.create(
        "account", {"name": "A", "contacts": [{"name": "Ann"}, {"name": "Bob"}]}, actor=lina
    )
    related = (
        (await records.get("account", made.id, actor=lina, include=["contacts"])).related["contacts"].items
    )
    ann = next(contact for contact in related if contact.title == "Ann")
    change = {"contacts": [{"id": ann.id, "name": "Anna"}, {"name": "Cleo"}]}
    await records.update("account", made.id, change, actor=lina, version=1)
    found = await records.get("account", made.id, actor=lina, include=["contacts"])
    assert sorted(contact.title for contact in found.related["contacts"].items) == ["Anna", "Bob", "Cleo"]
    assert found.version == 1


async def test_problems_of_parent_and_children_come_together_and_nothing_is_written(lina: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        await records.create(
            "account", {"employees": "x", "contacts": [{"name": "Ann"}, {"email": "no"}, "what"]}, actor=lina
        )
    assert {p.pointer: p.code for p in refused.value.errors} == {
        "/employees": "number",
        "/name": "required",
        "/contacts/1/email": "email",
        "/contacts/1/name": "required",
        "/contacts/2": "type",
    }
    assert await database.fetch_value('SELECT count(*) FROM "r_local__contact"') == 0


async def test_a_child_of_another_record_cannot_be_reached_through_this_one(lina: Actor) -> None:
    first = await records.create("account", {"name": "A", "contacts": [{"name": "Ann"}]}, actor=lina)
    second = await records.create("account", {"name": "B"}, actor=lina)
    ann = (
        (await records.get("account", first.id, actor=lina, include=["contacts"]))
        .related["contacts"]
        .items[0]
    )
    with pytest.raises(Invalid) as refused:
        await records.update(
            "account", second.id, {"contacts": [{"id": ann.id, "name": "X"}]}, actor=lina, version=1
        )
    assert [(p.pointer, p.code) for p in refused.value.errors] == [("/contacts/0/id", "not_found")]


async def test_the_rights_on_the_childs_form_count(crm: Company, lina: Actor) -> None:
    clerk = await crm.hire("Cleo", "clerk")
    made = await records.create("account", {"name": "A", "contacts": [{"name": "Ann"}]}, actor=lina)
    ann = (
        (await records.get("account", made.id, actor=SYSTEM, include=["contacts"]))
        .related["contacts"]
        .items[0]
    )
    for entry in ({"name": "Bob"}, {"id": ann.id, "name": "X"}):
        with pytest.raises(Invalid) as refused:
            await records.update("account", made.id, {"contacts": [entry]}, actor=clerk, version=None)
        assert [(p.pointer, p.code) for p in refused.value.errors] == [("/contacts/0", "forbidden")]


async def test_a_stale_child_is_told_at_its_place(lina: Actor) -> None:
    made = await records.create("account", {"name": "A", "contacts": [{"name": "Ann"}]}, actor=lina)
    ann = (
        (await records.get("account", made.id, actor=lina, include=["contacts"])).related["contacts"].items[0]
    )
    await records.update("contact", ann.id, {"email": "a@example.com"}, actor=lina, version=1)
    change = {"contacts": [{"id": ann.id, "version": 1, "name": "Anna"}]}
    with pytest.raises(Invalid) as refused:
        await records.update("account", made.id, change, actor=lina, version=1)
    assert [(p.pointer, p.code) for p in refused.value.errors] == [("/contacts/0/version", "stale_version")]
