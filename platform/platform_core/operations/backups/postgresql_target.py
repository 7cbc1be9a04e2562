"""Loading a PostgreSQL database: one transaction, all of it or nothing; an old schema is renamed in the same one."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from platform_core.operations.backups.archive import CHUNK
from platform_core.operations.backups.manifest import SCHEMA, TABLES, Manifest
from platform_core.operations.backups.postgresql_schema import Shape, TableShape, quoted
from platform_core.operations.errors import BackupRefused, NotEmpty

_OTHERS = """SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
AND application_name = 'tradewind'"""
_ANY = """SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e'))"""
_EXTENSIONS = """SELECT e.extname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE n.nspname = $1"""


async def is_empty(url: str, *, alone: bool = False) -> bool:
    """Whether the database has no tables. With `alone` raises NotEmpty while the program is connected to it."""
    connection = await _connect(url)
    try:
        if alone and await connection.fetchval(_OTHERS):
            raise NotEmpty(
                "Tradewind is connected to this database.", remedy="Stop it first, its workers too."
            )
        return not await connection.fetchval(_ANY)
    finally:
        await connection.close(timeout=10)


async def load_postgresql(place: Path, manifest: Manifest, url: str, stamp: str) -> tuple[str, ...]:
    """Make the shape and load the rows. Returns the name of the schema that holds what was there."""
    connection = await _connect(url)
    try:
        with zipfile.ZipFile(place) as archive:
            shape = msgspec.json.decode(archive.read(SCHEMA), type=Shape)
            async with connection.transaction():
                kept = await _make_room(connection, stamp)
                await _load(connection, archive, shape, manifest)
        await connection.execute("ANALYZE")
    except asyncpg.PostgresError as exc:
        raise BackupRefused(
            "The database could not take the backup: {reason}. Nothing was changed.",
            params={"reason": str(exc)},
            remedy="Look at the version of the server, its disk and the rights of this user.",
        ) from exc
    finally:
        await connection.close(timeout=10)
    return kept


async def _connect(url: str) -> Any:
    try:
        return await asyncpg.connect(
            url, timeout=10, server_settings={"application_name": "tradewind restore"}
        )
    except (OSError, TimeoutError, asyncpg.PostgresError) as exc:
        raise BackupRefused(
            "The PostgreSQL database cannot be reached: {reason}.",
            params={"reason": str(exc) or "no answer"},
            remedy="Look at TRADEWIND_DATABASE_URL; the database must be there, it may be empty.",
        ) from exc


async def _make_room(connection: Any, stamp: str) -> tuple[str, ...]:
    if not await connection.fetchval(_ANY):
        return ()
    old = stamp.replace("-", "_")
    await connection.execute(f"ALTER SCHEMA public RENAME TO {quoted(old)}")
    await connection.execute("CREATE SCHEMA public")
    for (name,) in await connection.fetch(_EXTENSIONS, old):
        await connection.execute(f"ALTER EXTENSION {quoted(name)} SET SCHEMA public")
    return (f"schema {old}",)


async def _load(connection: Any, archive: zipfile.ZipFile, shape: Shape, manifest: Manifest) -> None:
    for name in shape.extensions:
        await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {quoted(name)}")
    await connection.execute("SET LOCAL check_function_bodies = off")
    for text in shape.functions:
        await connection.execute(text)
    for number, table in enumerate(shape.tables):
        await connection.execute(table.make)
        count = await _rows(connection, archive, f"{TABLES}{number:04d}.copy", table)
        if count != manifest.tables[table.name]:
            raise BackupRefused(
                "The backup is damaged: rows of {table} are missing.", params={"table": table.name}
            )
        for text in table.after:
            await connection.execute(text)
        if table.identity:
            await connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{quoted(table.name)}', '{table.identity}'), "
                f"GREATEST((SELECT MAX({quoted(table.identity)}) FROM {quoted(table.name)}), 1))"
            )
    for table in shape.tables:
        for text in table.last:
            await connection.execute(text)


async def _rows(connection: Any, archive: zipfile.ZipFile, name: str, table: TableShape) -> int:
    async def read() -> AsyncIterator[bytes]:
        with archive.open(name) as part:
            while data := await asyncio.to_thread(part.read, CHUNK):
                yield data

    status: str = await connection.copy_to_table(table.name, source=read(), columns=list(table.columns))
    return int(status.rpartition(" ")[2])
