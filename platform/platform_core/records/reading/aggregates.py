"""Groups and measures over the records that an actor sees, exact on both engines.

SQLite keeps decimals as scaled integers and would overflow on a large sum, so sums come in two parts there and are
put together in Python; averages are divided in Python on both. Money is summed per currency.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
from platform_core.records.people import standing
from platform_core.records.reading.asking import Question, grouped_apart, union_of
from platform_core.records.reading.blinding import ready_to_filter
from platform_core.records.reading.layout import reader_of
from platform_core.records.reading.many import ask
from platform_core.records.reading.presenting import present_values
from platform_core.records.remembering import Memory
from platform_core.records.scoping import Condition

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


@dataclass(frozen=True, slots=True)
class _Plan:
    """A group-by worked out for one actor; a repetition only runs its statement."""

    access: Access
    question: Question
    by: list[EntityField]
    measures: list[Measure]
    plain: _Grouping
    """The measures that are no money, and the groups themselves."""


_plans: Memory[tuple[object, ...], _Plan] = Memory(500)


async def aggregate(asked: AggregateQuery, *, actor: Actor) -> list[Wire]:
    """One dict per group, in the order of the groups: fields of `by` and measures under the names they were asked by.

    Raises NotFound, BadQuery (a field that the actor does not read in clear on every row is unknown here).
    """
    await ready_to_filter(entities.get(asked.form))
    plan = _planned(asked, actor)
    if not plan.question.branches:
        return []
    answer = await plan.plain.read()
    money = [measure for measure in plan.measures if measure.is_money]
    if money:
        groups = {tuple(group[field.name] for field in plan.by): group for group in answer}
        for measure in money:
            await _measure_money(plan.question, plan.by, measure, groups)
        answer = [_in_order(group, plan.by, plan.measures) for group in groups.values()]
    await present_values(answer, [field for field in plan.by if field.reference is not None], actor)
    return answer


def _planned(asked: AggregateQuery, actor: Actor) -> _Plan:
    entity = entities.get(asked.form)
    access = permissions.access(entity, actor)
    key = (
        *(id(access), entity.hash, database.generation(), asked.by, asked.measures),
        *(asked.filter, asked.base, asked.q, *standing(actor)),
    )
    plan = _plans.get(key)
    if plan is None:
        plan = _plan(entity, access, asked, actor)
        if plan.question.filter.lasting:
            _plans.put(key, plan)
    return plan


def _plan(entity: Entity, access: Access, asked: AggregateQuery, actor: Actor) -> _Plan:
    if not access.can("read"):
        raise NotFound()
    by, measures = _parsed(entity, access, asked)
    as_query = RecordQuery(form=asked.form, filter=asked.filter, base=asked.base, q=asked.q)
    used = {*(field.name for field in by), *(each.field.name for each in measures if each.field)}
    question = ask(entity, access, actor, as_query, whole=True, summed=frozenset(used))
    plain = _Grouping(question, by, [measure for measure in measures if not measure.is_money])
    return _Plan(access, question, by, measures, plain)


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


class _Grouping:
    """One statement of groups and measures, and the way from its rows to wire values."""

    def __init__(self, question: Question, by: Sequence[EntityField], measures: Sequence[Measure]) -> None:
        fields = {measure.field.name: measure.field for measure in measures if measure.field is not None}
        columns = {name: f"m{place}" for place, name in enumerate(fields)}
        inner = [f"t.{quote(field.columns[0].name)} AS {columns[name]}" for name, field in fields.items()]
        outer: list[str] = ["count(*)"]
        places: list[slice] = []
        for measure in measures:
            parts = _sql(measure, columns[measure.field.name]) if measure.field is not None else []
            start = len(by) + len(outer) if parts else len(by)
            places.append(slice(start, start + max(1, len(parts))))
            outer += parts
        self._by = by
        self._statement = _grouped_by(question, by, inner, outer, ()) if question.branches else None
        self._names = (*(field.name for field in by), *(measure.spelt for measure in measures))
        self._readers = [reader_of(field) for field in by]
        self._measures = list(zip(measures, places, strict=True))

    async def read(self) -> list[Wire]:
        """One dict per group."""
        return [dict(zip(self._names, self._values(row), strict=True)) for row in await self._rows()]

    async def _rows(self) -> list[tuple[object, ...]]:
        return [] if self._statement is None else await _groups(self._statement, len(self._by))

    def _values(self, row: Sequence[object]) -> Iterator[object]:
        for raw, reader in zip(row, self._readers, strict=False):
            yield raw if raw is None or reader is None else reader(raw)
        for measure, place in self._measures:
            yield row[place.start] if measure.field is None else _wire(measure, _value(measure, row[place]))


async def _measure_money(
    question: Question, by: Sequence[EntityField], measure: Measure, groups: dict[GroupKey, Wire]
) -> None:
    field = cast("EntityField", measure.field)
    inner = [
        f"t.{quote(field.columns[0].name)} AS m0",
        f"t.{quote(str(_currency(field)))} AS c0",
    ]
    statement = _grouped_by(question, by, inner, _sql(measure, "m0"), ("c0",))
    for row in await _groups(statement, len(by)):
        group = _group(by, row, groups)
        amounts = cast("list[object]", group.setdefault(measure.spelt, []))
        value = _value(measure, row[len(by) + 1 :])
        currency = row[len(by)]
        if isinstance(value, Decimal) and isinstance(currency, str):
            amounts.append(field.codec.to_wire(Money(value, currency)))


def _grouped_by(
    question: Question,
    by: Sequence[EntityField],
    inner: Sequence[str],
    outer: Sequence[str],
    more: Sequence[str],
) -> Condition:
    """Rows of group values, `more` group columns, then `outer`; in the order of the groups, blanks last."""
    keys = [f"g{place}" for place in range(len(by))]
    picked = [f"t.{quote(field.columns[0].name)} AS {key}" for key, field in zip(keys, by, strict=True)]
    columns = ", ".join((*picked, *inner)) or "1 AS one"
    grouping = [*keys, *more]
    if question.indexed:
        source = grouped_apart(question, columns, grouping, outer)
        outer = [_of_parts(part, place) for place, part in enumerate(outer)]
    else:
        source = union_of(question, columns)
    text = f"SELECT {', '.join((*grouping, *outer))} FROM {source.sql}"
    if grouping:
        order = ", ".join(f"{key} NULLS LAST" for key in grouping)
        text += f" GROUP BY {', '.join(grouping)} ORDER BY {order} LIMIT {(MOST_GROUPS + 1) * (1 + 20 * bool(more))}"
    return Condition(text, source.params)


async def _groups(statement: Condition, width: int) -> list[tuple[object, ...]]:
    """The rows of a statement that begin with `width` group values. Raises BadQuery for more groups than allowed."""
    rows = await database.fetch_tuples(statement.sql, statement.params)
    if len(rows) > MOST_GROUPS and len({row[:width] for row in rows} if width else ()) > MOST_GROUPS:
        raise BadQuery(
            [_problem("/by", "too_many_groups", N_("There are more than {name} groups."), str(MOST_GROUPS))]
        )
    return rows


def _of_parts(function: str, place: int) -> str:
    """The measure of a group from those of its branches, which `grouped_apart` calls p0, p1, …"""
    if function.startswith(("min", "max")):
        return f"{function[:3]}(p{place})"
    return f"CAST(sum(p{place}) AS bigint)" if function.startswith("count") else f"sum(p{place})"


def _group(by: Sequence[EntityField], row: Sequence[object], groups: dict[GroupKey, Wire]) -> Wire:
    """The group of a row, by its wire values."""
    readers = [reader_of(field) for field in by]
    key = tuple(
        raw if raw is None or reader is None else reader(raw)
        for raw, reader in zip(row, readers, strict=False)
    )
    return groups.setdefault(key, dict(zip((field.name for field in by), key, strict=True)))


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
