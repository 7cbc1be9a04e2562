"""Putting a SQLite database in place."""

from __future__ import annotations

import os
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from platform_core.operations.backups.archive import CHUNK
from platform_core.operations.backups.manifest import SQLITE_FILE, Manifest
from platform_core.operations.errors import BackupRefused, NotEmpty

_COMPANIONS = ("-wal", "-shm")


def require_free(path: Path) -> None:
    """Raises NotEmpty while a program has the file open."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=0.5, isolation_level=None)) as connection:
            connection.execute(
                "PRAGMA locking_mode = EXCLUSIVE"
            )  # refused while anybody else has the file open
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
            connection.execute("PRAGMA locking_mode = NORMAL")
            connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
    except sqlite3.OperationalError as exc:
        if "locked" not in str(exc):
            return  # a damaged file is what a restore is for
        raise NotEmpty(
            "A program has the database {path} open.",
            params={"path": str(path)},
            remedy="Stop Tradewind first, its workers too.",
        ) from exc
    except sqlite3.DatabaseError:
        return


def place_sqlite(place: Path, manifest: Manifest, path: Path, stamp: str) -> tuple[str, ...]:
    """Unpack beside the place, look at it, swap. Returns where the old file lies now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        _unpack(place, beside)
        _check(beside, manifest)
        kept = _put_aside(path, stamp)
        beside.replace(path)
    except OSError as exc:
        raise BackupRefused(
            "The database cannot be unpacked to {path}: {reason}.",
            params={"path": str(path), "reason": exc.strerror or str(exc)},
            remedy="Make room on that disk, or look at its permissions.",
        ) from exc
    finally:
        beside.unlink(missing_ok=True)
    return kept


def _unpack(place: Path, beside: Path) -> None:
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with zipfile.ZipFile(place) as archive, archive.open(SQLITE_FILE) as part, os.fdopen(handle, "wb") as out:
        shutil.copyfileobj(part, out, CHUNK)
        out.flush()
        os.fsync(out.fileno())


def _check(beside: Path, manifest: Manifest) -> None:
    try:
        with closing(sqlite3.connect(beside)) as connection:
            for table, count in manifest.tables.items():
                (found,) = connection.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()
                if found != count:
                    raise BackupRefused(
                        "The backup is damaged: {table} has {found} rows instead of {count}.",
                        params={"table": table, "found": found, "count": count},
                    )
    except sqlite3.DatabaseError as exc:
        raise BackupRefused("The backup is damaged: {reason}.", params={"reason": str(exc)}) from exc


def _put_aside(path: Path, stamp: str) -> tuple[str, ...]:
    if not path.exists():
        return ()
    kept = path.with_name(f"{path.name}.{stamp}")
    for tail in _COMPANIONS:  # what a killed program has not yet brought into the file belongs to it
        companion = path.with_name(path.name + tail)
        if companion.exists():
            companion.rename(kept.with_name(kept.name + tail))
    path.rename(kept)
    return (str(kept),)
