"""Rollups over records of another form, asked of the database: one question per field for all the records that need it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import cast

from form_engine.computed.adding import WIDE, averaged, summed
from form_engine.computed.graph import Total
from platform_core import database, entities
from platform_core.database import ColumnType
from platform_core.entities import Entity, EntityColumns, EntityField, quote
from platform_core.expressions import Env, Money, compile_sql

_PART = 1_000_000_000
"""SQLite adds whole numbers of 64 bits; in two parts no sum of amounts leaves them."""

Raw = Sequence[object]


async def totals_of(total: Total, ids: Collection[str]) -> dict[str, object]:
    """The value for each of these records, also for those that nothing points to."""
    child = entities.find(total.rollup.form)
    if child is None:
        return {}
    field = child.fields.get(total.rollup.argument) if total.rollup.argument else None
    sql, params = _question(total, child, field)
    groups: dict[str, list[Raw]] = defaultdict(list)
    for row in await database.fetch_tuples(sql, (sorted(ids), *params)):
        groups[str(row[0])].append(row[1:])
    return {record: total.fit(_value(total, field, groups.get(record, ()))) for record in ids}


def _question(total: Total, child: Entity, field: EntityField | None) -> tuple[str, tuple[object, ...]]:
    dialect = database.dialect()
    by = f"t.{quote(child.fields[total.rollup.by].columns[0].name)}"
    currency = _currency(field)
    keys = [by, *([f"t.{quote(currency)}"] if currency else [])]
    asked = _asked(total.rollup.function, f"t.{quote(field.columns[0].name)}" if field is not None else "")
    params: tuple[object, ...] = ()
    condition = ""
    if total.rollup.where is not None:
        where = compile_sql(total.rollup.where, EntityColumns(child, "t"), Env(), dialect=dialect.name)
        condition, params = f" AND ({where.text})", where.params
    sql = (
        f"SELECT {', '.join((*keys, *asked))} FROM {quote(child.table)} t"
        f' WHERE {dialect.in_list(by)} AND t."archived_at" IS NULL{condition} GROUP BY {", ".join(keys)}'
    )
    return sql, params


def _asked(function: str, column: str) -> list[str]:
    if function == "count":
        return ["count(*)"]
    if function in ("min", "max"):
        return [f"{function}({column})"]
    if database.dialect().is_postgresql:
        return [f"sum({column})", f"count({column})"]
    return [f"sum({column} / {_PART})", f"sum({column} % {_PART})", f"count({column})"]


def _value(total: Total, field: EntityField | None, groups: Sequence[Raw]) -> object:
    """The value behind the answer: one row, or one per currency."""
    function = total.rollup.function
    if field is None:
        return int(str(groups[0][0])) if groups else 0
    if _currency(field):
        return _money(function, field, groups, total.currency)
    if not groups:
        return Decimal(0) if function == "sum" else None
    return _number(function, field.columns[0].type, groups[0])


def _money(function: str, field: EntityField, groups: Sequence[Raw], fixed: str | None) -> Money | None:
    there = {str(row[0]): row[1:] for row in groups if row[0] is not None}
    if not there:
        return Money(Decimal(0), fixed) if function == "sum" and fixed else None
    if len(there) > 1:
        return None
    ((currency, raw),) = there.items()
    found = _number(function, field.columns[0].type, raw)
    return Money(found, currency) if isinstance(found, Decimal) else None


def _number(function: str, kind: ColumnType, raw: Raw) -> object:
    if function in ("min", "max"):
        return None if raw[0] is None else database.from_db(kind, raw[0])
    count = cast("int", raw[-1])
    if not count:
        return Decimal(0) if function == "sum" else None
    added = _added(kind, raw)
    return added if function == "sum" else averaged(added, count)


def _added(kind: ColumnType, raw: Raw) -> Decimal:
    if database.dialect().is_postgresql:
        return Decimal(cast("Decimal", raw[0]))
    number = summed((Decimal(cast("int", raw[0])) * _PART, Decimal(cast("int", raw[1]))))
    return number.scaleb(-kind.scale, context=WIDE) if kind.kind == "decimal" else number


def _currency(field: EntityField | None) -> str | None:
    if field is None:
        return None
    return next((column.name for column in field.columns if column.role == "currency"), None)


async def put_totals(holders: Mapping[str, dict[str, object]], totals: Sequence[Total]) -> None:
    """Writes the totals into the values of records by id."""
    for total in totals:
        for record, value in (await totals_of(total, list(holders))).items():
            holders[record][total.name] = value
