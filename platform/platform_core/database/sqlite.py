"""SQLite: Piccolo's engine with a pool under it — one writer, three readers, WAL.

The stock engine opens a connection, and with it a thread, for every statement. Here every statement is one hop into
the thread of a kept connection. Writers wait for each other in this process on a lock, in other processes on
BEGIN IMMEDIATE; readers see the last commit and block nobody.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import aiosqlite
from piccolo.engine.sqlite import SQLiteEngine

from platform_core.database import sqlite_values
from platform_core.database.backend import Params, Row
from platform_core.database.dialect import SQLITE, Dialect, quoted
from platform_core.database.errors import LockTimeout, TransactionMisuse, Unreachable
from platform_core.database.piccolo_door import PiccoloDoor
from platform_core.database.sqlite_errors import translated
from platform_core.telemetry import note_statement

READERS = 3
WRITER_SECONDS = 60.0
_OLDEST = (3, 35)  # RETURNING, DROP COLUMN
_PRAGMAS = (
    "PRAGMA busy_timeout = 5000",  # first: switching to WAL may itself meet a lock
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = 1",
    "PRAGMA cache_size = -16000",
    "PRAGMA temp_store = MEMORY",
)

T = TypeVar("T")
SqlFunction = Callable[..., str | bytes | int | float | None]
_functions: dict[tuple[str, int], SqlFunction] = {}
_pools: list[SQLitePool] = []


def register_sqlite_function(name: str, arguments: int, function: SqlFunction) -> None:
    """Makes a deterministic Python function callable in SQLite's SQL, on open connections and on those to come.

    It gets and gives SQLite's raw values (int, float, str, bytes, None); -1 arguments is any number.
    """
    _functions[name, arguments] = function
    for pool in _pools:
        for connection in pool.connections:
            connection.post(partial(_create_function, connection, name, arguments, function))


def _create_function(connection: SQLiteConnection, name: str, arguments: int, function: SqlFunction) -> None:
    connection.raw.create_function(name, arguments, function, deterministic=True)


class SQLiteConnection(aiosqlite.Connection):
    """A kept connection. Each method is one hop into its thread, however many steps it takes there."""

    def __init__(self, path: str, *, read_only: bool) -> None:
        super().__init__(partial(_connect, path, read_only), iter_chunk_size=64)
        # aiosqlite's threads are no daemons: one connection left open and the process would never exit.
        self._thread.daemon = True
        self.read_only = read_only
        self._limit: asyncio.TimerHandle | None = None
        self.stopped: asyncio.Future[object] | None = None
        self.begin_first = ""
        """A BEGIN that goes into the thread together with the first statement: one hop less a transaction."""

    def stop(self) -> asyncio.Future[object] | None:
        """Ends the thread; the future is done when it has ended."""
        self.stopped = super().stop()
        return self.stopped

    @property
    def raw(self) -> sqlite3.Connection:
        """The driver's connection; use it inside the thread only (`run`, `post`)."""
        return self._conn

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """Runs a function in the connection's thread and turns the driver's errors into ours."""
        began = perf_counter()
        try:
            result: T = await self._execute(function, *args)  # type: ignore[no-untyped-call]  # aiosqlite's own
        except (sqlite3.Error, sqlite3.Warning, OverflowError, UnicodeEncodeError) as exc:
            if self.read_only and getattr(exc, "sqlite_errorname", "") == "SQLITE_READONLY":
                raise TransactionMisuse(
                    "A statement that writes was sent to a reader.",
                    remedy="Pass write=True, or use execute() or a transaction.",
                ) from exc
            raise translated(exc) from exc
        finally:
            if args:
                note_statement(str(args[0]), perf_counter() - began)
        return result

    def post(self, function: Callable[[], None]) -> None:
        """Queues a function for the connection's thread without waiting for it."""
        self._tx.put_nowait((None, function))

    async def dicts(self, sql: str, params: Params) -> list[Row]:
        return await self.run(self._dicts, sql, params)

    async def tuples(self, sql: str, params: Params) -> list[tuple[object, ...]]:
        return await self.run(self._tuples, sql, params)

    async def count(self, sql: str, params: Params) -> int:
        return await self.run(self._count, sql, params)

    async def many(self, sql: str, rows: Iterable[Params]) -> None:
        await self.run(self._many, sql, rows)

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Params]) -> None:
        names = ", ".join(map(quoted, columns))
        marks = ", ".join("?" * len(columns))
        await self.run(self._many, f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks})", rows)

    async def post_copy(self, table: str, columns: Sequence[str], rows: Sequence[Params]) -> None:
        await self.copy(table, columns, rows)

    async def abandon(self) -> None:
        """Nothing is ever posted here."""

    async def command(self, sql: str) -> None:
        await self.run(self._count, sql, ())

    async def is_idle(self) -> bool:
        return not await self.run(self._in_transaction)

    def limit(self, seconds: float | None) -> None:
        """Interrupts whatever runs after so many seconds; `None` lifts the limit."""
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None
        if seconds is not None:
            self._limit = asyncio.get_running_loop().call_later(seconds, self.raw.interrupt)

    def _begin(self) -> None:
        if self.begin_first:
            self._conn.execute(self.begin_first)
            self.begin_first = ""

    def _dicts(self, sql: str, params: Params) -> list[Row]:
        self._begin()
        cursor = self._conn.execute(sql, params)
        rows = cursor.fetchall()
        if not rows:
            return []
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _tuples(self, sql: str, params: Params) -> list[tuple[object, ...]]:
        self._begin()
        return self._conn.execute(sql, params).fetchall()

    def _count(self, sql: str, params: Params) -> int:
        self._begin()
        cursor = self._conn.execute(sql, params)
        changed = cursor.rowcount
        cursor.close()
        return max(changed, 0)

    def _in_transaction(self) -> bool:
        return self._conn.in_transaction

    def _many(self, sql: str, rows: Iterable[Params]) -> None:
        self._begin()
        inside = self._conn.in_transaction
        self._conn.execute("SAVEPOINT many" if inside else "BEGIN IMMEDIATE")
        try:
            self._conn.executemany(sql, rows)
        except BaseException:
            if self._conn.in_transaction:
                self._conn.execute("ROLLBACK TO many" if inside else "ROLLBACK")
                if inside:
                    self._conn.execute("RELEASE many")
            raise
        self._conn.execute("RELEASE many" if inside else "COMMIT")


def _connect(path: str, read_only: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, detect_types=sqlite3.PARSE_DECLTYPES, cached_statements=512
    )
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma).fetchall()
        if read_only:
            connection.execute("PRAGMA query_only = 1")
        for (name, arguments), function in _functions.items():
            connection.create_function(name, arguments, function, deterministic=True)
    except BaseException:
        connection.close()
        raise
    return connection


class SQLitePool(PiccoloDoor, SQLiteEngine):
    """The pooled engine. It lists every connection that it opened and closes them all, leased ones too."""

    dialect: Dialect = SQLITE

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path))
        sqlite_values.register()
        self.connections: list[SQLiteConnection] = []
        self._readers: asyncio.LifoQueue[SQLiteConnection] = asyncio.LifoQueue()
        self._writing = asyncio.Lock()
        self._writer: SQLiteConnection | None = None
        self._watcher: SQLiteConnection | None = None

    async def open(self) -> None:
        """Opens the file, which is made where missing. Raises Unreachable, LockTimeout."""
        path = Path(str(self.path))
        if sqlite3.sqlite_version_info < _OLDEST:
            raise Unreachable(
                "SQLite {version} is too old.",
                params={"version": sqlite3.sqlite_version},
                remedy="Use a Python that comes with SQLite 3.35 or newer.",
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = await self._connection(read_only=False)
            for _ in range(READERS):
                self._readers.put_nowait(await self._connection(read_only=True))
        except (sqlite3.Error, OSError) as exc:
            await self.close()
            raise _unusable(path, exc) from exc
        _pools.append(self)

    async def _connection(self, *, read_only: bool) -> SQLiteConnection:
        connection = SQLiteConnection(str(self.path), read_only=read_only)
        try:
            await connection
        except BaseException:
            if connection.stopped is not None:  # the thread must not outlive the loop that it reports to
                await connection.stopped
            raise
        self.connections.append(connection)
        return connection

    async def close(self) -> None:
        """Closes every connection, leased or not."""
        if self in _pools:
            _pools.remove(self)
        connections, self.connections = self.connections, []
        for connection in reversed(connections):  # the writer last: it checkpoints the journal
            connection.limit(None)
            await connection.close()

    async def acquire(self, *, write: bool) -> SQLiteConnection:
        if not write:
            return await self._readers.get()
        if self._writer is None:
            raise Unreachable("The database is not open.")
        if self._writing.locked():
            await self._wait_for_writer()
        else:
            await self._writing.acquire()
        return self._writer

    async def _wait_for_writer(self) -> None:
        try:
            async with asyncio.timeout(WRITER_SECONDS):
                await self._writing.acquire()
        except TimeoutError as exc:
            raise LockTimeout(
                "A transaction of this program has held the database for more than {seconds} seconds.",
                params={"seconds": WRITER_SECONDS},
                remedy="Keep mail, HTTP and other waiting out of transactions, and large changes in portions.",
            ) from exc

    async def release(self, connection: Any) -> None:  # the pool's own connections, seen through the port
        if connection.read_only:
            self._readers.put_nowait(connection)
        else:
            self._writing.release()

    async def begin(self, connection: Any, *, snapshot: bool, seconds: float | None) -> None:
        connection.begin_first = "BEGIN" if snapshot else "BEGIN IMMEDIATE"
        if seconds is not None:
            connection.limit(seconds)

    async def commit(self, connection: Any) -> None:
        connection.limit(None)
        if connection.begin_first:
            connection.begin_first = ""  # nothing was asked of it
        else:
            await connection.command("COMMIT")

    async def rollback(self, connection: Any) -> None:
        connection.limit(None)
        connection.begin_first = ""
        if not await connection.is_idle():
            await connection.command("ROLLBACK")

    @property
    def busy(self) -> int:
        """Connections that are leased at this moment."""
        return READERS - self._readers.qsize() + self._writing.locked()

    async def data_version(self) -> int:
        """SQLite's counter of commits made through other connections, seen from one that does nothing else."""
        if self._watcher is None:
            self._watcher = await self._connection(read_only=True)
        rows = await self._watcher.tuples("PRAGMA data_version", ())
        return int(str(rows[0][0]))


def _unusable(path: Path, exc: Exception) -> Exception:
    if isinstance(exc, sqlite3.Error):
        error = translated(exc)
        error.params.setdefault("reason", str(exc))
        if type(error) is not Unreachable:
            return error
    return Unreachable(
        "The database file {path} cannot be opened: {reason}.",
        params={"path": str(path), "reason": str(exc)},
        remedy="Look at the path in TRADEWIND_DATABASE_URL or TRADEWIND_DATA, its permissions and the disk.",
    )
