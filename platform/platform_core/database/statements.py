"""The statements: in the transaction of this task where one is open, else on a connection of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from platform_core.database.backend import Params, Row
from platform_core.database.session import announce, backend, current_connection


async def fetch_all(sql: str, params: Params = (), *, write: bool = False) -> list[Row]:
    """Every row as a dict. `write=True` for INSERT/UPDATE … RETURNING outside a transaction."""
    announce(sql)
    if (inside := current_connection()) is not None:
        return await inside.dicts(sql, params)
    database = backend()
    connection = await database.acquire(write=write)
    try:
        return await connection.dicts(sql, params)
    finally:
        await database.release(connection)


async def fetch_tuples(sql: str, params: Params = (), *, write: bool = False) -> list[tuple[object, ...]]:
    """Every row as a tuple: the hot path."""
    announce(sql)
    if (inside := current_connection()) is not None:
        return await inside.tuples(sql, params)
    database = backend()
    connection = await database.acquire(write=write)
    try:
        return await connection.tuples(sql, params)
    finally:
        await database.release(connection)


async def fetch_one(sql: str, params: Params = (), *, write: bool = False) -> Row | None:
    """The first row as a dict, or None."""
    rows = await fetch_all(sql, params, write=write)
    return rows[0] if rows else None


async def fetch_value(sql: str, params: Params = (), *, write: bool = False) -> object:
    """The first value of the first row, or None."""
    rows = await fetch_tuples(sql, params, write=write)
    return rows[0][0] if rows else None


async def execute(sql: str, params: Params = ()) -> int:
    """Runs a statement and returns how many rows it changed."""
    announce(sql)
    if (inside := current_connection()) is not None:
        return await inside.count(sql, params)
    database = backend()
    connection = await database.acquire(write=True)
    try:
        return await connection.count(sql, params)
    finally:
        await database.release(connection)


async def execute_many(sql: str, rows: Iterable[Params]) -> None:
    """Runs one statement for each row, all or nothing."""
    announce(sql)
    if (inside := current_connection()) is not None:
        await inside.many(sql, rows)
        return
    database = backend()
    connection = await database.acquire(write=True)
    try:
        await connection.many(sql, rows)
    finally:
        await database.release(connection)


async def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Params]) -> None:
    """Inserts many rows the fastest way the engine has, all or nothing. Decimals as for `to_db`."""
    announce(f"COPY {table}")
    if (inside := current_connection()) is not None:
        await inside.copy(table, columns, rows)
        return
    database = backend()
    connection = await database.acquire(write=True)
    try:
        await connection.copy(table, columns, rows)
    finally:
        await database.release(connection)


async def post_rows(table: str, columns: Sequence[str], rows: Sequence[Params]) -> None:
    """As `copy_rows`, but inside a transaction it may return before the database is done with the rows.

    The next statement of the transaction, or its end, waits for that and raises what went wrong: whoever posts goes on
    with work that needs no database. `rows` must not be changed afterwards.
    """
    if (inside := current_connection()) is None:
        await copy_rows(table, columns, rows)
        return
    announce(f"COPY {table}")
    await inside.post_copy(table, columns, rows)
