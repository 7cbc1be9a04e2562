"""`integer`: whole numbers of at most 18 digits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from form_engine.definition import FieldDef, IndexedField
from form_engine.fields.base import ORDER_OPERATORS, Cell, FieldType, Names, Schema, stored
from form_engine.fields.numbers import MAX_DIGITS, bounded, check_bounds, fitted, read_number
from platform_core.database import INT
from platform_core.entities import FieldCodec, ParseContext, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import NUMBER, Type
from platform_core.i18n import N_, Listener, format_number


class IntegerField(IndexedField, frozen=True, kw_only=True, tag="integer"):
    """A whole number; bounds are inclusive."""

    min: int | None = None
    max: int | None = None


@dataclass(frozen=True, slots=True)
class IntegerCodec:
    least: int | None
    most: int | None

    def parse(self, raw: object, context: ParseContext) -> int | None:
        number = read_number(raw, context)
        if number is None:
            return None
        return int(bounded(fitted(number, digits=MAX_DIGITS, scale=0), self.least, self.most))

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


class IntegerType(FieldType[IntegerField]):
    name = "integer"
    definition = IntegerField
    label = N_("Whole number")
    encryptable = True
    plain = True
    operators = ORDER_OPERATORS
    groupable = True
    summed = True
    widgets = ("number",)

    def columns(self, field: IntegerField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, INT),)

    def codec(self, field: IntegerField, names: Names) -> FieldCodec:
        return IntegerCodec(field.min, field.max)

    def expression_type(self, field: IntegerField, names: Names) -> Type:
        return NUMBER

    def value_schema(self, field: IntegerField) -> Schema:
        least, most = -(10**MAX_DIGITS) + 1, 10**MAX_DIGITS - 1
        return {
            "type": "integer",
            "minimum": least if field.min is None else field.min,
            "maximum": most if field.max is None else field.max,
        }

    def show(self, field: IntegerField, names: Names, wire: object, reader: Listener) -> str:
        return format_number(int(str(wire)), language=reader.language)

    def cell(self, field: IntegerField, names: Names, wire: object, reader: Listener) -> Cell:
        return int(str(wire))

    def convert(
        self, field: IntegerField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, Decimal | int):
            return self.codec(field, names).parse(value, ParseContext())
        return super().convert(field, names, source, old, value)

    def demo(self, field: IntegerField, names: Names, random: Random) -> object:
        least = 0 if field.min is None else field.min
        return random.randint(least, max(least, 500 if field.max is None else field.max))

    def check(self, field: IntegerField) -> Iterator[Problem]:
        return check_bounds(field.min, field.max)
