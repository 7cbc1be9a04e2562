"""Groups and measures over the records that an actor sees, exact on both engines.

SQLite keeps decimals as scaled integers and would overflow on a large sum, so sums come in two parts there and are
put together in Python; averages are divided in Python on both. Money is summed per currency.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal, cast

from platform_core import database, entities, permissions
from platform_core.database import ColumnType
from platform_core.entities import Entity, EntityField, quote
from platform_core.errors import NotFound, Problem
from platform_core.expressions import Money
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.permissions import Access
from platform_core.records.errors import BadQuery
from platform_core.records.model import AggregateQuery, RecordQuery, Wire
from platform_core.records.reading.asking import Question, union_of
from platform_core.records.reading.layout import reader_of
from platform_core.records.reading.many import ask
from platform_core.records.reading.presenting import present_values

MOST_GROUPS = 1_000
_MEASURE = re.compile(r"\s*(count|sum|avg|min|max)\s*\(\s*(\w*)\s*\)\s*", re.IGNORECASE)
_SUMMED = frozenset({"int", "decimal"})
_COMPARED = frozenset({"int", "decimal", "date", "instant"})
_PART = 1_000_000_000
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
_AVERAGE_DIGITS = 2
"""Digits that an average has more than its field."""

Function = Literal["count", "sum", "avg", "min", "max"]
GroupKey = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One column of the answer; `field` is None for count()."""

    spelt: str
    function: Function
    field: EntityField | None

    @property
    def is_money(self) -> bool:
        return self.field is not None and _currency(self.field) is not None

    @property
    def type(self) -> ColumnType:
        return cast("EntityField", self.field).columns[0].type


async def aggregate(asked: AggregateQuery, *, actor: Actor) -> list[Wire]:
    """One dict per group, in the order of the groups: fields of `by` and measures under the names they were asked by.

    Raises NotFound, BadQuery (a field that the actor does not read in clear on every row is unknown here).
    """
    entity = entities.get(asked.form)
    access = permissions.access(entity, actor)
    if not access.can("read"):
        raise NotFound()
    by, measures = _parsed(entity, access, asked)
    as_query = RecordQuery(form=asked.form, filter=asked.filter, base=asked.base, q=asked.q)
    question = ask(entity, access, actor, as_query, whole=True)
    if not question.branches:
        return []
    groups: dict[GroupKey, Wire] = {}
    plain = [measure for measure in measures if not measure.is_money]
    await _measure_plain(question, by, plain, groups)
    for measure in measures:
        if measure.is_money:
            await _measure_money(question, by, measure, groups)
    answer = [_in_order(group, by, measures) for group in groups.values()]
    await present_values(answer, [field for field in by if field.reference is not None], actor)
    return answer


def _parsed(entity: Entity, access: Access, asked: AggregateQuery) -> tuple[list[EntityField], list[Measure]]:
    problems: list[Problem] = []
    by: list[EntityField] = []
    for place, name in enumerate(asked.by):
        field = entity.fields.get(name)
        if field is None or not field.groupable or not field.columns or not access.unrestricted(name):
            problems.append(
                _problem(f"/by/{place}", "unknown_group", N_("Records cannot be grouped by '{name}'."), name)
            )
        else:
            by.append(field)
    measures: list[Measure] = []
    for place, spelt in enumerate(asked.measures):
        measure = _measure(entity, access, spelt)
        if measure is None:
            problems.append(
                _problem(f"/measures/{place}", "unknown_measure", N_("'{name}' cannot be measured."), spelt)
            )
        else:
            measures.append(measure)
    if problems:
        raise BadQuery(problems)
    return by, measures


def _measure(entity: Entity, access: Access, spelt: str) -> Measure | None:
    match = _MEASURE.fullmatch(spelt)
    if match is None:
        return None
    function, name = cast("Function", match[1].lower()), match[2]
    if function == "count":
        return Measure(spelt, function, None) if not name else None
    field = entity.fields.get(name)
    if field is None or not field.columns or not access.unrestricted(name) or field.reference is not None:
        return None
    kinds = _SUMMED if function in ("sum", "avg") else _COMPARED
    return Measure(spelt, function, field) if field.columns[0].type.kind in kinds else None


def _problem(pointer: str, code: str, message: str, name: str) -> Problem:
    return Problem(pointer=pointer, code=code, message=message, params={"name": name[:60]})


def _currency(field: EntityField) -> str | None:
    return next((column.name for column in field.columns if column.role == "currency"), None)


def _in_order(group: Wire, by: Sequence[EntityField], measures: Sequence[Measure]) -> Wire:
    named: Wire = {field.name: group[field.name] for field in by}
    for measure in measures:
        named[measure.spelt] = group.get(measure.spelt, [] if measure.is_money else None)
    return named


async def _measure_plain(
    question: Question, by: Sequence[EntityField], measures: Sequence[Measure], groups: dict[GroupKey, Wire]
) -> None:
    fields = {measure.field.name: measure.field for measure in measures if measure.field is not None}
    columns = {name: f"m{place}" for place, name in enumerate(fields)}
    inner = [f"t.{quote(field.columns[0].name)} AS {columns[name]}" for name, field in fields.items()]
    outer: list[str] = ["count(*)"]
    widths: list[int] = []
    for measure in measures:
        parts = _sql(measure, columns[measure.field.name]) if measure.field is not None else []
        outer += parts
        widths.append(len(parts))
    for row in await _grouped(question, by, inner, outer, ()):
        group = _group(by, row, groups)
        place = len(by) + 1
        for measure, width in zip(measures, widths, strict=True):
            raw = row[place : place + width]
            group[measure.spelt] = (
                row[len(by)] if measure.field is None else _wire(measure, _value(measure, raw))
            )
            place += width


async def _measure_money(
    question: Question, by: Sequence[EntityField], measure: Measure, groups: dict[GroupKey, Wire]
) -> None:
    field = cast("EntityField", measure.field)
    inner = [
        f"t.{quote(field.columns[0].name)} AS m0",
        f"t.{quote(str(_currency(field)))} AS c0",
    ]
    for row in await _grouped(question, by, inner, _sql(measure, "m0"), ("c0",)):
        group = _group(by, row, groups)
        amounts = cast("list[object]", group.setdefault(measure.spelt, []))
        value = _value(measure, row[len(by) + 1 :])
        currency = row[len(by)]
        if isinstance(value, Decimal) and isinstance(currency, str):
            amounts.append(field.codec.to_wire(Money(value, currency)))


async def _grouped(
    question: Question,
    by: Sequence[EntityField],
    inner: Sequence[str],
    outer: Sequence[str],
    more: Sequence[str],
) -> list[tuple[object, ...]]:
    """Rows of group values, `more` group columns, then `outer`; in the order of the groups, blanks last."""
    keys = [f"g{place}" for place in range(len(by))]
    picked = [f"t.{quote(field.columns[0].name)} AS {key}" for key, field in zip(keys, by, strict=True)]
    source = union_of(question, ", ".join((*picked, *inner)) or "1 AS one")
    grouping = [*keys, *more]
    text = f"SELECT {', '.join((*grouping, *outer))} FROM {source.sql}"
    if grouping:
        order = ", ".join(f"{key} NULLS LAST" for key in grouping)
        text += f" GROUP BY {', '.join(grouping)} ORDER BY {order} LIMIT {(MOST_GROUPS + 1) * (1 + 20 * bool(more))}"
    rows = await database.fetch_tuples(text, source.params)
    if len({row[: len(by)] for row in rows} if by else ()) > MOST_GROUPS:
        raise BadQuery(
            [_problem("/by", "too_many_groups", N_("There are more than {name} groups."), str(MOST_GROUPS))]
        )
    return rows


def _group(by: Sequence[EntityField], row: Sequence[object], groups: dict[GroupKey, Wire]) -> Wire:
    key = tuple(row[: len(by)])
    group = groups.get(key)
    if group is None:
        group = groups[key] = {}
        for field, raw in zip(by, key, strict=True):
            reader = reader_of(field)
            group[field.name] = raw if raw is None or reader is None else reader(raw)
    return group


def _sql(measure: Measure, column: str) -> list[str]:
    """What the engine has to answer for a measure."""
    if measure.function in ("min", "max"):
        return [f"{measure.function}({column})"]
    sums = [f"sum({column})"]
    if not database.dialect().is_postgresql:
        sums = [f"sum({column} / {_PART})", f"sum({column} % {_PART})"]
    return [*sums, f"count({column})"] if measure.function == "avg" else sums


def _value(measure: Measure, raw: Sequence[object]) -> object:
    """The exact value behind the engine's answer; None for a group without values."""
    if raw[0] is None:
        return None
    if measure.function in ("min", "max"):
        return database.from_db(measure.type, raw[0])
    total = _total(measure, raw)
    if measure.function == "sum":
        return int(total) if measure.type.kind == "int" else total
    scale = (measure.type.scale if measure.type.kind == "decimal" else 0) + _AVERAGE_DIGITS
    count = Decimal(cast("int", raw[-1]))
    return _WIDE.divide(total, count).quantize(Decimal(1).scaleb(-scale), context=_WIDE)


def _total(measure: Measure, raw: Sequence[object]) -> Decimal:
    if database.dialect().is_postgresql:
        return Decimal(cast("Decimal", raw[0]))
    number = cast("int", raw[0]) * _PART + cast("int", raw[1])
    scale = measure.type.scale if measure.type.kind == "decimal" else 0
    return Decimal(number).scaleb(-scale, context=_WIDE)


def _wire(measure: Measure, value: object) -> object:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, Decimal) and (measure.function == "avg" or measure.type.kind == "int"):
        return f"{value:f}"
    return cast("EntityField", measure.field).codec.to_wire(value)
