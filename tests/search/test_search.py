"""The index as people meet it: what is saved is found, what may not be seen is not."""

from __future__ import annotations

import time

import pytest

from platform_core import database, definitions, entities, jobs, records, search
from platform_core.identity import SYSTEM, Actor
from platform_core.search import rebuilding
from platform_core.search.shapes import shape_of
from tests.records.world import Company, field, form, grant, publish, publish_crm, role

CARD = form(
    "card",
    field("name", required=True, search=True),
    field("phone", "phone"),
    field("email", "email"),
    field("cost", search=True),
    field("about", "long_text", search=True),
    title="{name}",
    numbering={"pattern": "CRD-{seq:4}", "reset": "never", "mode": "fast"},
)
SALES = role("sales", card=grant("own"), account=grant("own"), contact=grant("own"), quote=grant("own"))
BOSS = role("boss", card=grant("all"))


async def work() -> int:
    return await jobs.Worker(concurrency=1).run_once()


async def titles(query: str, actor: Actor) -> list[str]:
    found = await search.find(query, actor=actor)
    return [hit.title for group in found.groups for hit in group.hits]


async def indexed() -> int:
    return int(str(await database.fetch_value("SELECT count(*) FROM tw_search")))


@pytest.fixture
async def lina(company: Company) -> Actor:
    await publish_crm(CARD, SALES, BOSS)
    await search.ensure()
    await work()
    return await company.hire("Lina", "sales")


async def card(actor: Actor, name: str, **values: object) -> str:
    return (await records.create("card", {"name": name, **values}, actor=actor)).id


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("nordic", True), ("NORD", True), ("ordic", True), ("tools nordic", True), ("Müller", True), ("mul", True),
        ("信风", True), ("科技", True), ("风", True), ("风科", True), ("信科", False), ("crd-0001", True),
        ("CRD", True), ("lina@nordic", True), ("nordic-tools.example", True), ("13800001111", True), ("1111", True),
        ("+86 138", True), ("nothing", False), ("nordic nothing", False), ("a", False), ("", False),
    ],
)  # fmt: skip
async def test_a_record_is_found_by_what_people_remember(lina: Actor, query: str, finds: bool) -> None:
    await card(
        lina, "Nordic Tools Müller 信风科技", phone="+86 138 0000 1111", email="lina@nordic-tools.example"
    )
    assert (await titles(query, lina) != []) is finds


async def test_what_is_renamed_is_found_by_its_new_name_only(lina: Actor) -> None:
    one = await card(lina, "Oldname")
    await records.update("card", one, {"name": "Newname"}, actor=lina, version=1)
    assert await titles("oldname", lina) == [] and await titles("newname", lina) == ["Newname"]


async def test_a_deleted_record_leaves_the_index_and_a_restored_one_comes_back(lina: Actor) -> None:
    one = await card(lina, "Harbour")
    await records.delete("card", one, actor=lina, version=1)
    assert await titles("harbour", lina) == [] and await indexed() == 0
    await records.restore("card", one, actor=lina)
    assert await titles("harbour", lina) == ["Harbour"]
    await records.delete("card", one, actor=lina, version=None)
    await records.purge("card", one, actor=lina)
    assert await indexed() == 0


async def test_a_save_that_fails_leaves_no_trace(lina: Actor) -> None:
    class Stop(Exception):
        pass

    with pytest.raises(Stop):
        async with database.transaction():
            await card(lina, "Ghost")
            raise Stop
    assert await titles("ghost", lina) == []


async def test_a_change_of_something_else_writes_nothing_to_the_index(lina: Actor) -> None:
    made = await records.create("account", {"name": "Quiet"}, actor=lina)
    seen: list[str] = []
    stop = database.on_statement(lambda _number, sql: seen.append(sql))
    await records.update("account", made.id, {"employees": 3}, actor=lina, version=1)
    stop()
    assert not [sql for sql in seen if "tw_search" in sql]


async def test_a_save_costs_one_statement_and_hundreds_cost_one_too(lina: Actor) -> None:
    await card(lina, "First")
    seen: list[str] = []
    stop = database.on_statement(lambda _number, sql: seen.append(sql))
    for count in (1, 300):
        seen.clear()
        await records.bulk_create("card", [{"name": f"Row {n}"} for n in range(count)], actor=lina)
        assert len([sql for sql in seen if "tw_search" in sql]) == 1
    stop()
    assert await indexed() == 302


async def test_nobody_finds_a_row_that_is_not_theirs(company: Company, lina: Actor) -> None:
    carlos, boss = await company.hire("Carlos", "sales"), await company.hire("Bo", "boss")
    await card(lina, "Secret Harbour")
    await card(carlos, "Open Harbour")
    assert await titles("harbour", lina) == ["Secret Harbour"]
    assert await titles("harbour", carlos) == ["Open Harbour"]
    assert sorted(await titles("harbour", boss)) == ["Open Harbour", "Secret Harbour"]
    stranger = await company.hire("Sid")
    assert await titles("harbour", stranger) == []


async def test_many_rows_of_others_do_not_hide_ones_own(company: Company, lina: Actor) -> None:
    mine = await company.hire("Mia", "sales")
    await card(mine, "Common mine")
    await records.bulk_create("card", [{"name": f"Common {n}"} for n in range(400)], actor=lina)
    assert await titles("common", mine) == ["Common mine"]


async def test_a_field_that_one_role_may_not_read_is_never_in_the_index(
    lina: Actor, company: Company
) -> None:
    await card(lina, "Plain", cost="moonstone")
    assert await titles("moonstone", lina) == ["Plain"]
    await publish(role("clerk", card=grant("all", fields={"cost": "hidden"})))
    clerk = await company.hire("Cleo", "clerk")
    assert await titles("moonstone", clerk) == []  # at once, before anything was made anew
    await search.ensure()
    await work()
    assert await titles("moonstone", clerk) == []
    assert await titles("plain", clerk) == ["Plain"]
    words = "terms" if not database.dialect().is_postgresql else "words::text"
    assert "moonstone" not in str(await database.fetch_value(f"SELECT {words} FROM tw_search"))


async def test_while_an_index_is_being_made_the_forms_own_search_answers(lina: Actor) -> None:
    await card(lina, "Lantern")
    await search.rebuild("card")
    await database.execute("DELETE FROM tw_search")
    assert await titles("lantern", lina) == ["Lantern"]
    await work()
    assert await indexed() == 1 and await titles("lantern", lina) == ["Lantern"]


async def test_making_the_index_goes_on_where_it_was_stopped(
    lina: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "PORTION", 10)
    await records.bulk_create("card", [{"name": f"Row {n}"} for n in range(25)], actor=lina)
    await database.execute("DELETE FROM tw_search")
    await search.rebuild("card")
    entity = entities.get("card")
    assert await rebuilding._portion(entity, shape_of(entity)) == 10  # then it was killed
    assert await indexed() == 10
    await work()
    assert await indexed() == 25


async def test_a_hit_says_in_which_field_it_was_found_and_marks_it(lina: Actor) -> None:
    await card(lina, "Someone", about="They asked for a lighthouse <b>lens</b>.")
    found = await search.find("lighthouse", actor=lina)
    hit = found.groups[0].hits[0]
    assert (hit.field, ("lighthouse", True)) == ("about", next(p for p in hit.excerpt if p[1]))


async def test_the_number_comes_first_then_the_beginning_of_the_name(lina: Actor) -> None:
    for name in ("The amber house", "Amber", "Chamber"):
        await card(lina, name)
    assert await titles("amber", lina) == ["Amber", "The amber house", "Chamber"]


@pytest.mark.parametrize(
    "query", ["a* OR b*", '"' * 150, "' ' & | !", "() " * 60, "x" * 5_000, "-- ; drop", "\x00\ud800"]
)
async def test_hostile_queries_are_answered_quickly(lina: Actor, query: str) -> None:
    await card(lina, "Quiet water")
    begun = time.monotonic()
    await search.find(query, actor=lina)
    assert time.monotonic() - begun < 2


async def test_a_form_that_is_retired_is_found_no_more(lina: Actor) -> None:
    await card(lina, "Gone soon")
    change = await definitions.plan_of_retiring("form", "card", actor=SYSTEM)
    await definitions.retire("form", "card", accept=[item.id for item in change.plan], actor=SYSTEM)
    assert await titles("gone", lina) == []
