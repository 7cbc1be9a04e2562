"""The system tables of all rooms together: they can be made, undone and made again, the same on both engines."""

from __future__ import annotations

from platform_core import database
from tests.system_migrations import collect


async def test_every_system_migration_has_a_way_back(bare_db: str) -> None:
    migrations = collect()
    await database.migrate(migrations)
    made = await database.introspect()
    await database.migrate_down(migrations, to=None)
    assert await database.tables() == {"tw_migration"}
    await database.migrate(migrations)
    assert await database.introspect() == made


async def test_system_tables_are_told_by_their_names(db: str) -> None:
    assert {table for table in await database.tables() if not table.startswith("tw_")} == set()
