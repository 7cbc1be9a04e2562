"""What a publish does to the tables of a form, and what it says beforehand."""

from __future__ import annotations

import pytest

from platform_core import database, definitions
from platform_core.errors import Conflict
from platform_core.identity import Actor
from tests.form_engine.forms import GRADE
from tests.form_engine.publishing import (
    columns_of,
    compiled,
    form,
    insert,
    insert_row,
    plan_of,
    publish,
    stored,
    text,
)


async def test_a_new_form_gets_its_table_with_a_column_per_field(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("name"), {"type": "money", "name": "credit"}))

    assert {
        "id",
        "code",
        "owner",
        "version",
        "name",
        "name__sort",
        "credit",
        "credit__cur",
    } <= await columns_of("account")
    assert compiled("account").entity.key == "shop.account"


async def test_rows_of_a_table_field_live_in_a_table_of_their_own(db: str, admin: Actor) -> None:
    lines = {
        "type": "table",
        "name": "lines",
        "fields": [text("item"), {"type": "integer", "name": "pieces"}],
    }
    await publish(admin, form("quote", text("name"), lines))

    rows = compiled("quote").entity.fields["lines"].rows
    assert rows is not None
    assert await database.columns_of(rows.table) == (
        "id",
        "parent",
        "position",
        "item",
        "item__sort",
        "pieces",
    )


async def test_adding_fields_tells_how_many_columns_come(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("name")))
    await insert("account", name="Nordic")

    wider = form(
        "account", text("name"), {"type": "date", "name": "since"}, {"type": "money", "name": "credit"}
    )
    plan = await plan_of(admin, wider)
    await publish(admin, wider)

    assert plan["columns.added"].count == 3
    assert await stored("account", "since") == [None]
    assert await stored("account", "name") == ["Nordic"]


async def test_a_yes_or_no_field_says_no_for_the_records_that_are_there(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("name")))
    await insert("account", name="Nordic")

    await publish(admin, form("account", text("name"), {"type": "boolean", "name": "locked"}))

    assert await stored("account", "locked") == [False]


async def test_becoming_required_tells_how_many_rows_lack_the_value(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("name"), text("city")))
    await insert("account", name="Nordic", city="Oslo")
    await insert("account", name="Pacific")

    plan = await plan_of(admin, form("account", text("name"), text("city", required=True)))

    found = plan["field.city.required"]
    assert (found.count, found.total, found.destructive, found.pointer) == (1, 2, False, "/fields/1")


async def test_a_field_with_repeated_values_cannot_become_unique(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("erp")))
    await insert("account", erp="7")
    await insert("account", erp="7")
    unique = form("account", text("erp", unique=True))

    plan = await plan_of(admin, unique)
    with pytest.raises(Conflict) as refused:
        await publish(admin, unique)

    assert (plan["field.erp.unique"].count, plan["field.erp.unique"].severity) == (1, "danger")
    assert (refused.value.code, refused.value.pointer) == ("duplicates", "/fields/0/unique")
    assert not compiled("account").entity.fields["erp"].unique


async def test_a_unique_field_is_kept_unique_by_the_database(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("erp")))
    await insert("account", erp="7")
    await publish(admin, form("account", text("erp", unique=True)))

    with pytest.raises(database.UniqueViolation):
        await insert("account", erp="7")


async def test_indexes_follow_links_unique_fields_and_the_order_of_lists(db: str, admin: Actor) -> None:
    lists = [{"name": "all", "columns": ["name"], "sort": ["-since"]}]
    fields = (
        text("name"),
        {"type": "date", "name": "since"},
        {"type": "link", "name": "parent", "form": "account"},
    )
    await publish(admin, form("account", *fields, lists=lists))
    first = await database.indexes_of("r_shop__account")

    await publish(
        admin, form("account", *fields, lists=[{"name": "all", "columns": ["name"], "sort": ["name"]}])
    )
    second = await database.indexes_of("r_shop__account")

    assert {"r_shop__account__parent__ix", "r_shop__account__since__down__ix"} <= first
    assert "r_shop__account__name__sort__up__ix" in second
    assert "r_shop__account__since__down__ix" not in second


async def test_columns_of_a_table_field_change_like_those_of_the_form(db: str, admin: Actor) -> None:
    def quote(*columns: dict[str, object]) -> dict[str, object]:
        return form("quote", text("name"), {"type": "table", "name": "lines", "fields": list(columns)})

    await publish(admin, quote(text("item"), text("note")))
    parent = await insert("quote", name="Q")
    await insert_row("quote", "lines", parent, 0, item="Bolt", note="urgent")

    smaller = quote(text("item"), {"type": "integer", "name": "pieces"})
    plan = await plan_of(admin, smaller)
    await publish(admin, smaller, accept=["field.lines.note.removed"])
    await definitions.rollback("form", "quote", revision=1, actor=admin)

    assert plan["field.lines.note.removed"].count == 1
    assert plan["lines.columns.added"].count == 1
    rows = compiled("quote").entity.fields["lines"].rows
    assert rows is not None
    assert await database.fetch_tuples(f'SELECT "item", "note" FROM {rows.table}') == [("Bolt", "urgent")]


async def test_two_forms_that_link_to_each_other_are_published_together(db: str, admin: Actor) -> None:
    account = form(
        "account", text("name"), {"type": "children", "name": "people", "form": "contact", "by": "account"}
    )
    contact = form("contact", text("name"), {"type": "link", "name": "account", "form": "account"})

    await publish(admin, account, contact)

    children = compiled("account").entity.fields["people"].children
    assert children is not None
    assert (children.form, children.by) == ("shop.contact", "account")


async def titles(name: str) -> list[object]:
    rows = await database.fetch_tuples(f'SELECT "_title" FROM {compiled(name).entity.table} ORDER BY "id"')
    return [title for (title,) in rows]


async def test_a_new_title_template_writes_the_titles_of_all_records_anew(db: str, admin: Actor) -> None:
    graded: dict[str, object] = {"type": "choice", "name": "grade", "dictionary": "grade"}
    await publish(admin, GRADE, form("account", text("name"), graded, title="{name}"))
    await insert("account", name="Nordic", grade="a")
    await insert("account", name="Pacific")

    titled = form("account", text("name"), graded, title="{name} ({grade})")
    plan = await plan_of(admin, titled)
    await publish(admin, titled)

    assert plan["titles"].count == 2
    assert await titles("account") == ["Nordic (Top)", "Pacific ()"]
