"""`date`: a day of the calendar, without a zone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import ClassVar, Literal

from form_engine.definition import FieldDef, IndexedField
from form_engine.fields.base import ORDER_OPERATORS, Cell, FieldType, Names, Schema, problem, stored
from form_engine.fields.dates import read_date
from form_engine.fields.refusals import not_a_date, too_large, too_small, wrong_type
from platform_core import clock, settings
from platform_core.database import DATE
from platform_core.entities import FieldCodec, ParseContext, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import DATE as DATE_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_, Listener, format_date, in_zone

_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}$")
FIRST, LAST = date(1000, 1, 1), date(9999, 12, 31)


class DateField(IndexedField, frozen=True, kw_only=True, tag="date"):
    """A day; bounds are inclusive."""

    min: date | None = None
    max: date | None = None


@dataclass(frozen=True, slots=True)
class DateCodec:
    least: date
    most: date

    def parse(self, raw: object, context: ParseContext) -> date | None:
        if raw is None or isinstance(raw, str) and not raw.strip():
            return None
        day = self._day(raw, context)
        if day < self.least:
            raise too_small(self.least)
        if day > self.most:
            raise too_large(self.most)
        return day

    def _day(self, raw: object, context: ParseContext) -> date:
        if isinstance(raw, datetime):
            return raw.date()
        if isinstance(raw, date):
            return raw
        if context.textual and isinstance(raw, int | float) and not isinstance(raw, bool):
            raw = f"{raw:.15g}"
        if not isinstance(raw, str):
            raise wrong_type(N_("This must be a date as text."))
        found = read_date(raw) if context.textual else _iso(raw)
        if found is None:
            raise not_a_date(raw)
        return found

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value.isoformat() if isinstance(value, date) else None

    column_to_wire = staticmethod(date.isoformat)
    encodes_itself: ClassVar[Literal[True]] = True


def _iso(text: str) -> date | None:
    if not _ISO.match(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class DateType(FieldType[DateField]):
    name = "date"
    definition = DateField
    label = N_("Date")
    encryptable = True
    operators = ORDER_OPERATORS
    groupable = True
    widgets = ("date",)

    def columns(self, field: DateField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, DATE),)

    def codec(self, field: DateField, names: Names) -> FieldCodec:
        return DateCodec(field.min or FIRST, field.max or LAST)

    def expression_type(self, field: DateField, names: Names) -> Type:
        return DATE_TYPE

    def value_schema(self, field: DateField) -> Schema:
        return {"type": "string", "format": "date"}

    def show(self, field: DateField, names: Names, wire: object, reader: Listener) -> str:
        return format_date(date.fromisoformat(str(wire)), language=reader.language)

    def cell(self, field: DateField, names: Names, wire: object, reader: Listener) -> Cell:
        return date.fromisoformat(str(wire))

    def convert(
        self, field: DateField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        if isinstance(value, datetime):
            # Whose day it was is not known any more: the installation's.
            return in_zone(value, settings.current().zone).date()
        return super().convert(field, names, source, old, value)

    def check(self, field: DateField) -> Iterator[Problem]:
        if field.min and field.max and field.min > field.max:
            yield problem("/min", "range", N_("The least value is above the greatest."))

    def demo(self, field: DateField, names: Names, random: Random) -> object:
        day = clock.now().date() + timedelta(days=random.randint(-60, 60))
        return min(max(day, field.min or FIRST), field.max or LAST).isoformat()
