"""PostgreSQL: Piccolo's engine with asyncpg's pool; statements go straight to the leased asyncpg connection.

Ids come as text, JSON as Python objects, numerics as Decimal, instants aware in UTC. A returned connection is not
reset with a round trip: this room changes no session state outside transactions.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from time import perf_counter
from typing import Any

import msgspec
from asyncpg.pgproto.pgproto import UUID
from piccolo.engine.postgres import PostgresEngine

from platform_core.database.backend import Params, Row
from platform_core.database.dialect import POSTGRESQL, Dialect, numbered
from platform_core.database.errors import Unreachable
from platform_core.database.piccolo_door import PiccoloDoor
from platform_core.database.postgresql_errors import DRIVER_ERRORS, translated, unreachable
from platform_core.database.postgresql_words import find_words
from platform_core.telemetry import note_statement

_SESSION = {
    "timezone": "UTC",
    "application_name": "tradewind",
    "lock_timeout": "5000",  # milliseconds, as SQLite's busy_timeout
    "idle_in_transaction_session_timeout": "120000",
    "jit": "off",  # our statements are short; compiling them costs more than it saves
}
_CLOSE_SECONDS = 10
_OLDEST = 13


def _encode_json(value: object) -> bytes:
    if isinstance(value, str | int | float):
        raise TypeError(f"a JSON column takes an object or a list, not {value!r}")
    return b"\x01" + msgspec.json.encode(value)  # 1 is the version byte of jsonb's binary form


def _decode_json(raw: bytes) -> object:
    return msgspec.json.decode(raw[1:])


def _encode_id(value: object) -> bytes:
    return bytes.fromhex(str(value).replace("-", ""))


def _decode_id(raw: bytes) -> str:
    return str(UUID(raw))  # asyncpg's own UUID, in C: a list of fifty records decodes two hundred ids


_DAY = struct.Struct(">i")
_FIRST_DAY = date(2000, 1, 1).toordinal()
"""The day that PostgreSQL counts from."""


def _encode_date(value: date) -> bytes:
    # asyncpg itself would store the first and the last day of the calendar as ±infinity, which have no year.
    return _DAY.pack(value.toordinal() - _FIRST_DAY)


def _decode_date(raw: bytes) -> date:
    number = _DAY.unpack(raw)[0] + _FIRST_DAY
    return date.fromordinal(min(max(number, 1), _LAST_ORDINAL))


_LAST_ORDINAL = date.max.toordinal()


def _unfit(problem: str, remedy: str) -> Unreachable:
    return Unreachable("This database cannot be used: {problem}.", params={"problem": problem}, remedy=remedy)


async def prepare(connection: Any) -> None:
    """Checks the server and sets the codecs of a new asyncpg connection."""
    if connection.get_server_version().major < _OLDEST:
        raise _unfit(
            f"PostgreSQL {connection.get_server_version().major} is too old", f"use {_OLDEST} or newer"
        )
    if connection.get_settings().server_encoding != "UTF8":
        raise _unfit("the database is not in UTF8", "create it with ENCODING 'UTF8' and LOCALE 'C.UTF-8'")
    await connection.set_type_codec(
        "uuid", schema="pg_catalog", encoder=_encode_id, decoder=_decode_id, format="binary"
    )
    await connection.set_type_codec(
        "date", schema="pg_catalog", encoder=_encode_date, decoder=_decode_date, format="binary"
    )
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_encode_json, decoder=_decode_json, format="binary"
    )


async def _no_reset(connection: Any) -> None:
    """A connection that comes back has an ended transaction and unchanged session settings."""


class PostgresConnection:
    """A leased asyncpg connection behind the port."""

    __slots__ = ("_posted", "pool", "raw")

    def __init__(self, pool: Any, raw: Any) -> None:  # asyncpg's pool and proxy have no useful static type
        self.pool = pool
        self.raw = raw
        self._posted: asyncio.Task[None] | None = None

    async def dicts(self, sql: str, params: Params) -> list[Row]:
        await self._arrive()
        began = perf_counter()
        try:
            return list(map(dict, await self.raw.fetch(numbered(sql), *params)))
        except DRIVER_ERRORS as exc:
            raise translated(exc) from exc
        finally:
            note_statement(sql, perf_counter() - began)

    async def tuples(self, sql: str, params: Params) -> list[tuple[object, ...]]:
        await self._arrive()
        began = perf_counter()
        try:
            return list(map(tuple, await self.raw.fetch(numbered(sql), *params)))
        except DRIVER_ERRORS as exc:
            raise translated(exc) from exc
        finally:
            note_statement(sql, perf_counter() - began)

    async def count(self, sql: str, params: Params) -> int:
        await self._arrive()
        began = perf_counter()
        try:
            status: str = await self.raw.execute(numbered(sql), *params)
        except DRIVER_ERRORS as exc:
            raise translated(exc) from exc
        finally:
            note_statement(sql, perf_counter() - began)
        _, _, changed = status.rpartition(" ")
        return int(changed) if changed.isdigit() else 0

    async def many(self, sql: str, rows: Iterable[Params]) -> None:
        await self._call(self.raw.executemany, numbered(sql), rows)

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Params]) -> None:
        await self._call(self.raw.copy_records_to_table, table, columns=list(columns), records=rows)

    async def post_copy(self, table: str, columns: Sequence[str], rows: Sequence[Params]) -> None:
        await self._arrive()
        sent = asyncio.Event()
        self._posted = asyncio.create_task(self._copy_telling(table, columns, rows, sent))
        await sent.wait()

    async def _copy_telling(
        self, table: str, columns: Sequence[str], rows: Sequence[Params], sent: asyncio.Event
    ) -> None:
        """COPY; `sent` is set when the driver has taken the last row, or has failed."""

        def taken() -> Iterator[Params]:
            yield from rows
            asyncio.get_running_loop().call_soon(sent.set)

        try:
            await self._run(self.raw.copy_records_to_table, table, columns=list(columns), records=taken())
        finally:
            sent.set()

    async def _arrive(self) -> None:
        """Waits for what was posted. Raises what went wrong with it."""
        if self._posted is not None:
            posted, self._posted = self._posted, None
            await posted

    async def command(self, sql: str) -> None:
        await self._call(self.raw.execute, sql)

    async def is_idle(self) -> bool:
        await self.abandon()
        return bool(self.raw.is_closed()) or not self.raw.is_in_transaction()

    async def abandon(self) -> None:
        """Waits for what was posted, whatever became of it: its transaction is being rolled back."""
        if self._posted is not None:
            posted, self._posted = self._posted, None
            await asyncio.wait([posted])
            if not posted.cancelled():
                posted.exception()

    async def _call(self, function: Callable[..., Any], *args: object, **kwargs: object) -> None:
        await self._arrive()
        await self._run(function, *args, **kwargs)

    async def _run(self, function: Callable[..., Any], *args: object, **kwargs: object) -> None:
        try:
            await function(*args, **kwargs)
        except DRIVER_ERRORS as exc:
            raise translated(exc) from exc


class PostgresPool(PiccoloDoor, PostgresEngine):
    """The pooled engine."""

    dialect: Dialect = POSTGRESQL
    """Of an open database: with what this server can do."""

    def __init__(self, url: str, pool_size: int) -> None:
        super().__init__(config={"dsn": url})
        self._size = pool_size
        # Without user and password: it may stand on screens and in logs.
        self._place = url.partition("://")[2].partition("?")[0].rpartition("@")[2]

    async def open(self) -> None:
        """Connects. Raises Unreachable."""
        try:
            await self.start_connection_pool(
                min_size=1,
                max_size=self._size,
                init=prepare,
                reset=_no_reset,
                server_settings=_SESSION,
                statement_cache_size=400,
                timeout=10,
            )
            leased = await self.acquire(write=True)
            try:
                self.dialect = await find_words(leased.raw)
            finally:
                await self.release(leased)
        except (*DRIVER_ERRORS, ValueError) as exc:
            error = translated(exc)
            if isinstance(error, Unreachable):
                error = unreachable(f"{self._place}: {str(exc) or 'no answer'}")
            raise error from exc

    async def close(self) -> None:
        """Waits a little for leases to come back, then cuts them."""
        pool, self.pool = self.pool, None
        if pool is None:
            return
        try:
            await asyncio.wait_for(pool.close(), _CLOSE_SECONDS)
        except TimeoutError:
            pool.terminate()

    async def acquire(self, *, write: bool) -> PostgresConnection:
        if self.pool is None:
            raise translated(OSError("the database is not open"))
        try:
            return PostgresConnection(self.pool, await self.pool.acquire())
        except DRIVER_ERRORS as exc:
            raise translated(exc) from exc

    async def release(self, connection: Any) -> None:  # the pool's own connections, seen through the port
        # To its own pool, which waits for it even while it closes.
        await connection.pool.release(connection.raw)

    async def begin(self, connection: Any, *, snapshot: bool, seconds: float | None) -> None:
        await connection.command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if snapshot else "BEGIN")
        if seconds is not None:
            await connection.command(f"SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}")

    async def commit(self, connection: Any) -> None:
        await connection.command("COMMIT")

    async def rollback(self, connection: Any) -> None:
        if not await connection.is_idle():
            await connection.command("ROLLBACK")

    async def forget_statements(self) -> None:
        """Replaces every connection as it comes back: after DDL their prepared statements are stale."""
        if self.pool is not None:
            await self.pool.expire_connections()
