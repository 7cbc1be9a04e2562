"""The world of the conformance table in real columns, and how its paths become SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from platform_core import database
from platform_core.database import Column, ColumnType, CreateTable, Table, decimal_type
from platform_core.expressions import (
    SQLITE_FUNCTIONS,
    ChildTable,
    Join,
    Money,
    NotSqlable,
    Sql,
    SqlColumn,
    Type,
)
from platform_core.expressions.sql_values import Storage
from tests.expressions import world

STORAGE: Mapping[str, tuple[Storage, int]] = {
    "n": ("decimal", 4), "k": ("decimal", 2), "i": ("int", 0), "j": ("int", 0), "b": ("bool", 0), "c": ("bool", 0),
    "d": ("date", 0), "e": ("date", 0), "p": ("instant", 0), "q": ("instant", 0), "gs": ("json", 0),
    "us": ("json", 0), "u": ("uuid", 0), "w": ("uuid", 0), "amt": ("decimal", 4), "fee": ("decimal", 4),
    "usd": ("decimal", 2), "tip": ("decimal", 4), "acc": ("uuid", 0),
}  # fmt: skip
ACCOUNT: Mapping[str, tuple[Storage, int]] = {"size": ("int", 0), "owner": ("uuid", 0), "parent": ("uuid", 0)}
LINE: Mapping[str, tuple[Storage, int]] = {
    "qty": ("decimal", 4), "price": ("decimal", 2), "done": ("bool", 0), "cost": ("decimal", 4),
    "value": ("decimal", 2), "on": ("date", 0),
}  # fmt: skip


def _column(name: str, storage: tuple[Storage, int]) -> Column:
    kind, scale = storage
    return Column(name, decimal_type(18, scale) if kind == "decimal" else ColumnType(kind))


def _columns(fields: Mapping[str, str], storage: Mapping[str, tuple[Storage, int]]) -> list[Column]:
    made = [_column(name, storage.get(name, ("text", 0))) for name in fields]
    return made + [Column(f"{name}__cur", database.TEXT) for name, code in fields.items() if code == "money"]


TABLES = (
    Table(
        "x_record",
        (Column("id", database.UUID), *_columns(world.RECORD, STORAGE), Column("s__fold", database.TEXT)),
    ),
    Table(
        "x_account",
        (Column("id", database.UUID), Column("case", database.UUID), *_columns(world.ACCOUNT, ACCOUNT)),
    ),
    Table("x_line", (Column("parent", database.UUID), *_columns(world.LINE, LINE))),
)


async def create() -> None:
    """Makes the tables, and lends SQLite the functions it borrows."""
    for name, count, function in SQLITE_FUNCTIONS:
        database.register_sqlite_function(name, count, function)
    for table in TABLES:
        await database.apply(CreateTable(table))


async def insert(record_id: str, values: Mapping[str, Any]) -> None:
    """One case: its record, the accounts behind `acc`, its lines."""
    own = {name: values.get(name) for name in world.RECORD}
    text = own["s"]
    await _insert(
        TABLES[0], {"id": record_id, **own, "s__fold": text.casefold() if text is not None else None}
    )
    linked = {name: values.get(f"acc.{name}") for name in world.ACCOUNT}
    if own["acc"] is not None:
        await _insert(TABLES[1], {"id": own["acc"], "case": record_id, **linked})
    if linked["parent"] is not None:
        name = values.get("acc.parent.name")
        await _insert(TABLES[1], {"id": linked["parent"], "case": record_id, "name": name})
    for row in values.get("lines", ()):
        await _insert(TABLES[2], {"parent": record_id, **row})


async def _insert(table: Table, values: Mapping[str, Any]) -> None:
    """Money fills the currency column beside it; what is not given is NULL."""
    flat: dict[str, Any] = {}
    for name, given in values.items():
        flat[name] = given
        if isinstance(given, Money):
            flat[name] = given.amount
            flat[f"{name}__cur"] = given.currency
        if isinstance(given, time):
            flat[name] = given.isoformat()
        if isinstance(given, Decimal) and table_type(table, name).kind == "int":
            flat[name] = int(given)
        if isinstance(given, tuple):
            flat[name] = list(given)
    columns = [column for column in table.columns if flat.get(column.name) is not None]
    names = ", ".join(f'"{column.name}"' for column in columns)
    params = [database.to_db(column.type, flat[column.name]) for column in columns]
    await database.execute(
        f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join("?" * len(columns))})', params
    )


def table_type(table: Table, name: str) -> ColumnType:
    return next(column.type for column in table.columns if column.name == name)


class RecordColumns:
    """Paths of a record; `acc` is followed twice at most."""

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        if path[0] == "acc" and len(path) > 1:
            return _linked(path[1:])
        if len(path) > 1 or path[0] not in world.RECORD:
            raise NotSqlable("no column")
        folded = 't."s__fold"' if path == ("s",) else None
        return _sql_column("t", path[0], world.kind(world.RECORD[path[0]]), STORAGE, folded=folded)

    def rows(self, path: tuple[str, ...]) -> ChildTable:
        if path != ("lines",):
            raise NotSqlable("no rows")
        return ChildTable(table='"x_line"', alias="l", condition='l."parent" = t."id"', columns=LineColumns())


class LineColumns:
    """Paths of one line."""

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        return _sql_column("l", path[0], world.kind(world.LINE[path[0]]), LINE)

    def rows(self, path: tuple[str, ...]) -> ChildTable:
        raise NotSqlable("no rows")


def _linked(path: tuple[str, ...]) -> SqlColumn:
    first = Join("j1", 'LEFT JOIN "x_account" AS "j1" ON j1."id" = t."acc" AND j1."case" = t."id"')
    second = Join("j2", 'LEFT JOIN "x_account" AS "j2" ON j2."id" = j1."parent" AND j2."case" = t."id"')
    if len(path) > 2:
        raise NotSqlable("too many links")
    joins = (first,) if len(path) == 1 else (first, second)
    field = path[-1]
    return _sql_column(joins[-1].alias, field, world.kind(world.ACCOUNT[field]), ACCOUNT, joins=joins)


def _sql_column(
    alias: str,
    name: str,
    kind: Type,
    storage: Mapping[str, tuple[Storage, int]],
    *,
    folded: str | None = None,
    joins: tuple[Join, ...] = (),
) -> SqlColumn:
    held, scale = storage.get(name, ("text", 0))
    dynamic = kind.kind == "money" and kind.currency is None
    return SqlColumn(
        text=f'{alias}."{name}"',
        type=kind,
        storage=held,
        scale=scale,
        currency=f'{alias}."{name}__cur"' if dynamic else None,
        folded=folded,
        joins=joins,
    )


async def matches(sql: Sql, record_id: str) -> bool:
    """Whether the record is among those that the condition selects."""
    joins = " ".join(join.text for join in sql.joins)
    query = f'SELECT COUNT(*) FROM "x_record" AS t {joins} WHERE t."id" = ? AND ({sql.text})'
    return await database.fetch_value(query, (record_id, *sql.params)) == 1


async def result(sql: Sql, record_id: str) -> object:
    """The value that the SQL gives for the record, read back as the canonical value."""
    joins = " ".join(join.text for join in sql.joins)
    query = (
        f'SELECT {sql.text} AS v, {sql.currency or "NULL"} AS c FROM "x_record" AS t {joins} WHERE t."id" = ?'
    )
    rows = await database.fetch_tuples(query, (*sql.params, *sql.currency_params, record_id))
    return _read(sql, rows[0])


def _read(sql: Sql, row: Sequence[object]) -> object:
    raw, currency = row
    if sql.type.kind == "list":
        return database.from_db(database.JSON, raw) or []
    if raw is None:
        return None
    numeric = decimal_type(18, sql.scale) if database.dialect().name == "sqlite" else decimal_type()
    readers = {"number": numeric, "money": numeric, "bool": database.BOOL, "date": database.DATE}
    kind = sql.type.kind
    if kind == "datetime":
        return database.from_db(database.INSTANT, raw)
    found = database.from_db(readers[kind], raw) if kind in readers else raw
    if kind == "duration":
        return timedelta(microseconds=int(str(raw)))
    if kind == "time":
        return time.fromisoformat(str(raw))
    return Money(found, str(currency)) if kind == "money" else found  # type: ignore[arg-type]  # a Decimal by its type
