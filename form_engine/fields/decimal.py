"""`decimal`: exact numbers with a fixed count of decimals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from form_engine.definition import FieldDef, IndexedField
from form_engine.fields.base import ORDER_OPERATORS, Cell, FieldType, Names, Schema, problem, stored
from form_engine.fields.numbers import MAX_DIGITS, bounded, check_bounds, fitted, read_number
from platform_core.database import decimal_type
from platform_core.entities import FieldCodec, ParseContext, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import NUMBER, Type
from platform_core.i18n import N_, Listener, format_number


class DecimalField(IndexedField, frozen=True, kw_only=True, tag="decimal"):
    """`precision` digits in all, `scale` of them behind the decimal sign; bounds are inclusive."""

    precision: Annotated[int, Meta(ge=1, le=18)] = 18
    scale: Annotated[int, Meta(ge=0, le=12)] = 2
    min: Decimal | None = None
    max: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DecimalCodec:
    precision: int
    scale: int
    least: Decimal | None
    most: Decimal | None
    sign: str = ""
    """A sign that may follow in typed text ("%")."""

    def parse(self, raw: object, context: ParseContext) -> Decimal | None:
        if self.sign and context.textual and isinstance(raw, str):
            raw = raw.strip().removesuffix(self.sign)
        number = read_number(raw, context)
        if number is None:
            return None
        return bounded(fitted(number, digits=self.precision, scale=self.scale), self.least, self.most)

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return None if value is None else f"{value:f}"

    column_to_wire = staticmethod("{:f}".format)
    encodes_itself: ClassVar[Literal[True]] = True


def decimal_schema(precision: int, scale: int) -> Schema:
    """A decimal travels as text: a JSON number would go through binary fractions."""
    fraction = rf"(\.\d{{1,{scale}}})?" if scale else ""
    return {
        "type": "string",
        "format": "decimal",
        "pattern": rf"^-?\d{{1,{max(precision - scale, 1)}}}{fraction}$",
    }


class DecimalType(FieldType[DecimalField]):
    name = "decimal"
    definition = DecimalField
    label = N_("Decimal number")
    encryptable = True
    operators = ORDER_OPERATORS
    groupable = True
    summed = True
    widgets = ("number",)

    def columns(self, field: DecimalField, base: str) -> tuple[StoredColumn, ...]:
        # Always 18 digits wide: a wider or narrower precision is then no change of the table, only a new scale is.
        return (stored(base, decimal_type(MAX_DIGITS, field.scale)),)

    def codec(self, field: DecimalField, names: Names) -> FieldCodec:
        return DecimalCodec(field.precision, field.scale, field.min, field.max)

    def expression_type(self, field: DecimalField, names: Names) -> Type:
        return NUMBER

    def value_schema(self, field: DecimalField) -> Schema:
        return decimal_schema(field.precision, field.scale)

    def input_schema(self, field: DecimalField) -> Schema:
        return {"anyOf": [self.value_schema(field), {"type": "number"}]}

    def show(self, field: DecimalField, names: Names, wire: object, reader: Listener) -> str:
        return format_number(Decimal(str(wire)), places=field.scale, language=reader.language)

    def cell(self, field: DecimalField, names: Names, wire: object, reader: Listener) -> Cell:
        return Decimal(str(wire))

    def neutral_text(self, field: DecimalField, names: Names, value: object) -> str:
        return f"{value:f}"

    def convert(
        self, field: DecimalField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        if isinstance(value, bool):
            value = int(value)
        if isinstance(value, Decimal | int):
            return self.codec(field, names).parse(value, ParseContext())
        return super().convert(field, names, source, old, value)

    def demo(self, field: DecimalField, names: Names, random: Random) -> object:
        whole = min(field.precision - field.scale, 4)
        number = Decimal(random.randrange(10 ** (whole + field.scale))).scaleb(-field.scale)
        least = number if field.min is None else max(number, field.min)
        return f"{least if field.max is None else min(least, field.max):f}"

    def check(self, field: DecimalField) -> Iterator[Problem]:
        yield from check_bounds(field.min, field.max)
        if field.scale > field.precision:
            yield problem(
                "/scale", "range", N_("There are more decimals than digits."), remedy=N_("Raise 'precision'.")
            )
