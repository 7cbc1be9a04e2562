"""Migrations of the system tables: up, down, once, and never by an older program."""

from __future__ import annotations

import asyncio

import pytest

from platform_core import database
from platform_core.database import (
    INT,
    TEXT,
    UUID,
    AddColumn,
    Column,
    CreateTable,
    DropColumn,
    DropTable,
    Migration,
    SchemaTooNew,
    Table,
)
from tests.database.conftest import OtherProgram, current_url

FIRST = Migration(
    id="things.0001",
    up=(CreateTable(Table("tw_things", (Column("id", UUID, primary=True),))),),
    down=(DropTable("tw_things"),),
)
SECOND = Migration(
    id="things.0002",
    up=(AddColumn("tw_things", Column("name", TEXT)),),
    down=(DropColumn("tw_things", "name"),),
)
OTHER = Migration(id="plugin.0001", up=(CreateTable(Table("tw_plugin", (Column("n", INT),))),))
ALL = (FIRST, SECOND, OTHER)


async def test_missing_migrations_are_applied_in_order_and_once(bare_db: str) -> None:
    assert await database.migrate(ALL) == ["things.0001", "things.0002", "plugin.0001"]
    assert await database.migrate(ALL) == []
    assert await database.columns_of("tw_things") == ("id", "name")
    assert set(await database.applied_migrations()) == {"things.0001", "things.0002", "plugin.0001"}


async def test_migrating_may_stop_at_a_target(bare_db: str) -> None:
    assert await database.migrate(ALL, target="things.0001") == ["things.0001"]
    assert await database.columns_of("tw_things") == ("id",)
    assert await database.migrate(ALL) == ["things.0002", "plugin.0001"]


async def test_migrations_go_back_last_first(bare_db: str) -> None:
    await database.migrate((FIRST, SECOND))
    assert await database.migrate_down((FIRST, SECOND), to="things.0001") == ["things.0002"]
    assert await database.columns_of("tw_things") == ("id",)
    assert await database.migrate_down((FIRST, SECOND), to=None) == ["things.0001"]
    assert "tw_things" not in await database.tables()
    assert await database.migrate((FIRST, SECOND)) == ["things.0001", "things.0002"]


async def test_what_has_no_way_back_says_so(bare_db: str) -> None:
    await database.migrate(ALL)
    with pytest.raises(database.DatabaseError, match=r"plugin\.0001"):
        await database.migrate_down(ALL, to="things.0001")


async def test_a_migration_that_fails_leaves_nothing_behind(bare_db: str) -> None:
    broken = Migration(
        id="things.0002", up=(*SECOND.up, database.sql("SELECT no_such_column FROM tw_things"))
    )
    with pytest.raises(database.DatabaseError):
        await database.migrate((FIRST, broken))
    assert await database.columns_of("tw_things") == ("id",)
    assert await database.applied_migrations() == ("things.0001",)


async def test_an_older_program_refuses_a_newer_database(bare_db: str) -> None:
    await database.migrate(ALL)
    with pytest.raises(SchemaTooNew, match=r"things\.0002"):
        await database.migrate((FIRST, OTHER))


async def test_migrations_of_a_plugin_that_is_gone_are_no_reason_to_stop(bare_db: str) -> None:
    await database.migrate(ALL)
    assert await database.migrate((FIRST, SECOND)) == []


async def test_two_migrations_with_one_id_are_refused(bare_db: str) -> None:
    with pytest.raises(ValueError, match=r"things\.0001"):
        await database.migrate((FIRST, FIRST))


async def test_programs_that_start_together_migrate_once(bare_db: str, other_program: OtherProgram) -> None:
    source = f"""
import asyncio
from platform_core import database
from tests.database.test_migrations import ALL

async def main():
    await database.open({current_url()!r})
    print(len(await database.migrate(ALL)))
    await database.close()

asyncio.run(main())
"""
    counts = await asyncio.gather(*(other_program(source) for _ in range(3)))
    assert sum(map(int, counts)) == len(ALL)
    assert len(await database.applied_migrations()) == len(ALL)
