"""Runs one step on the current database, unless it has been done before."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from platform_core.database import schema
from platform_core.database.ddl import check_name, column_sql, create_index, create_table, indexes_of_table
from platform_core.database.dialect import quoted
from platform_core.database.errors import DatabaseError, NotNullViolation
from platform_core.database.inspect import columns_of, is_not_null, tables
from platform_core.database.schema import Index, Step
from platform_core.database.session import dialect, in_transaction, transaction
from platform_core.database.statements import execute, fetch_tuples, fetch_value

_LOCK_MILLISECONDS = 2000  # an open reader must not make everybody wait behind our ALTER


async def apply(step: Step, *, patience: float = _LOCK_MILLISECONDS / 1000) -> None:
    """Applies one step; a second time it changes nothing. Raises LockTimeout where a reader holds the table too long.

    On PostgreSQL others wait behind a step that waits; it does so for `patience` seconds at most. Outside a
    transaction the step has one of its own, and PostgreSQL builds an index without blocking writers.
    """
    if isinstance(step, schema.CreateIndex) and not in_transaction() and dialect().is_postgresql:
        await _create_index_concurrently(step.index)
        return
    async with transaction():
        if dialect().is_postgresql:
            await execute(f"SET LOCAL lock_timeout = {max(1, round(patience * 1000))}")
        await _STEPS[type(step)](step)
        if dialect().is_postgresql:
            await execute("SET LOCAL lock_timeout TO DEFAULT")


async def _create_table(step: schema.CreateTable) -> None:
    await execute(create_table(step.table, dialect()))
    for index in indexes_of_table(step.table):
        await _create_index(schema.CreateIndex(index))


async def _drop_table(step: schema.DropTable) -> None:
    await execute(f"DROP TABLE IF EXISTS {quoted(step.name)}")


async def _rename_table(step: schema.RenameTable) -> None:
    existing = await tables()
    if step.new in existing and step.old not in existing:
        return
    await execute(f"ALTER TABLE {quoted(step.old)} RENAME TO {quoted(check_name(step.new))}")


async def _add_column(step: schema.AddColumn) -> None:
    if step.column.name in await columns_of(step.table):
        return
    await execute(f"ALTER TABLE {quoted(step.table)} ADD COLUMN {column_sql(step.column, dialect())}")


async def _drop_column(step: schema.DropColumn) -> None:
    if step.column not in await columns_of(step.table):
        return
    if not dialect().is_postgresql:
        await _drop_indexes_using(step.table, step.column)
    await execute(f"ALTER TABLE {quoted(step.table)} DROP COLUMN {quoted(step.column)}")


async def _drop_indexes_using(table: str, column: str) -> None:
    """SQLite refuses to drop a column while an index names it; PostgreSQL drops such indexes along."""
    rows = await fetch_tuples(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?", (table,)
    )
    for name, text in rows:
        if text is not None and quoted(column) in str(text):
            await execute(f"DROP INDEX {quoted(str(name))}")


async def _rename_column(step: schema.RenameColumn) -> None:
    existing = await columns_of(step.table)
    if step.new in existing and step.old not in existing:
        return
    old, new = quoted(step.old), quoted(check_name(step.new))
    await execute(f"ALTER TABLE {quoted(step.table)} RENAME COLUMN {old} TO {new}")


async def _create_index(step: schema.CreateIndex) -> None:
    text = create_index(step.index, dialect())
    if not text:
        return
    if not dialect().is_postgresql:
        await _check_columns(step.index)
    await execute(text)


async def _check_columns(index: Index) -> None:
    """SQLite takes an unknown name in double quotes for a text, and would index that."""
    missing = {entry.partition(" ")[0] for entry in index.columns} - set(await columns_of(index.table))
    if missing:
        raise DatabaseError(f"index {index.name}: {index.table} has no column {', '.join(sorted(missing))}")


async def _create_index_concurrently(index: Index) -> None:
    valid = await fetch_value(
        "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(quote_ident(?))", (index.name,)
    )
    if valid is False:  # an attempt that was interrupted left it behind
        await execute(f"DROP INDEX IF EXISTS {quoted(index.name)}")
    await execute(create_index(index, dialect(), concurrently=True))


async def _drop_index(step: schema.DropIndex) -> None:
    await execute(f"DROP INDEX IF EXISTS {quoted(step.name)}")


async def _set_not_null(step: schema.SetNotNull) -> None:
    if await is_not_null(step.table, step.column):
        return
    if dialect().is_postgresql:
        await execute(f"ALTER TABLE {quoted(step.table)} ALTER COLUMN {quoted(step.column)} SET NOT NULL")
        return
    if await fetch_value(f"SELECT 1 FROM {quoted(step.table)} WHERE {quoted(step.column)} IS NULL LIMIT 1"):
        raise NotNullViolation(
            f"column {step.column} of {step.table} holds NULL", table=step.table, columns=(step.column,)
        )
    await _rewrite_sqlite(step.table, step.column, not_null=True)


async def _drop_not_null(step: schema.DropNotNull) -> None:
    if not await is_not_null(step.table, step.column):
        return
    if dialect().is_postgresql:
        await execute(f"ALTER TABLE {quoted(step.table)} ALTER COLUMN {quoted(step.column)} DROP NOT NULL")
        return
    await _rewrite_sqlite(step.table, step.column, not_null=False)


async def _rewrite_sqlite(table: str, column: str, *, not_null: bool) -> None:
    """Edits the stored CREATE TABLE: SQLite's documented way for constraints that leave the rows as they are."""
    text = str(await fetch_value("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)))
    pattern = re.compile(rf"({re.escape(quoted(column))}\s+[A-Z][A-Z0-9_]*)(\s+NOT NULL)?")
    changed, count = pattern.subn(r"\1 NOT NULL" if not_null else r"\1", text, count=1)
    if count != 1:
        raise DatabaseError(
            f"column {column} of {table} is not declared the way this program declares columns"
        )
    version = await fetch_value("PRAGMA schema_version")
    await execute("PRAGMA writable_schema = ON")
    try:
        await execute("UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?", (changed, table))
        await execute(f"PRAGMA schema_version = {int(str(version)) + 1}")
    finally:
        await execute("PRAGMA writable_schema = OFF")
    if await is_not_null(table, column) is not not_null:
        raise DatabaseError(f"column {column} of {table} could not be changed")


async def _run_sql(step: schema.RunSql) -> None:
    for statement in step.postgresql if dialect().is_postgresql else step.sqlite:
        await execute(statement)


_STEPS: dict[type, Callable[[Any], Awaitable[None]]] = {
    schema.CreateTable: _create_table,
    schema.DropTable: _drop_table,
    schema.RenameTable: _rename_table,
    schema.AddColumn: _add_column,
    schema.DropColumn: _drop_column,
    schema.RenameColumn: _rename_column,
    schema.CreateIndex: _create_index,
    schema.DropIndex: _drop_index,
    schema.SetNotNull: _set_not_null,
    schema.DropNotNull: _drop_not_null,
    schema.RunSql: _run_sql,
}
