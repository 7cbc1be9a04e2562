"""Rollups over records of another form, asked of the database: one question for
all fields over the same rows, and all the records that need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
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
Values = dict[str, object]


async def totals_of(totals: Sequence[Total], ids: Collection[str]) -> dict[str, Values]:
    """The values of these fields for each of the records, also for those that nothing points to."""
    found: dict[str, Values] = {record: {} for record in ids}
    for group in _together(totals):
        rows: dict[str, list[Raw]] = defaultdict(list)
        sql, params = _question(group)
        for row in await database.fetch_tuples(sql, (*params, sorted(ids))):
            rows[str(row[0])].append(row[1:])
        for record, values in found.items():
            values.update(_values(group, rows.get(record, ())))
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """One total with what it is asked of; `by_currency` where amounts of several currencies may meet."""

    total: Total
    child: Entity
    field: EntityField | None
    by_currency: str | None


def _together(totals: Sequence[Total]) -> list[list[_Asked]]:
    """What one statement can answer: all totals over the same rows, but for amounts, which are grouped by currency."""
    groups: dict[tuple[str, str, str], list[_Asked]] = defaultdict(list)
    for total in totals:
        child = entities.find(total.rollup.form)
        if child is None:
            continue
        field = child.fields.get(total.rollup.argument) if total.rollup.argument else None
        fixed = getattr(field.definition, "currency", None) if field is not None else None
        currency = None if fixed else _currency(field)
        alone = total.name if currency else ""
        groups[(child.key, total.rollup.by, alone)].append(_Asked(total, child, field, currency))
    return list(groups.values())


def _question(group: Sequence[_Asked]) -> tuple[str, tuple[object, ...]]:
    """SELECT of the record pointed to, the currency where it may differ, then the parts of each total."""
    dialect, child = database.dialect(), group[0].child
    by = f"t.{quote(child.fields[group[0].total.rollup.by].columns[0].name)}"
    keys = [by, *(f"t.{quote(one.by_currency)}" for one in group if one.by_currency)]
    columns: list[str] = []
    params: list[object] = []
    for one in group:
        condition, more = _condition(one.total, child)
        column = f"t.{quote(one.field.columns[0].name)}" if one.field is not None else ""
        for part in _asked(one.total.rollup.function, column):
            columns.append(f"{part}{condition}")
            params += more
    sql = (
        f"SELECT {', '.join((*keys, *columns))} FROM {quote(child.table)} t"
        f' WHERE {dialect.in_list(by)} AND t."archived_at" IS NULL GROUP BY {", ".join(keys)}'
    )
    return sql, tuple(params)


def _condition(total: Total, child: Entity) -> tuple[str, tuple[object, ...]]:
    if total.rollup.where is None:
        return "", ()
    dialect = database.dialect()
    where = compile_sql(total.rollup.where, EntityColumns(child, "t"), Env(), dialect=dialect.name)
    return f" FILTER (WHERE {where.text})", where.params


def _values(group: Sequence[_Asked], rows: Sequence[Raw]) -> Values:
    if group[0].by_currency:
        total = group[0].total
        return {total.name: total.fit(_in_currencies(group[0], rows))}
    found: Values = {}
    start = 0
    for one in group:
        end = start + len(_asked(one.total.rollup.function, ""))
        raw = rows[0][start:end] if rows else None
        found[one.total.name] = one.total.fit(_value(one, raw))
        start = end
    return found


def _asked(function: str, column: str) -> list[str]:
    if function == "count":
        return ["count(*)"]
    if function in ("min", "max"):
        return [f"{function}({column})", f"count({column})"]
    if database.dialect().is_postgresql:
        return [f"sum({column})", f"count({column})"]
    return [f"sum({column} / {_PART})", f"sum({column} % {_PART})", f"count({column})"]


def _value(one: _Asked, raw: Raw | None) -> object:
    """The value behind the answer; None stands for a record that nothing points to."""
    function = one.total.rollup.function
    if one.field is None:
        return int(str(raw[0])) if raw is not None else 0
    currency = getattr(one.field.definition, "currency", None) if _currency(one.field) else None
    if raw is None:
        found: object = Decimal(0) if function == "sum" else None
    else:
        found = _number(function, one.field.columns[0].type, raw)
    return Money(found, currency) if currency and isinstance(found, Decimal) else found


def _in_currencies(one: _Asked, rows: Sequence[Raw]) -> Money | None:
    """The amount, where all that counts is in one currency."""
    function, field = one.total.rollup.function, one.field
    there = [(str(row[0]), row[1:]) for row in rows if row[0] is not None and row[-1]]
    if not there or field is None:
        fixed = one.total.currency
        return Money(Decimal(0), fixed) if function == "sum" and fixed else None
    if len(there) > 1:
        return None
    ((currency, raw),) = there
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
