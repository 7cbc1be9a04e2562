"""A plugin's Piccolo tables go through our pool and our transactions."""

from __future__ import annotations

import pytest
from piccolo.columns import Integer, Varchar
from piccolo.table import create_table_class

from platform_core import database


async def test_piccolo_queries_take_part_in_our_transaction(bare_db: str) -> None:
    band = create_table_class(
        "Band",
        class_kwargs={"db": database.piccolo_engine()},
        class_members={"name": Varchar(), "popularity": Integer()},
    )
    await band.create_table()
    await band.insert(band(name="Kept", popularity=1))
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            await band.insert(band(name="Undone", popularity=2))
            assert await band.count() == 2
            raise ZeroDivisionError
    assert await band.select("name", "popularity") == [{"name": "Kept", "popularity": 1}]
    assert await database.fetch_value("SELECT name FROM band") == "Kept"


async def test_piccolos_own_transactions_are_refused(bare_db: str) -> None:
    with pytest.raises(database.TransactionMisuse, match="savepoints"):
        database.piccolo_engine().transaction()
