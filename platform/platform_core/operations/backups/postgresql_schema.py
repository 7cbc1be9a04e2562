"""The shape of a PostgreSQL schema as statements that make it again: what Tradewind makes, and no more.

Tables, columns, keys, indexes, functions, triggers and the numbers of identity columns. So a backup needs no client
tools of the server's version, and the same snapshot gives shape, rows and counts.
"""

from __future__ import annotations

from typing import Any

import msgspec

_TABLES = """SELECT c.oid::bigint, c.relname::text, c.relkind::text, c.relpersistence::text
FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY c.relname"""
_COLUMNS = """SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull,
pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text,
CASE WHEN a.attcollation <> t.typcollation THEN n.nspname || '.' || quote_ident(l.collname) END
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation LEFT JOIN pg_namespace n ON n.oid = l.collnamespace
WHERE a.attrelid = $1::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""
_CONSTRAINTS = """SELECT c.conname::text, c.contype::text, pg_get_constraintdef(c.oid) FROM pg_constraint c
WHERE c.conrelid = $1::bigint::oid AND c.contype IN ('p', 'u', 'c', 'f', 'x') ORDER BY c.contype = 'f', c.conname"""
_INDEXES = """SELECT pg_get_indexdef(x.indexrelid) FROM pg_index x WHERE x.indrelid = $1::bigint::oid
AND x.indisvalid AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid) ORDER BY x.indexrelid"""
_TRIGGERS = """SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t
WHERE t.tgrelid = $1::bigint::oid AND NOT t.tgisinternal ORDER BY t.tgname"""
_FUNCTIONS = """SELECT pg_get_functiondef(p.oid) FROM pg_proc p
WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind = 'f'
AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY p.oid"""
_EXTENSIONS = "SELECT extname::text FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname"


class TableShape(msgspec.Struct, frozen=True, kw_only=True):
    """One table: `make` makes it bare, `after` (keys, indexes) follows its rows, `last` (foreign keys, triggers) all
    tables. `columns` are those that rows are read from; `identity` is the column whose numbers go on."""

    name: str
    columns: tuple[str, ...]
    make: str
    after: tuple[str, ...]
    last: tuple[str, ...]
    identity: str | None = None


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """The whole schema. `left_out` names what is there and not Tradewind's way: views, foreign tables."""

    extensions: tuple[str, ...]
    functions: tuple[str, ...]
    tables: tuple[TableShape, ...]
    left_out: tuple[str, ...] = ()


async def shape_of(connection: Any) -> Shape:
    """The shape of the current schema; `connection` is asyncpg's, best inside a snapshot."""
    tables, left_out = [], []
    for oid, name, kind, persistence in await connection.fetch(_TABLES):
        if kind != "r":
            left_out.append(name)
            continue
        tables.append(await _table(connection, oid, name, persistence))
    return Shape(
        extensions=tuple(row[0] for row in await connection.fetch(_EXTENSIONS)),
        functions=tuple(row[0] for row in await connection.fetch(_FUNCTIONS)),
        tables=tuple(tables),
        left_out=tuple(left_out),
    )


async def _table(connection: Any, oid: int, name: str, persistence: str) -> TableShape:
    columns = await connection.fetch(_COLUMNS, oid)
    constraints = await connection.fetch(_CONSTRAINTS, oid)
    table = quoted(name)
    kept = "UNLOGGED " if persistence == "u" else ""
    added = [
        (kind, f"ALTER TABLE {table} ADD CONSTRAINT {quoted(called)} {text}")
        for called, kind, text in constraints
    ]
    return TableShape(
        name=name,
        columns=tuple(row[0] for row in columns if not row[5]),
        make=f"CREATE {kept}TABLE {table} ({', '.join(map(_column, columns))})",
        after=(
            *(text for kind, text in added if kind != "f"),
            *(row[0] for row in await connection.fetch(_INDEXES, oid)),
        ),
        last=(
            *(text for kind, text in added if kind == "f"),
            *(row[0] for row in await connection.fetch(_TRIGGERS, oid)),
        ),
        identity=next((row[0] for row in columns if row[4]), None),
    )


def _column(row: Any) -> str:
    name, type_, not_null, expression, identity, generated, collation = row
    words = [quoted(name), type_]
    if collation:
        words.append(f"COLLATE {collation}")
    if generated:
        words.append(f"GENERATED ALWAYS AS ({expression}) STORED")
    elif identity:
        words.append(f"GENERATED {'ALWAYS' if identity == 'a' else 'BY DEFAULT'} AS IDENTITY")
    elif expression:
        words.append(f"DEFAULT {expression}")
    if not_null:
        words.append("NOT NULL")
    return " ".join(words)


def quoted(name: str) -> str:
    """A name in double quotes."""
    return '"' + name.replace('"', '""') + '"'
