"""What a publish does to the tables of a form, and what it says beforehand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from platform_core import clock, database, definitions
from platform_core.definitions import NotAccepted
from platform_core.errors import Conflict
from platform_core.expressions import Money
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


async def test_shorter_text_is_cut_only_with_consent(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("name", max_length=100)))
    await insert("account", name="Nordic Tools AS")
    await insert("account", name="Short")
    shorter = form("account", text("name", max_length=6))

    plan = await plan_of(admin, shorter)
    with pytest.raises(NotAccepted):
        await publish(admin, shorter)
    await publish(admin, shorter, accept=["field.name.cut"])

    assert (plan["field.name.cut"].count, plan["field.name.cut"].total) == (1, 2)
    assert await stored("account", "name") == ["Nordic", "Short"]


async def test_a_deleted_field_keeps_its_values_and_brings_them_back(db: str, admin: Actor) -> None:
    both = form("account", text("name"), text("fax"))
    await publish(admin, both)
    await insert("account", name="Nordic", fax="123")
    await insert("account", name="Pacific")

    plan = await plan_of(admin, form("account", text("name")))
    with pytest.raises(NotAccepted):
        await publish(admin, form("account", text("name")))
    await publish(admin, form("account", text("name")), accept=["field.fax.removed"])
    gone = "fax" in compiled("account").entity.fields
    back = await plan_of(admin, both)
    await definitions.rollback("form", "account", revision=1, actor=admin)

    assert plan["field.fax.removed"].count == 1
    assert not gone
    assert back["field.fax.revived"].count == 1
    assert await stored("account", "fax") == ["123", None]


async def test_an_empty_field_goes_without_asking(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("name"), text("fax")))
    await insert("account", name="Nordic")

    await publish(admin, form("account", text("name")))

    assert "fax" not in compiled("account").entity.fields


async def test_a_field_of_another_type_under_an_old_name_gets_columns_of_its_own(
    db: str, admin: Actor
) -> None:
    await publish(admin, form("account", text("name"), text("fax")))
    await insert("account", name="Nordic", fax="123")
    await publish(admin, form("account", text("name")), accept=["field.fax.removed"])

    await publish(admin, form("account", text("name"), {"type": "date", "name": "fax"}))

    assert [column.name for column in compiled("account").entity.fields["fax"].columns] == ["fax__2"]
    assert await stored("account", "fax") == [None]


async def test_retyping_converts_what_it_can_and_counts_what_it_would_lose(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("name"), text("staff")))
    for value in ("120", "1,200", "many", None):
        await insert("account", name="x", staff=value)
    numbers = form("account", text("name"), {"type": "integer", "name": "staff"})

    plan = await plan_of(admin, numbers)
    with pytest.raises(NotAccepted):
        await publish(admin, numbers)
    await publish(admin, numbers, accept=["field.staff.retyped"])

    found = plan["field.staff.retyped"]
    assert (found.count, found.params["kept"], found.destructive) == (1, 2, True)
    assert await stored("account", "staff") == [120, 1200, None, None]


async def test_rolling_a_retype_back_brings_the_old_values_and_keeps_the_newer_ones(
    db: str, admin: Actor
) -> None:
    await publish(admin, form("account", text("name"), text("staff")))
    for value in ("120", "many", "7", "8"):
        await insert("account", name="x", staff=value)
    numbers = form("account", text("name"), {"type": "integer", "name": "staff"})
    await publish(admin, numbers, accept=["field.staff.retyped"])
    column = compiled("account").entity.fields["staff"].columns[0].name
    ids = [row for (row,) in await database.fetch_tuples('SELECT "id" FROM r_shop__account ORDER BY "id"')]
    await database.execute(f'UPDATE r_shop__account SET "{column}" = 9 WHERE "id" = ?', (ids[2],))
    await database.execute(f'UPDATE r_shop__account SET "{column}" = NULL WHERE "id" = ?', (ids[3],))

    await definitions.rollback("form", "account", revision=1, actor=admin)

    assert await stored("account", "staff") == ["120", "many", "9", None]


async def test_text_becomes_a_choice_by_its_labels_with_a_dictionary_of_the_same_publish(
    db: str, admin: Actor
) -> None:
    await publish(admin, form("account", text("name"), text("grade")))
    for value in ("Top", "良好", "b", "zzz"):
        await insert("account", name="x", grade=value)
    graded = form("account", text("name"), {"type": "choice", "name": "grade", "dictionary": "grade"})

    await publish(admin, graded, GRADE, accept=["shop/form/account:field.grade.retyped"])

    assert await stored("account", "grade") == ["a", "b", "b", None]


async def test_more_decimals_are_a_conversion_without_loss(db: str, admin: Actor) -> None:
    await publish(admin, form("item", text("name"), {"type": "decimal", "name": "weight", "scale": 2}))
    await insert("item", name="x", weight=Decimal("1.25"))

    wider = form("item", text("name"), {"type": "decimal", "name": "weight", "scale": 4})
    plan = await plan_of(admin, wider)
    await publish(admin, wider)

    assert not plan["field.weight.retyped"].destructive
    assert await stored("item", "weight") == [Decimal("1.2500")]


async def test_a_number_becomes_money_in_the_currency_of_the_field(db: str, admin: Actor) -> None:
    await publish(admin, form("item", text("name"), {"type": "decimal", "name": "price"}))
    await insert("item", name="x", price=Decimal("9.90"))

    await publish(admin, form("item", text("name"), {"type": "money", "name": "price", "currency": "EUR"}))

    assert await stored("item", "price") == [Money(Decimal("9.90"), "EUR")]


async def test_a_renamed_field_keeps_its_column_and_values_there_and_back(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("name"), text("town")))
    await insert("account", name="Nordic", town="Oslo")

    renamed = form("account", text("name"), text("city", was="town"))
    plan = await plan_of(admin, renamed)
    await publish(admin, renamed)
    values = await stored("account", "city")
    await definitions.rollback("form", "account", revision=1, actor=admin)

    assert not any(each.destructive for each in plan.values())
    assert values == ["Oslo"]
    assert await stored("account", "town") == ["Oslo"]


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


async def test_values_that_become_equal_by_a_conversion_cannot_be_unique(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("erp", unique=True)))
    await insert("account", erp="7")
    await insert("account", erp="07")

    with pytest.raises(Conflict) as refused:
        await publish(admin, form("account", {"type": "integer", "name": "erp", "unique": True}))

    assert refused.value.code == "duplicates"
    assert await stored("account", "erp") == ["7", "07"]


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


async def test_a_deleted_table_field_brings_its_rows_back(db: str, admin: Actor) -> None:
    lines: dict[str, object] = {"type": "table", "name": "lines", "fields": [text("item")]}
    await publish(admin, form("quote", text("name"), lines))
    parent = await insert("quote", name="Q")
    await insert_row("quote", "lines", parent, 0, item="Bolt")

    await publish(admin, form("quote", text("name")), accept=["field.lines.removed"])
    await definitions.rollback("form", "quote", revision=1, actor=admin)

    rows = compiled("quote").entity.fields["lines"].rows
    assert rows is not None
    assert await database.fetch_tuples(f'SELECT "item" FROM {rows.table}') == [("Bolt",)]


async def test_a_tombstone_past_its_time_is_dropped_by_the_next_publish(db: str, admin: Actor) -> None:
    await publish(admin, form("account", text("name"), text("fax")))
    await publish(admin, form("account", text("name")))
    clock.set_source(lambda: _real_now() + timedelta(days=91))

    wider = form("account", text("name"), {"type": "date", "name": "since"})
    plan = await plan_of(admin, wider)
    await publish(admin, wider)

    assert plan["columns.dropped"].count == 2
    assert not {"fax", "fax__sort"} & await columns_of("account")


def _real_now() -> datetime:
    return datetime.now(UTC)


async def test_two_forms_that_link_to_each_other_are_published_together(db: str, admin: Actor) -> None:
    account = form(
        "account", text("name"), {"type": "children", "name": "people", "form": "contact", "by": "account"}
    )
    contact = form("contact", text("name"), {"type": "link", "name": "account", "form": "account"})

    await publish(admin, account, contact)

    children = compiled("account").entity.fields["people"].children
    assert children is not None
    assert (children.form, children.by) == ("shop.contact", "account")


async def test_narrower_bounds_are_advice_not_loss(db: str, admin: Actor) -> None:
    since: dict[str, object] = {"type": "date", "name": "since"}
    await publish(admin, form("account", since, {"type": "decimal", "name": "rate"}))
    await insert("account", since=date(2020, 1, 1), rate=Decimal("5.00"))

    bounded = form("account", {**since, "min": "2021-01-01"}, {"type": "decimal", "name": "rate", "max": "4"})
    plan = await plan_of(admin, bounded)

    assert [plan[f"field.{name}.bounds"].severity for name in ("since", "rate")] == ["advice", "advice"]


async def test_a_link_to_another_form_loses_what_pointed_to_the_first(db: str, admin: Actor) -> None:
    def task(target: str) -> dict[str, object]:
        return form("task", text("name"), {"type": "link", "name": "about", "form": target})

    await publish(admin, form("account", text("name")), form("deal", text("name")), task("account"))
    account = await insert("account", name="Nordic")
    await insert("task", name="Call", about=account)

    plan = await plan_of(admin, task("deal"))

    assert (plan["field.about.retyped"].count, plan["field.about.retyped"].destructive) == (1, True)


async def test_a_link_that_gets_a_second_form_keeps_pointing(db: str, admin: Actor) -> None:
    def task(**target: object) -> dict[str, object]:
        return form("task", text("name"), {"type": "link", "name": "about", **target})

    await publish(admin, form("account", text("name")), form("deal", text("name")), task(form="account"))
    account = await insert("account", name="Nordic")
    await insert("task", name="Call", about=account)

    await publish(admin, task(forms=["account", "deal"]))

    (found,) = await stored("task", "about")
    assert (getattr(found, "id", None), getattr(found, "form", None)) == (account, "shop.account")


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
