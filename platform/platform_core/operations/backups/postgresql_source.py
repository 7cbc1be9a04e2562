"""A running PostgreSQL database, read in one snapshot: its shape, and every table by COPY."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec

from platform_core.operations.backups import facts
from platform_core.operations.backups.archive import Archive, Part
from platform_core.operations.backups.facts import Facts
from platform_core.operations.backups.manifest import SCHEMA, TABLES
from platform_core.operations.backups.postgresql_schema import TableShape, quoted, shape_of
from platform_core.operations.errors import BackupFailed


async def copy_postgresql(url: str, archive: Archive) -> Facts:
    """Put shape and rows into the archive. Raises BackupFailed."""
    try:
        connection = await asyncpg.connect(
            url, timeout=10, server_settings={"application_name": "tradewind backup"}
        )
    except (OSError, TimeoutError, asyncpg.PostgresError) as exc:
        raise _failed(exc) from exc
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await _copy(connection, archive)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as exc:
        raise _failed(exc) from exc
    finally:
        await connection.close(timeout=10)


async def _copy(connection: Any, archive: Archive) -> Facts:
    shape = await shape_of(connection)
    with archive.part(SCHEMA) as part:
        part.write(msgspec.json.format(msgspec.json.encode(shape)))
    counts: dict[str, int] = {}
    for number, table in enumerate(shape.tables):
        with archive.part(f"{TABLES}{number:04d}.copy") as part:
            counts[table.name] = await _rows(connection, table, part)
    return await _facts(connection, counts)


async def _rows(connection: Any, table: TableShape, part: Part) -> int:
    async def write(data: bytes) -> None:
        part.write(data)

    # Without columns COPY would take them all, generated ones too.
    columns = ", ".join(map(quoted, table.columns))
    status: str = await connection.copy_from_query(
        f"SELECT {columns} FROM {quoted(table.name)}", output=write
    )
    return int(status.rpartition(" ")[2])


async def _facts(connection: Any, counts: dict[str, int]) -> Facts:
    async def ask(sql: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in await connection.fetch(sql)]

    return Facts(
        server=str(await connection.fetchval("SHOW server_version")),
        migrations=tuple(str(name) for (name,) in await ask(facts.MIGRATIONS)),
        catalog=int(await connection.fetchval(facts.CATALOG) or 0),
        head=facts.head_of(await ask(facts.HEAD)),
        tables=counts,
        files=tuple(str(sha) for (sha,) in await ask(facts.STORED)),
        leased=facts.leased_of(await ask(facts.LEASED)),
    )


def _failed(exc: BaseException) -> BackupFailed:
    return BackupFailed(
        "The PostgreSQL database cannot be read: {reason}.",
        params={"reason": str(exc) or type(exc).__name__},
        remedy="Look at TRADEWIND_DATABASE_URL, and whether the server runs and lets this user in.",
    )
