"""What an import asks beside saving: would it be refused, is it there already, how many are there."""

from __future__ import annotations

from platform_core import database, identity, records
from platform_core.identity import SYSTEM, Actor
from platform_core.records import RecordQuery, WriteOptions
from tests.records.world import Company, field, form, grant, publish, role

TEXTUAL = WriteOptions(textual=True)


async def world(company: Company) -> tuple[Actor, Actor]:
    """(a seller with own customers, somebody who reads all of them but not their names)"""
    await publish(
        form(
            "customer",
            field("name", required=True),
            field("vat", unique=True),
            field("size", "integer"),
            title="{name}",
            numbering={"pattern": "C-{seq:3}"},
        ),
        role("seller", customer=grant("own")),
        role("clerk", customer=grant("all", fields={"name": "hidden"}, create=False)),
    )
    return await company.hire("Lina", "seller"), await company.hire("Carla", "clerk")


async def test_a_try_tells_what_a_save_would_refuse_and_leaves_no_trace(company: Company) -> None:
    lina, _ = await world(company)
    await records.create("customer", {"name": "A", "vat": "1"}, actor=lina)
    rows = [{"name": "B", "vat": "2"}, {"vat": "3"}, {"name": "C", "vat": "1"}, {"name": "D", "size": "x"}]
    tried = await records.try_create("customer", rows, actor=lina, options=TEXTUAL)
    assert [result.ok for result in tried] == [True, False, False, False]
    assert [[p.pointer for p in result.problems] for result in tried] == [[], ["/name"], ["/vat"], ["/size"]]
    assert await records.count(RecordQuery(form="customer"), actor=SYSTEM) == 1
    made = await records.bulk_create("customer", rows, actor=lina, options=TEXTUAL)
    assert [result.ok for result in made] == [True, False, False, False]
    assert made[0].code == "C-002"
    history = await database.fetch_value("SELECT count(*) FROM tw_record_history")
    assert history == 2


async def test_a_try_refuses_what_would_be_given_out_of_reach(company: Company) -> None:
    lina, carla = await world(company)
    for ask in (records.try_create, records.bulk_create):
        found = await ask("customer", [{"name": "A", "owner": carla.user_id}, {"name": "B"}], actor=lina)
        assert [result.ok for result in found] == [False, True]
        assert found[0].problems[0].code == "not_assignable"


async def test_a_record_of_the_same_title_is_found_by_who_may_see_it(company: Company) -> None:
    lina, carla = await world(company)
    made = await records.create("customer", {"name": "Größe 信风 GmbH"}, actor=lina)
    titles = ["GRÖSSE 信风 gmbh", "ＧＲÖSSE　信风 GmbH", "Other"]
    found = await records.find_alike("customer", titles, lina)
    assert found[titles[0]] == made.id
    assert "Other" not in found
    other = await company.hire("Otto", "seller")
    assert await records.find_alike("customer", titles, other) == {}
    assert await records.find_alike("customer", titles, carla) == {}
    await records.delete("customer", made.id, actor=SYSTEM, version=None)
    assert await records.find_alike("customer", titles, lina) == {}


async def test_records_are_counted_as_their_reader_sees_them(company: Company) -> None:
    lina, carla = await world(company)
    for name in ("A", "B", "C"):
        await records.create("customer", {"name": name, "size": 1}, actor=lina)
    await records.create("customer", {"name": "D"}, actor=SYSTEM)
    assert await records.count(RecordQuery(form="customer"), actor=lina) == 3
    assert await records.count(RecordQuery(form="customer"), actor=carla) == 4
    assert await records.count(RecordQuery(form="customer", filter="size == 1"), actor=carla) == 3


async def test_an_owner_is_found_by_address_or_by_a_name_that_only_one_person_has(company: Company) -> None:
    await world(company)
    ids = {}
    for email, name in (("li", "Na Li"), ("wang", "Wei Wang"), ("wang2", "Wei Wang")):
        user = await identity.create_user(email=f"{email}@example.com", name=name, actor=SYSTEM)
        ids[email] = str(getattr(user, "id", user))
    keys = ["Li@example.com", "NA  li", "Wei Wang", "wang2@example.com", "nobody@example.com", ids["wang"]]
    found = await identity.find_people(keys)
    assert {key: person.id for key, person in found.items()} == {
        "Li@example.com": ids["li"],
        "NA  li": ids["li"],
        "wang2@example.com": ids["wang2"],
        ids["wang"]: ids["wang"],
    }
    rows = [{"name": "A", "owner": "Na Li"}, {"name": "B", "owner": "Wei Wang"}]
    made = await records.bulk_create("customer", rows, actor=SYSTEM, options=TEXTUAL)
    assert [result.ok for result in made] == [True, False]
    first = await records.get("customer", str(made[0].id), actor=SYSTEM, fields=("owner",))
    assert first.values["owner"] == {"id": ids["li"], "title": "Na Li"}
