"""`long_text`: text of many lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated

from msgspec import Meta

from form_engine.definition import ValueField
from form_engine.fields.base import FieldType, Names, Schema, stored
from form_engine.fields.plain_text import read_text
from form_engine.fields.refusals import too_long
from platform_core.database import TEXT
from platform_core.entities import FieldCodec, ParseContext, StoredColumn
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_


class LongTextField(ValueField, frozen=True, kw_only=True, tag="long_text"):
    """Lines of plain text; length in characters."""

    max_length: Annotated[int, Meta(ge=1, le=100_000)] = 20_000
    search: bool = False


@dataclass(frozen=True, slots=True)
class LongTextCodec:
    max_length: int

    def parse(self, raw: object, context: ParseContext) -> str | None:
        text = read_text(raw, context, lines=True)
        if text is not None and len(text) > self.max_length:
            raise too_long(self.max_length, len(text))
        return text

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


class LongTextType(FieldType[LongTextField]):
    name = "long_text"
    definition = LongTextField
    label = N_("Long text")
    encryptable = True
    plain = True
    operators = ("contains", "blank")
    sortable = False
    widgets = ("textarea",)

    def columns(self, field: LongTextField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, TEXT),)

    def codec(self, field: LongTextField, names: Names) -> FieldCodec:
        return LongTextCodec(field.max_length)

    def expression_type(self, field: LongTextField, names: Names) -> Type:
        return TEXT_TYPE

    def value_schema(self, field: LongTextField) -> Schema:
        return {"type": "string", "minLength": 1, "maxLength": field.max_length}

    def cut_length(self, old: LongTextField, new: LongTextField) -> int | None:
        return new.max_length if new.max_length < old.max_length else None

    def demo(self, field: LongTextField, names: Names, random: Random) -> object:
        lines = ("Asks for a quote on 40HQ.", "Prefers DHL.", "样品已寄出。", "Call again next week.")
        return "\n".join(random.sample(lines, 2))[: field.max_length]
