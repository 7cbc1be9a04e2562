"""`percent`: a share in hundredths: 12.8 is 12.8 %."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Annotated

from msgspec import Meta

from form_engine.definition import FieldDef, IndexedField
from form_engine.fields.base import ORDER_OPERATORS, Cell, FieldType, Names, Schema, stored
from form_engine.fields.decimal import DecimalCodec, decimal_schema
from form_engine.fields.numbers import MAX_DIGITS, check_bounds
from platform_core.database import decimal_type
from platform_core.entities import FieldCodec, ParseContext, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import NUMBER, Type
from platform_core.i18n import N_, Listener, format_percent


class PercentField(IndexedField, frozen=True, kw_only=True, tag="percent"):
    """A share in hundredths; bounds likewise, inclusive."""

    scale: Annotated[int, Meta(ge=0, le=6)] = 2
    min: Decimal | None = None
    max: Decimal | None = None


class PercentType(FieldType[PercentField]):
    name = "percent"
    definition = PercentField
    label = N_("Percent")
    operators = ORDER_OPERATORS
    groupable = True
    summed = True
    widgets = ("percent", "number")

    def columns(self, field: PercentField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, decimal_type(MAX_DIGITS, field.scale)),)

    def codec(self, field: PercentField, names: Names) -> FieldCodec:
        return DecimalCodec(9 + field.scale, field.scale, field.min, field.max, sign="%")

    def expression_type(self, field: PercentField, names: Names) -> Type:
        return NUMBER

    def value_schema(self, field: PercentField) -> Schema:
        return decimal_schema(9 + field.scale, field.scale)

    def input_schema(self, field: PercentField) -> Schema:
        return {"anyOf": [self.value_schema(field), {"type": "number"}]}

    def show(self, field: PercentField, names: Names, wire: object, reader: Listener) -> str:
        return format_percent(Decimal(str(wire)).normalize() + 0, language=reader.language)

    def cell(self, field: PercentField, names: Names, wire: object, reader: Listener) -> Cell:
        return Decimal(str(wire))

    def neutral_text(self, field: PercentField, names: Names, value: object) -> str:
        return f"{value:f}"

    def convert(
        self, field: PercentField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            return self.codec(field, names).parse(value, ParseContext())
        return super().convert(field, names, source, old, value)

    def demo(self, field: PercentField, names: Names, random: Random) -> object:
        number = Decimal(random.randint(1, 100))
        least = number if field.min is None else max(number, field.min)
        return f"{least if field.max is None else min(least, field.max):f}"

    def check(self, field: PercentField) -> Iterator[Problem]:
        return check_bounds(field.min, field.max)
