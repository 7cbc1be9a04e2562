"""Opens and closes the current database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, NamedTuple

from platform_core.database.backend import Backend
from platform_core.database.errors import Unreachable
from platform_core.database.postgresql import PostgresPool
from platform_core.database.session import backend, is_open, settle, use_backend
from platform_core.database.signals import stop_listening
from platform_core.database.sqlite import SQLitePool
from platform_core.database.statements import fetch_value

_SQLITE = "sqlite:///"
_POSTGRESQL = ("postgresql://", "postgres://")


async def open_database(url: str, *, pool_size: int = 10) -> None:
    """Opens `sqlite:///path` (relative, or absolute after a fourth slash) or `postgresql://…` as the current database.

    Raises Unreachable with a remedy where the URL is not understood or nobody answers.
    """
    if is_open():
        raise Unreachable("A database is open already.", remedy="Close it first.")
    opened = _backend_for(url, pool_size)
    await opened.open()
    use_backend(opened)


async def close_database() -> None:
    """Closes the current database and every connection of it; does nothing where none is open."""
    if not is_open():
        return
    closing = backend()
    await settle()
    use_backend(None)
    await stop_listening(closing)
    await closing.close()


def _backend_for(url: str, pool_size: int) -> Backend:
    if url.startswith(_POSTGRESQL):
        return PostgresPool(url, pool_size)
    if url.startswith(_SQLITE):
        path = url.removeprefix(_SQLITE)
        if path in ("", ":memory:"):
            raise Unreachable(
                "A database in memory is lost with its connection.",
                remedy="Name a file: sqlite:///data/tradewind.db",
            )
        return SQLitePool(Path(path))
    scheme = url.partition(":")[0]
    raise Unreachable(
        "The database URL beginning with {scheme} is not understood.",
        params={"scheme": repr(scheme)},
        remedy="Use sqlite:///path/to/file.db or postgresql://user:password@host:port/name.",
    )


def piccolo_engine() -> PostgresPool | SQLitePool:
    """The engine for a plugin's Piccolo tables (`class_kwargs={"db": …}`): their queries join our transactions."""
    open_backend = backend()
    if not isinstance(open_backend, PostgresPool | SQLitePool):
        raise Unreachable("This database has no Piccolo engine.")
    return open_backend


async def data_version() -> int:
    """A number that changes when another connection commits to SQLite's file; always 0 on PostgreSQL (use `listen`).

    Cheap (microseconds): meant for polling.
    """
    open_backend = backend()
    if isinstance(open_backend, SQLitePool):
        return await open_backend.data_version()
    return 0


async def forget_statements() -> None:
    """After DDL: PostgreSQL's connections are replaced as they come back, with their stale prepared statements."""
    open_backend = backend()
    if isinstance(open_backend, PostgresPool):
        await open_backend.forget_statements()


async def server_version() -> str:
    """The engine's version, for `doctor`."""
    if isinstance(backend(), PostgresPool):
        return str(await fetch_value("SHOW server_version"))
    return str(await fetch_value("SELECT sqlite_version()"))


class PoolState(NamedTuple):
    """Connections of this process: open, in use at this moment, and the most there may be."""

    open: int
    busy: int
    most: int


def pool_state() -> PoolState:
    """How busy the connections are, for `/metrics`."""
    open_backend = backend()
    if isinstance(open_backend, PostgresPool):
        pool: Any = open_backend.pool  # asyncpg's pool has no useful static type
        if pool is None:
            return PoolState(0, 0, 0)
        return PoolState(pool.get_size(), pool.get_size() - pool.get_idle_size(), pool.get_max_size())
    if isinstance(open_backend, SQLitePool):
        return PoolState(len(open_backend.connections), open_backend.busy, len(open_backend.connections))
    return PoolState(0, 0, 0)


async def wait_until_open(url: str, *, pool_size: int = 10, seconds: float = 30.0) -> None:
    """Opens the database, waiting for a server that is still starting. Raises Unreachable after `seconds`."""
    loop = asyncio.get_running_loop()
    last = loop.time() + seconds
    while True:
        try:
            await open_database(url, pool_size=pool_size)
            return
        except Unreachable:
            if loop.time() >= last or is_open():
                raise
            await asyncio.sleep(0.25)
