"""Lists: which records, in what order, page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from platform_core import clock, database, records
from platform_core.identity import SYSTEM, Actor
from platform_core.records import BadQuery, Page, RecordQuery
from tests.records.world import Company, field, form, grant, publish, publish_crm, role


@pytest.fixture
async def lina(company: Company) -> Actor:
    await publish_crm(role("sales", account=grant("all"), contact=grant("all")))
    return await company.hire("Lina", "sales")


async def add(actor: Actor, *names: str, **values: object) -> None:
    for name in names:
        await records.create("account", {"name": name, **values}, actor=actor)


async def titles(actor: Actor, **asked: object) -> list[str]:
    return [record.title for record in (await page(actor, **asked)).items]


async def page(actor: Actor, **asked: object) -> Page:
    return await records.query(RecordQuery(form="account", **asked), actor=actor)  # type: ignore[arg-type]  # per test


def standing_at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


async def every_page(actor: Actor, limit: int, **asked: object) -> list[str]:
    """Titles of all pages, one after the other."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        got = await page(actor, limit=limit, cursor=cursor, **asked)
        found += [record.title for record in got.items]
        cursor = got.next_cursor
        if cursor is None:
            return found


async def test_the_newest_come_first_when_nobody_asks_for_an_order(lina: Actor) -> None:
    await add(lina, "A", "B", "C")
    assert await titles(lina) == ["C", "B", "A"]


async def test_text_is_sorted_as_people_sort_it(lina: Actor) -> None:
    await add(lina, "zebra", "Äpfel", "apple", "中国", "Zürich", "北京")
    assert await titles(lina, sort=("name",)) == ["Äpfel", "apple", "北京", "zebra", "中国", "Zürich"]
    assert await titles(lina, sort=("-title",)) == ["Zürich", "中国", "zebra", "北京", "apple", "Äpfel"]


@pytest.mark.parametrize("sort", ["employees", "-employees"])
async def test_blanks_come_last_in_both_directions_on_every_page(lina: Actor, sort: str) -> None:
    for name, employees in (("a", 3), ("b", None), ("c", 1), ("d", None), ("e", 2), ("f", 2)):
        await add(lina, name, employees=employees)
    whole = await titles(lina, sort=(sort,))
    assert set(whole[4:]) == {"b", "d"}
    assert whole[:4] in (["c", "e", "f", "a"], ["a", "f", "e", "c"])
    for limit in (1, 2, 4):
        assert await every_page(lina, limit, sort=(sort,)) == whole


async def test_several_keys_in_different_directions_page_through_everything_once(lina: Actor) -> None:
    for number in range(12):
        await add(lina, f"n{number:02}", employees=number % 3 or None, country="DE" if number % 2 else None)
    for sort in (("country", "-employees"), ("-country", "employees", "-name"), ("-employees", "country")):
        whole = await titles(lina, sort=sort)
        assert len(set(whole)) == 12
        assert await every_page(lina, 5, sort=sort) == whole


async def test_every_sortable_kind_of_value_pages(lina: Actor) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(5):
        clock.set_source(standing_at(start + timedelta(microseconds=number)))
        credit = {"amount": f"{number}.5", "currency": "EUR"}
        await add(
            lina,
            f"n{number}",
            founded=f"2026-01-0{number + 1}",
            credit=credit,
            active=bool(number % 2),
            employees=number,
        )
    for name in ("founded", "credit", "employees", "created_at", "updated_at", "code", "id", "version"):
        assert await every_page(lina, 2, sort=(name,)) == [f"n{number}" for number in range(5)], name
        assert await every_page(lina, 2, sort=(f"-{name}",)) == [
            f"n{number}" for number in range(4, -1, -1)
        ] or (name == "version")


async def test_rows_made_and_deleted_meanwhile_neither_repeat_nor_skip_others(lina: Actor) -> None:
    await add(lina, *(f"n{number}" for number in range(0, 10, 2)))
    first = await page(lina, sort=("name",), limit=2)
    assert [record.title for record in first.items] == ["n0", "n2"]
    await add(lina, "n1", "n5")
    await records.delete("account", first.items[1].id, actor=lina, version=None)
    second = await page(lina, sort=("name",), limit=2, cursor=first.next_cursor)
    assert [record.title for record in second.items] == ["n4", "n5"]


async def test_a_page_is_never_larger_than_the_cap_and_the_total_counts_all(lina: Actor) -> None:
    await records.bulk_create("account", [{"name": f"n{n}"} for n in range(205)], actor=lina)
    got = await page(lina, limit=10_000, total=True)
    assert (len(got.items), got.total) == (200, 205)
    rest = await page(lina, limit=10_000, cursor=got.next_cursor)
    assert (len(rest.items), rest.next_cursor, rest.total) == (5, None, None)


async def test_filters_compare_fields_people_dates_and_what_is_behind_links(lina: Actor) -> None:
    await add(lina, "Group", country="DE")
    group = (await page(lina)).items[0]
    await add(lina, "Son", country="FR", parent=group.id, employees=12, founded="2020-02-02")
    await records.create("account", {"name": "System's"}, actor=SYSTEM)
    for text, expected in {
        "country == 'DE'": ["Group"],
        "employees > 10 and founded < date(2021, 1, 1)": ["Son"],
        "owner == user.id": ["Son", "Group"],
        "owner != user.id": ["System's"],
        "parent.country == 'DE'": ["Son"],
        "parent.name == 'Group' and country in ['FR', 'ES']": ["Son"],
        f"parent == '{group.id}'": ["Son"],
        "blank(country)": ["System's"],
        "starts_with(code, 'CUS-')": ["System's", "Son", "Group"],
        "created_at <= now()": ["System's", "Son", "Group"],
        'contains(name, "\'; DROP TABLE x; --")': [],
    }.items():
        assert await titles(lina, filter=text) == expected, text


async def test_a_wrong_question_is_answered_with_its_places(lina: Actor) -> None:
    for asked, pointer, code in (
        ({"filter": "nothing == 1"}, "/filter", "unknown_name"),
        ({"filter": "name"}, "/filter", "not_a_condition"),
        ({"filter": "employees / 3 > 1"}, "/filter", "not_sqlable"),
        ({"filter": "((("}, "/filter", None),
        ({"sort": ("-nothing",)}, "/sort/0", "unknown_sort"),
        ({"sort": ("name", "contacts")}, "/sort/1", "unknown_sort"),
        ({"fields": ("name", "nothing")}, "/fields/1", "unknown_field"),
        ({"view": "nothing"}, "/view", "unknown_view"),
    ):
        with pytest.raises(BadQuery) as refused:
            await page(lina, **asked)
        problem = refused.value.errors[0]
        assert (refused.value.status, problem.pointer) == (400, pointer)
        assert code is None or problem.code == code


async def test_a_view_brings_its_columns_filter_and_order(lina: Actor) -> None:
    for name, employees in (("a", 5), ("b", 20), ("c", 30)):
        await add(lina, name, employees=employees)
    got = await page(lina, view="big")
    assert [record.values for record in got.items] == [
        {"name": "c", "employees": 30},
        {"name": "b", "employees": 20},
    ]
    assert await titles(lina, view="big", sort=("name",), filter="employees < 25") == ["b"]


async def test_only_the_fields_that_were_asked_for_are_read(lina: Actor) -> None:
    await add(lina, "a", employees=5)
    (record,) = (await page(lina, fields=("employees", "code", "version"))).items
    assert record.values == {"employees": 5, "code": "CUS-001", "version": 1}


async def test_a_column_may_be_shown_and_sorted_by_at_once_also_where_scopes_are_united(
    company: Company,
) -> None:
    await publish(
        form("thing", field("s0"), field("id_", "integer"), title="{s0}"),
        role("team", thing=grant("team")),
    )
    lina = await company.hire("Lina", "team", team="East")
    for name in ("b", "a", "c"):
        await records.create("thing", {"s0": name}, actor=lina)
    asked = RecordQuery(form="thing", fields=("id", "s0", "version"), sort=("s0",), limit=2)
    for question in (asked, msgspec.structs.replace(asked, total=True)):
        first = await records.query(question, actor=lina)
        assert [record.values["s0"] for record in first.items] == ["a", "b"]
        assert first.items[0].values["id"] == first.items[0].id
        rest = await records.query(msgspec.structs.replace(question, cursor=first.next_cursor), actor=lina)
        assert [record.values["s0"] for record in rest.items] == ["c"]


async def test_search_finds_every_word_inside_words_whatever_the_capitals(lina: Actor) -> None:
    await add(lina, "Nordic Tools", "北京科技有限公司", "Über Straße GmbH", "100% Pure_Line", tax_no="DE99")
    for q, expected in {
        "ORDIC": ["Nordic Tools"],
        "tool nord": ["Nordic Tools"],
        "tool nord west": [],
        "科技": ["北京科技有限公司"],
        "über": ["Über Straße GmbH"],
        "STRASSE": [],
        "CUS-001": ["Nordic Tools"],
        "100%": ["100% Pure_Line"],
        "e_l": ["100% Pure_Line"],
        "de99 nordic": ["Nordic Tools"],
        "\\": [],
        "": ["100% Pure_Line", "Über Straße GmbH", "北京科技有限公司", "Nordic Tools"],
    }.items():
        assert await titles(lina, q=q) == expected, q


async def test_autocomplete_gives_titles_in_order(lina: Actor) -> None:
    await add(lina, "Tools B", "Nordic Tools", "Other")
    found = await records.choices("account", "tool", actor=lina)
    assert [(choice.title, choice.code) for choice in found] == [
        ("Nordic Tools", "CUS-002"),
        ("Tools B", "CUS-001"),
    ]
    assert len(await records.choices("account", "", actor=lina, limit=2)) == 2


async def test_a_page_takes_few_statements_whatever_its_references(lina: Actor) -> None:
    await add(lina, "Group")
    group = (await page(lina)).items[0].id
    await add(lina, *"abcdef", parent=group, helpers=[lina.user_id])
    await page(lina)
    statements: list[str] = []
    undo = database.on_statement(lambda _number, sql: statements.append(sql))
    try:
        await page(lina, total=True)
    finally:
        undo()
    assert len(statements) <= 3, statements


async def test_a_stream_gives_every_record_once(lina: Actor) -> None:
    await records.bulk_create("account", [{"name": f"n{n}"} for n in range(25)], actor=lina)
    query = RecordQuery(form="account", sort=("name",), fields=("name",))
    found = [r.title async for chunk in records.stream(query, actor=lina, action="read") for r in chunk]
    assert len(found) == 25
    some = [
        r.title async for chunk in records.stream(query, actor=lina, action="read", most=7) for r in chunk
    ]
    assert some == found[:7]
