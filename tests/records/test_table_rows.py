"""Rows that live inside a record: added, changed, removed, moved."""

from __future__ import annotations

from typing import cast

import pytest

from platform_core import database, records
from platform_core.errors import Invalid
from platform_core.identity import SYSTEM
from tests.records.world import Company, field, form, publish, publish_crm

Rows = list[dict[str, object]]


@pytest.fixture
async def crm(company: Company) -> Company:
    await publish_crm()
    return company


async def quote(*lines: dict[str, object]) -> tuple[str, Rows]:
    made = await records.create("quote", {"subject": "Q", "lines": list(lines)}, actor=SYSTEM)
    return made.id, cast("Rows", made.values["lines"])


async def test_rows_come_back_in_their_order_with_ids_and_defaults(crm: Company) -> None:
    _id, rows = await quote({"item": "b", "price": "1.5"}, {"item": "a", "quantity": 3})
    assert [(row["item"], row["quantity"], row["price"]) for row in rows] == [
        ("b", 1, "1.5000"),
        ("a", 3, None),
    ]
    assert all(database.is_id(row["id"]) for row in rows)


async def test_history_tells_what_happened_to_each_row(crm: Company) -> None:
    record, (a, b, c) = await quote({"item": "a"}, {"item": "b"}, {"item": "c"})
    wanted = [{"id": c["id"]}, {"id": a["id"], "quantity": 5}, {"item": "d"}]
    saved = await records.update("quote", record, {"lines": wanted}, actor=SYSTEM, version=1)
    rows = cast("Rows", saved.values["lines"])
    assert [(row["item"], row["quantity"]) for row in rows] == [("c", 1), ("a", 5), ("d", 1)]
    assert [row["id"] for row in rows[:2]] == [c["id"], a["id"]]
    changes = (await records.history("quote", record, actor=SYSTEM)).items[0].changes
    assert changes["lines"] == {
        "added": [{"id": rows[2]["id"], "item": "d", "quantity": 1}],
        "changed": [{"id": a["id"], "quantity": [1, 5]}],
        "removed": [{"id": b["id"], "item": "b", "quantity": 1}],
        "moved": [[c["id"], 1, 0], [a["id"], 0, 1]],
    }


async def test_a_change_of_other_fields_leaves_the_rows_alone(crm: Company) -> None:
    record, rows = await quote({"item": "a"})
    saved = await records.update("quote", record, {"subject": "R"}, actor=SYSTEM, version=1)
    assert saved.values["lines"] == rows
    changes = (await records.history("quote", record, actor=SYSTEM)).items[0].changes
    assert changes == {"subject": ["Q", "R"]}


async def test_an_empty_list_removes_all_rows(crm: Company) -> None:
    record, _rows = await quote({"item": "a"}, {"item": "b"})
    saved = await records.update("quote", record, {"lines": []}, actor=SYSTEM, version=1)
    assert saved.values["lines"] == []
    assert await database.fetch_value('SELECT count(*) FROM "r_local__quote__lines"') == 0


async def test_every_wrong_cell_is_named(crm: Company) -> None:
    with pytest.raises(Invalid) as refused:
        await quote(
            {"item": "a", "quantity": "many"},
            {"quantity": 1, "colour": "red"},
            {"id": database.new_id(), "item": "c"},
            {"item": "d", "supplier": database.new_id()},
        )
    assert {p.pointer: p.code for p in refused.value.errors} == {
        "/lines/0/quantity": "number",
        "/lines/1/colour": "unknown_field",
        "/lines/1/item": "required",
        "/lines/2/id": "unknown_row",
        "/lines/3/supplier": "not_found",
    }


async def test_links_inside_rows_are_shown_like_others(crm: Company) -> None:
    supplier = await records.create("account", {"name": "Mill"}, actor=SYSTEM)
    record, (row,) = await quote({"item": "a", "supplier": {"code": supplier.code}})
    shown = {"id": supplier.id, "code": supplier.code, "title": "Mill"}
    assert row["supplier"] == shown
    page = await records.query(records.RecordQuery(form="quote", fields=("lines",)), actor=SYSTEM)
    assert cast("Rows", page.items[0].values["lines"])[0]["supplier"] == shown
    entry = (await records.history("quote", record, actor=SYSTEM)).items[0]
    lines = cast("dict[str, Rows]", entry.changes["lines"])
    assert lines["added"][0]["supplier"] == shown
    await records.update(
        "quote", record, {"lines": [{"id": row["id"], "supplier": None}]}, actor=SYSTEM, version=1
    )
    lines = cast(
        "dict[str, Rows]", (await records.history("quote", record, actor=SYSTEM)).items[0].changes["lines"]
    )
    assert lines["changed"] == [{"id": row["id"], "supplier": [shown, None]}]


async def test_a_filter_may_ask_about_rows(crm: Company) -> None:
    await quote({"item": "a", "quantity": 2}, {"item": "b", "quantity": 3})
    await quote({"item": "c", "quantity": 1})
    asked = records.RecordQuery(form="quote", filter="SUM(lines.quantity) > 4", fields=())
    assert len((await records.query(asked, actor=SYSTEM)).items) == 1


async def test_a_table_takes_as_many_rows_as_its_field_says(company: Company) -> None:
    rows = field("rows", "table", fields=[field("item")], max_rows=3000)
    await publish(form("sheet", field("name"), rows))
    many = [{"item": str(place)} for place in range(3000)]
    made = await records.create("sheet", {"name": "S", "rows": many}, actor=SYSTEM)
    assert len(cast("Rows", made.values["rows"])) == 3000
    with pytest.raises(Invalid) as refused:
        await records.create("sheet", {"name": "S", "rows": [*many, {"item": "x"}]}, actor=SYSTEM)
    assert [(p.pointer, p.code) for p in refused.value.errors] == [("/rows", "too_many")]


async def test_a_record_that_has_more_rows_than_are_allowed_now_can_shrink_but_not_grow(
    company: Company,
) -> None:
    rows = field("rows", "table", fields=[field("item")], max_rows=3)
    await publish(form("sheet", field("name"), rows))
    made = await records.create("sheet", {"name": "S", "rows": [{"item": "x"}] * 3}, actor=SYSTEM)
    await publish(form("sheet", field("name"), {**rows, "max_rows": 1}))
    kept = cast("Rows", made.values["rows"])
    with pytest.raises(Invalid):
        await records.update("sheet", made.id, {"rows": [*kept, {"item": "y"}]}, actor=SYSTEM, version=None)
    await records.update("sheet", made.id, {"rows": kept}, actor=SYSTEM, version=None)
    saved = await records.update("sheet", made.id, {"rows": kept[:2]}, actor=SYSTEM, version=None)
    assert len(cast("Rows", saved.values["rows"])) == 2
