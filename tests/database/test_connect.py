"""Opening and closing, and what is said when that does not work."""

from __future__ import annotations

import asyncio
import contextvars
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from platform_core import database
from platform_core.database import Unreachable
from tests import servers


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://localhost/x", "not understood"),
        ("", "not understood"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite://", "not understood"),
    ],
)
async def test_a_url_that_is_not_understood_says_what_to_write(url: str, says: str) -> None:
    with pytest.raises(Unreachable, match=says) as refused:
        await database.open(url)
    assert refused.value.remedy
    assert not database.is_open()


async def test_a_server_that_does_not_answer_is_named_with_a_remedy() -> None:
    with pytest.raises(Unreachable) as refused:
        await database.open(f"postgresql://nobody@127.0.0.1:{servers.free_port()}/nothing")
    assert "TRADEWIND_DATABASE_URL" in refused.value.remedy
    assert not database.is_open()


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear customer, " * 100)
    with pytest.raises(Unreachable) as refused:
        await database.open(f"sqlite:///{file}")
    assert "not a database" in str(refused.value)


async def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unreachable, match="cannot be opened"):
        await database.open(f"sqlite:///{tmp_path / 'file' / 'x.db'}")


async def test_a_file_that_another_program_has_locked_is_named_as_locked(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("CREATE TABLE t (a)")
    await database.open(f"sqlite:///{file}")
    try:
        await database.execute("PRAGMA busy_timeout = 50")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(database.LockTimeout, match="locked"):
            await database.execute("INSERT INTO t VALUES (1)")
        other.execute("ROLLBACK")
        await database.execute("INSERT INTO t VALUES (1)")
    finally:
        await database.close()
        other.close()


async def test_asking_before_opening_says_that_it_is_not_open() -> None:
    with pytest.raises(Unreachable, match="not open"):
        await database.fetch_all("SELECT 1")


async def test_only_one_database_is_open_at_a_time(bare_db: str, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="open already"):
        await database.open(f"sqlite:///{tmp_path / 'second.db'}")


async def test_closing_twice_is_no_error(tmp_path: Path) -> None:
    await database.open(f"sqlite:///{tmp_path / 'x.db'}")
    await database.close()
    await database.close()
    assert not database.is_open()


async def test_a_file_is_opened_in_wal_with_references_checked(tmp_path: Path) -> None:
    await database.open(f"sqlite:///{tmp_path / 'new' / 'folder' / 'x.db'}")
    for write in (False, True):
        assert (await database.fetch_all("PRAGMA journal_mode", write=write))[0]["journal_mode"] == "wal"
        assert (await database.fetch_all("PRAGMA foreign_keys", write=write))[0]["foreign_keys"] == 1
    await database.close()


async def test_the_engine_tells_its_version(bare_db: str) -> None:
    assert (await database.server_version())[0].isdigit()


def test_a_program_that_forgets_to_close_still_ends(tmp_path: Path) -> None:
    source = f"""
import asyncio
from platform_core import database
kept = []
async def main():
    await database.open("sqlite:///{tmp_path / "x.db"}")
    kept.append(database.transaction())
    await kept[0].__aenter__()
asyncio.run(main())
"""
    ended = subprocess.run([sys.executable, "-c", source], timeout=30, capture_output=True, check=False)
    assert ended.returncode == 0


async def test_who_waits_too_long_for_another_transaction_is_told_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform_core.database.sqlite.WRITER_SECONDS", 0.05)
    await database.open(f"sqlite:///{tmp_path / 'x.db'}")
    async with database.transaction():
        waiting = asyncio.create_task(database.execute("CREATE TABLE t (a)"), context=contextvars.Context())
        with pytest.raises(database.LockTimeout, match="held the database"):
            await waiting
    await database.execute("CREATE TABLE t (a)")
    await database.close()
