"""Wake-ups between processes."""

from __future__ import annotations

import asyncio

import pytest

from platform_core import database


async def test_a_signal_arrives_after_the_commit_and_never_after_a_rollback(bare_db: str) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    possible = await database.listen("tw_test", heard.put_nowait)
    assert possible is (bare_db == "postgresql")
    if not possible:
        assert not await database.notify("tw_test", "nobody hears")
        return
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            await database.notify("tw_test", "undone")
            raise ZeroDivisionError
    async with database.transaction():
        await database.notify("tw_test", "done")
        assert heard.empty()
    async with asyncio.timeout(5):
        assert await heard.get() == "done"


async def test_a_listener_that_lost_its_connection_listens_again_and_is_told_to_look(bare_db: str) -> None:
    if bare_db == "sqlite":
        return
    heard: asyncio.Queue[str] = asyncio.Queue()
    await database.listen("tw_test", heard.put_nowait)
    await database.fetch_all(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    )
    async with asyncio.timeout(10):
        assert await heard.get() == ""
        await database.notify("tw_test", "again")
        assert await heard.get() == "again"


async def test_who_has_enough_hears_no_more(bare_db: str) -> None:
    if bare_db == "sqlite":
        return
    first: asyncio.Queue[str] = asyncio.Queue()
    second: asyncio.Queue[str] = asyncio.Queue()
    await database.listen("tw_test", first.put_nowait)
    await database.listen("tw_test", second.put_nowait)
    database.unlisten("tw_test", first.put_nowait)
    await database.notify("tw_test", "x")
    async with asyncio.timeout(5):
        assert await second.get() == "x"
    assert first.empty()


async def test_a_channel_has_a_plain_name(bare_db: str) -> None:
    if bare_db == "postgresql":
        with pytest.raises(ValueError, match="channel"):
            await database.notify("x; DROP TABLE y")


async def test_sqlite_counts_what_other_connections_commit(bare_db: str) -> None:
    before = await database.data_version()
    assert await database.data_version() == before
    await database.execute("CREATE TABLE t (a BIGINT)")
    assert (await database.data_version() != before) is (bare_db == "sqlite")
