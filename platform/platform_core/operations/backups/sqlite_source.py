"""A running SQLite database, copied by its online backup: one state of it, writers go on meanwhile."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from platform_core.operations.backups import facts
from platform_core.operations.backups.archive import Archive, disk_full, told
from platform_core.operations.backups.facts import Facts
from platform_core.operations.backups.manifest import SQLITE_FILE
from platform_core.operations.errors import BackupFailed

_FULL = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE")


def copy_sqlite(database: Path, archive: Archive) -> Facts:
    """Put a copy of the file into the archive. Raises BackupFailed."""
    copy = archive.beside.with_suffix(".db")
    try:
        with told(archive.place):
            copy.touch(mode=0o600)
        try:
            _copy(database, copy)
            with closing(sqlite3.connect(copy)) as connection:
                found = _facts(connection)
        except sqlite3.Error as exc:
            if getattr(exc, "sqlite_errorname", "") in _FULL or "disk is full" in str(exc):
                raise disk_full(archive.place) from exc
            raise BackupFailed(
                "The database {path} cannot be copied: {reason}.",
                params={"path": str(database), "reason": str(exc)},
                remedy="Run: tradewind doctor",
            ) from exc
        archive.copy(SQLITE_FILE, copy)
    finally:
        for tail in ("", "-journal", "-wal", "-shm"):
            copy.with_name(copy.name + tail).unlink(missing_ok=True)
    return found


def _copy(database: Path, copy: Path) -> None:
    source = sqlite3.connect(f"file:{database.as_posix()}?mode=ro", uri=True, timeout=30)
    with closing(source), closing(sqlite3.connect(copy)) as target:
        source.backup(
            target
        )  # all pages in one read transaction; in portions every write would begin it anew
        target.execute("PRAGMA journal_mode = DELETE")


def _facts(connection: sqlite3.Connection) -> Facts:
    def ask(sql: str) -> list[tuple[object, ...]]:
        return connection.execute(sql).fetchall()

    tables = [
        str(name)
        for (name,) in ask(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
            "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        )
    ]
    return Facts(
        server=sqlite3.sqlite_version,
        migrations=tuple(str(name) for (name,) in ask(facts.MIGRATIONS)),
        catalog=int(str(ask(facts.CATALOG)[0][0] or 0)),
        head=facts.head_of(ask(facts.HEAD)),
        tables={table: int(str(ask(f'SELECT COUNT(*) FROM "{table}"')[0][0])) for table in tables},
        files=tuple(str(sha) for (sha,) in ask(facts.STORED)),
        leased=facts.leased_of(ask(facts.LEASED)),
    )
