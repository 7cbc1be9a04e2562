"""`rating`: so many stars of so many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated

from msgspec import Meta

from form_engine.definition import FieldDef, IndexedField
from form_engine.fields.base import ORDER_OPERATORS, Cell, FieldType, Names, Schema, stored
from form_engine.fields.numbers import read_number
from form_engine.fields.refusals import too_large, too_many_decimals, too_small
from platform_core.database import INT
from platform_core.entities import FieldCodec, ParseContext, StoredColumn
from platform_core.expressions import NUMBER, Type
from platform_core.i18n import N_, Listener, format_number

_STARS = "★⭐"


class RatingField(IndexedField, frozen=True, kw_only=True, tag="rating"):
    """1 to `max` stars; none given is no value."""

    max: Annotated[int, Meta(ge=2, le=10)] = 5


@dataclass(frozen=True, slots=True)
class RatingCodec:
    most: int

    def parse(self, raw: object, context: ParseContext) -> int | None:
        if context.textual and isinstance(raw, str):
            raw = _typed(raw)
        number = read_number(raw, context)
        if number is None:
            return None
        if number != int(number):
            raise too_many_decimals(0)
        if number < 1:
            raise too_small(1)
        if number > self.most:
            raise too_large(self.most)
        return int(number)

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


def _typed(text: str) -> str:
    """ "4 / 5" and "★★★★☆" as people write them."""
    plain = text.strip()
    if any(star in plain for star in _STARS) and not plain.strip(_STARS + "☆ "):
        return str(sum(plain.count(star) for star in _STARS))
    return plain.partition("/")[0]


class RatingType(FieldType[RatingField]):
    name = "rating"
    definition = RatingField
    label = N_("Rating")
    plain = True
    operators = ORDER_OPERATORS
    groupable = True
    widgets = ("rating",)

    def columns(self, field: RatingField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, INT),)

    def codec(self, field: RatingField, names: Names) -> FieldCodec:
        return RatingCodec(field.max)

    def expression_type(self, field: RatingField, names: Names) -> Type:
        return NUMBER

    def value_schema(self, field: RatingField) -> Schema:
        return {"type": "integer", "minimum": 1, "maximum": field.max}

    def show(self, field: RatingField, names: Names, wire: object, reader: Listener) -> str:
        given, most = (format_number(int(str(one)), language=reader.language) for one in (wire, field.max))
        return f"{given} / {most}"

    def cell(self, field: RatingField, names: Names, wire: object, reader: Listener) -> Cell:
        return int(str(wire))

    def convert(
        self, field: RatingField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        if isinstance(old, RatingField) and isinstance(value, int):
            # Four of five are eight of ten.
            return max(1, min(field.max, round(value * field.max / old.max)))
        return super().convert(field, names, source, old, value)

    def demo(self, field: RatingField, names: Names, random: Random) -> object:
        return random.randint(1, field.max)
