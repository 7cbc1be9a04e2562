"""What the database really holds, read from the engine's own catalogue."""

from __future__ import annotations

from platform_core.database.session import dialect
from platform_core.database.statements import fetch_tuples, fetch_value

_TABLES_PG = """SELECT c.relname::text FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace"""
_COLUMNS_PG = """SELECT a.attname::text FROM pg_attribute a
WHERE a.attrelid = to_regclass(quote_ident(?)) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""
_INDEXES_PG = """SELECT i.relname::text FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indrelid = to_regclass(quote_ident(?)) AND x.indisvalid"""
_EVERYTHING_PG = """SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum"""
_EVERYTHING_SQLITE = """SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, c.cid"""


async def tables() -> frozenset[str]:
    """Names of all tables."""
    if dialect().is_postgresql:
        rows = await fetch_tuples(_TABLES_PG)
    else:
        rows = await fetch_tuples(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
    return frozenset(str(name) for (name,) in rows)


async def columns_of(table: str) -> tuple[str, ...]:
    """Names of a table's columns in their order; empty where there is no such table."""
    sql = _COLUMNS_PG if dialect().is_postgresql else "SELECT name FROM pragma_table_info(?) ORDER BY cid"
    return tuple(str(name) for (name,) in await fetch_tuples(sql, (table,)))


async def indexes_of(table: str) -> frozenset[str]:
    """Names of a table's usable indexes, the engine's own (of keys) among them."""
    sql = _INDEXES_PG if dialect().is_postgresql else "SELECT name FROM pragma_index_list(?)"
    return frozenset(str(name) for (name,) in await fetch_tuples(sql, (table,)))


async def introspect() -> dict[str, tuple[str, ...]]:
    """Every table with its columns."""
    found: dict[str, list[str]] = {}
    for table, column in await fetch_tuples(
        _EVERYTHING_PG if dialect().is_postgresql else _EVERYTHING_SQLITE
    ):
        found.setdefault(str(table), []).append(str(column))
    return {table: tuple(columns) for table, columns in found.items()}


async def is_not_null(table: str, column: str) -> bool:
    """Whether the column refuses NULL."""
    if dialect().is_postgresql:
        sql = (
            "SELECT attnotnull FROM pg_attribute WHERE attrelid = to_regclass(quote_ident(?)) AND attname = ?"
        )
    else:
        sql = 'SELECT "notnull" FROM pragma_table_info(?) WHERE name = ?'
    return bool(await fetch_value(sql, (table, column)))
