"""What a publish does to fields that go, come back or are renamed: their values stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from platform_core import clock, database, definitions
from platform_core.definitions import NotAccepted
from platform_core.identity import Actor
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
