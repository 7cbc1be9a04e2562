"""Lists with chips: their indexes answer the same as any other way, only quicker."""

from __future__ import annotations

from itertools import product

import pytest

from platform_core import database, entities, records
from platform_core.identity import SYSTEM, Actor
from platform_core.records import AggregateQuery, RecordQuery
from tests.records.world import Company, Raw, field, form, grant, publish, role

BOTH = "country == 'DE' and grade == 'a'"


def buyer(*lists: Raw) -> Raw:
    return form(
        "buyer",
        field("name", required=True, search=True),
        field("country", "country"),
        field("grade"),
        field("seen", "date"),
        field("worth", "decimal", scale=2),
        title="{name}",
        lists=list(lists),
    )


CHIPS: Raw = {
    "name": "hot",
    "columns": ["name"],
    "chips": ["country"],
    "totals": ["worth"],
    "sort": ["-seen"],
}


@pytest.fixture
async def lina(company: Company) -> Actor:
    """Somebody who sees her own and her team's, among others' records."""
    await publish(buyer(CHIPS), role("sales", buyer=grant("team")))
    lina = await company.hire("Lina", "sales", team="East")
    carlos = await company.hire("Carlos", "sales", team="East")
    stranger = await company.hire("Omar", "sales", team="West")
    rows = [
        {
            "name": f"{who.name} {country} {day}", "country": country, "grade": "a",
            "seen": f"2026-01-{day:02d}" if day else None, "worth": f"{day}.50", "owner": who.user_id,
        }
        for who, country, day in product((lina, carlos, stranger), ("DE", "FR"), range(4))
    ]  # fmt: skip
    assert all(made.ok for made in await records.bulk_create("buyer", rows, actor=SYSTEM))
    return lina


async def every_title(actor: Actor, **asked: object) -> tuple[list[str], list[int | None]]:
    """Titles page by page, and the totals that the pages told."""
    titles: list[str] = []
    totals: list[int | None] = []
    cursor = None
    while True:
        query = RecordQuery(form="buyer", limit=3, cursor=cursor, total=True, **asked)  # type: ignore[arg-type]  # per test
        page = await records.query(query, actor=actor)
        titles += [record.title for record in page.items]
        totals.append(page.total)
        cursor = page.next_cursor
        if cursor is None:
            return titles, totals


async def test_a_list_narrowed_by_its_chips_shows_own_and_the_teams_records_in_its_order(lina: Actor) -> None:
    titles, totals = await every_title(lina, filter="country == 'DE'", sort=("-seen",))
    assert [title.rsplit(" ", 1)[1] for title in titles] == ["3", "3", "2", "2", "1", "1", "0", "0"]
    assert {title.split()[0] for title in titles} == {"Lina", "Carlos"}
    assert set(totals) == {8}


async def test_it_answers_as_the_list_without_chips_does(lina: Actor) -> None:
    asked = [
        {"filter": text, "sort": sort} for text in ("country == 'DE'", BOTH) for sort in ((), ("-seen",))
    ]
    quick = [await every_title(lina, **each) for each in asked]
    await publish(buyer({key: CHIPS[key] for key in ("name", "columns", "sort")}))
    assert [await every_title(lina, **each) for each in asked] == quick


async def test_groups_read_from_the_index_are_those_of_the_rows(lina: Actor) -> None:
    asked = AggregateQuery(
        form="buyer",
        by=("country",),
        measures=("count()", "sum(worth)", "avg(worth)", "min(worth)", "max(worth)"),
    )
    quick = await records.aggregate(asked, actor=lina)
    assert quick[0] == {
        "country": "DE",
        "count()": 8,
        "sum(worth)": "16.00",
        "avg(worth)": "2.0000",
        "min(worth)": "0.50",
        "max(worth)": "3.50",
    }
    await publish(buyer({key: CHIPS[key] for key in ("name", "columns", "sort")}))
    assert await records.aggregate(asked, actor=lina) == quick


async def test_what_is_in_the_bin_is_neither_listed_nor_summed(lina: Actor) -> None:
    page = await records.query(RecordQuery(form="buyer", filter="country == 'DE'"), actor=lina)
    mine = next(record for record in page.items if record.title.startswith("Lina"))
    await records.delete("buyer", mine.id, actor=SYSTEM, version=mine.version)
    titles, totals = await every_title(lina, filter="country == 'DE'", sort=("-seen",))
    assert (len(titles), set(totals)) == (7, {7})
    groups = await records.aggregate(AggregateQuery(form="buyer", by=("country",)), actor=lina)
    assert [group["count()"] for group in groups] == [7, 8]


async def test_a_publish_makes_the_indexes_of_chips_and_of_words_and_drops_them_again(lina: Actor) -> None:
    def of_chips(names: frozenset[str]) -> set[str]:
        return {name for name in names if "__country__seen" in name or "country__seen" in name}

    table = entities.get("buyer").table
    before = await database.indexes_of(table)
    assert len(of_chips(before)) == 2
    assert any(name.endswith("words__ix") for name in before) == database.dialect().is_postgresql
    await publish(buyer())
    assert not of_chips(await database.indexes_of(table))


async def test_dicts_for_a_json_encoder_hold_what_the_records_hold(lina: Actor) -> None:
    asked = RecordQuery(form="buyer", filter="country == 'DE'", sort=("-seen",), limit=3, total=True)
    page, flat = await records.query(asked, actor=lina), await records.query_flat(asked, actor=lina)
    assert (flat.total, len(flat.items)) == (page.total, 3)
    for record, row in zip(page.items, flat.items, strict=True):
        assert list(row)[:4] == ["id", "code", "version", "title"]
        assert (row["id"], row["title"]) == (record.id, record.title)
        assert row["owner"] == record.values["owner"]
        assert (row["worth"], str(row["seen"])) == (record.values["worth"], record.values["seen"])
