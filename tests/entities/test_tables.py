"""The tables that forms live in, made for real on both engines."""

from __future__ import annotations

import pytest

from platform_core import clock, database, entities
from platform_core.database import CreateTable, UniqueViolation
from tests.entities.sample import ACCOUNT, QUOTE


async def make() -> None:
    table = entities.record_table(ACCOUNT)
    await database.apply(CreateTable(table))


async def insert(**values: object) -> None:
    now, person = clock.now(), database.new_id()
    row: dict[str, object] = {"id": database.new_id(), "version": 1, "created_at": now, "updated_at": now}
    row |= {"created_by": person, "updated_by": person} | values
    names = ", ".join(map(entities.quote, row))
    sql = f"INSERT INTO {entities.quote(ACCOUNT.table)} ({names}) VALUES ({', '.join('?' * len(row))})"
    await database.execute(sql, tuple(row.values()))


async def test_a_table_has_system_columns_title_and_the_columns_of_every_field(bare_db: str) -> None:
    await make()
    columns = await database.columns_of(ACCOUNT.table)
    assert columns[:3] == ("id", "code", "owner")
    assert {"_title", "_title_sort", "name", "name__sort", "credit", "credit__cur", "parent"} <= set(columns)
    assert "contacts" not in columns


async def test_indexes_follow_what_is_unique_linked_indexed_and_how_lists_are_ordered(bare_db: str) -> None:
    await make()
    found = await database.indexes_of(ACCOUNT.table)
    names = {name.removeprefix("r_shop__account__").removesuffix("__ix") for name in found}
    assert {"code", "owner", "team", "territory", "bin", "import_batch"} <= names
    assert {"email__unique", "country", "parent"} <= names
    assert {"founded__down", "owner__founded__down", "team__founded__down", "_title_sort__up"} <= names
    assert ("helpers" in names) == (bare_db == "postgresql")


async def test_a_unique_value_is_unique_among_live_records_only(bare_db: str) -> None:
    await make()
    await insert(email="a@example.com", archived_at=clock.now())
    await insert(email="a@example.com")
    await insert(email=None)
    await insert(email=None)
    with pytest.raises(UniqueViolation):
        await insert(email="a@example.com")


async def test_a_number_is_unique_for_ever(bare_db: str) -> None:
    await make()
    await insert(code="C-1", archived_at=clock.now())
    with pytest.raises(UniqueViolation):
        await insert(code="C-1")


async def test_rows_of_a_table_field_have_a_table_of_their_own(bare_db: str) -> None:
    field = QUOTE.fields["lines"]
    assert field.rows is not None
    await database.apply(CreateTable(entities.rows_table(field.rows, field.rows.fields.values())))
    columns = await database.columns_of("r_shop__quote__lines")
    assert columns == ("id", "parent", "position", "item", "item__sort", "price", "supplier")
