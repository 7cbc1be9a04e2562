"""References: what a link may be given as, and whose eyes look it up."""

from __future__ import annotations

import pytest

from platform_core import database, identity, records
from platform_core.errors import Invalid
from platform_core.identity import SYSTEM, Actor
from platform_core.records import WriteOptions
from tests.records.world import Company, grant, publish_crm, role


@pytest.fixture
async def crm(company: Company) -> Company:
    await publish_crm(role("sales", account=grant("own"), contact=grant("all")))
    return company


@pytest.fixture
async def lina(crm: Company) -> Actor:
    return await crm.hire("Lina", "sales")


async def problem_of(values: dict[str, object], actor: Actor) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        await records.create("contact", {"name": "Ann", **values}, actor=actor)
    (problem,) = refused.value.errors
    return problem.pointer, problem.code


async def test_a_link_is_given_by_id_by_object_or_by_number(lina: Actor) -> None:
    account = await records.create("account", {"name": "Nordic"}, actor=lina)
    for given in (account.id, {"id": account.id}, {"code": account.code}):
        made = await records.create("contact", {"name": "Ann", "account": given}, actor=lina)
        assert made.values["account"] == {"id": account.id, "code": account.code, "title": "Nordic"}


async def test_typed_text_also_finds_a_title_that_is_the_only_one(lina: Actor) -> None:
    account = await records.create("account", {"name": "Nordic"}, actor=lina)
    typed = WriteOptions(textual=True)
    made = await records.create("contact", {"name": "Ann", "account": "Nordic"}, actor=lina, options=typed)
    assert made.values["account"] == {"id": account.id, "code": account.code, "title": "Nordic"}
    await records.create("account", {"name": "Nordic"}, actor=lina)
    with pytest.raises(Invalid):
        await records.create("contact", {"name": "Bob", "account": "Nordic"}, actor=lina, options=typed)


async def test_a_record_that_cannot_be_seen_is_refused_like_one_that_is_missing(
    crm: Company, lina: Actor
) -> None:
    foreign = await records.create("account", {"name": "Secret"}, actor=SYSTEM)
    hidden = await problem_of({"account": foreign.id}, lina)
    missing = await problem_of({"account": database.new_id()}, lina)
    assert hidden == missing == ("/account", "not_found")
    assert await problem_of({"account": {"code": foreign.code}}, lina) == ("/account", "not_found")


async def test_a_deleted_record_cannot_be_linked_but_a_link_to_it_stays(lina: Actor) -> None:
    account = await records.create("account", {"name": "Nordic"}, actor=lina)
    contact = await records.create("contact", {"name": "Ann", "account": account.id}, actor=lina)
    await records.delete("account", account.id, actor=lina, version=1)
    assert await problem_of({"account": account.id}, lina) == ("/account", "not_found")
    saved = await records.update(
        "contact", contact.id, {"name": "Anna", "account": account.id}, actor=lina, version=1
    )
    assert saved.values["account"] == {
        "id": account.id,
        "code": account.code,
        "title": "Nordic",
        "archived": True,
    }


async def test_a_stored_link_stays_although_the_writer_cannot_see_where_it_leads(
    crm: Company, lina: Actor
) -> None:
    foreign = await records.create("account", {"name": "Secret"}, actor=SYSTEM)
    contact = await records.create("contact", {"name": "Ann", "account": foreign.id}, actor=SYSTEM)
    saved = await records.update(
        "contact", contact.id, {"name": "Anna", "account": foreign.id}, actor=lina, version=1
    )
    assert saved.values["account"] == {"id": None, "restricted": True}
    stored = await records.get("contact", contact.id, actor=SYSTEM)
    assert stored.values["account"] == {"id": foreign.id, "code": foreign.code, "title": "Secret"}


async def test_people_are_found_by_address_and_closed_accounts_are_not(crm: Company, lina: Actor) -> None:
    carlos = await crm.hire("Carlos", "sales")
    made = await records.create(
        "account", {"name": "A", "helpers": [{"code": "carlos@example.com"}, lina.user_id]}, actor=lina
    )
    assert made.values["helpers"] == [
        {"id": carlos.user_id, "title": "Carlos"},
        {"id": lina.user_id, "title": "Lina"},
    ]
    await identity.deactivate(carlos.user_id, actor=SYSTEM)
    with pytest.raises(Invalid) as refused:
        await records.create("account", {"name": "B", "helpers": [lina.user_id, carlos.user_id]}, actor=lina)
    assert refused.value.errors[0].pointer == "/helpers/1"


async def test_an_owner_is_known_by_name_to_whoever_reads_the_record(crm: Company, lina: Actor) -> None:
    made = await records.create("account", {"name": "A"}, actor=lina)
    assert made.values["owner"] == {"id": lina.user_id, "title": "Lina"}
