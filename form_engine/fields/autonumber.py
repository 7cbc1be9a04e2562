"""`autonumber`: a number of its own beside the record's code, made when the record is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated, Literal

from msgspec import Meta

from form_engine.definition import FieldDef, Name
from form_engine.fields.base import TEXT_OPERATORS, FieldType, Names, Schema, stored
from form_engine.fields.plain_text import read_text, stored_sort_key
from form_engine.fields.refusals import too_long
from platform_core.database import TEXT
from platform_core.entities import FieldCodec, ParseContext, StoredColumn
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_

LONGEST = 80


class AutonumberField(FieldDef, frozen=True, kw_only=True, tag="autonumber"):
    """A number made from a pattern; see `numbering` of a form for its tokens."""

    pattern: Annotated[str, Meta(min_length=1, max_length=80)]
    reset: Name = "never"
    mode: Literal["fast", "strict"] = "fast"
    search: bool = False

    @property
    def unique(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class AutonumberCodec:
    def parse(self, raw: object, context: ParseContext) -> str | None:
        text = read_text(raw, context)
        if text is not None and len(text) > LONGEST:
            raise too_long(LONGEST, len(text))
        return text

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value, stored_sort_key(value if isinstance(value, str) else None))

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


class AutonumberType(FieldType[AutonumberField]):
    name = "autonumber"
    definition = AutonumberField
    label = N_("Number made by the system")
    operators = TEXT_OPERATORS
    in_rows = False
    writable = False
    widgets = ("output",)

    def columns(self, field: AutonumberField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, TEXT), stored(base, TEXT, "sort", role="sort"))

    def codec(self, field: AutonumberField, names: Names) -> FieldCodec:
        return AutonumberCodec()

    def expression_type(self, field: AutonumberField, names: Names) -> Type:
        return TEXT_TYPE

    def value_schema(self, field: AutonumberField) -> Schema:
        return {"type": "string", "maxLength": LONGEST}

    def demo(self, field: AutonumberField, names: Names, random: Random) -> object:
        return None
