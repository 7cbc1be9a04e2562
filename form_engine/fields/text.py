"""`text`: one line of text, sorted as people sort."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated

from msgspec import Meta

from form_engine.definition import IndexedField
from form_engine.fields.base import INDEXED_TEXT, TEXT_OPERATORS, FieldType, Names, Schema, problem, stored
from form_engine.fields.plain_text import read_text, stored_sort_key
from form_engine.fields.refusals import too_long, too_short
from platform_core.database import TEXT
from platform_core.entities import FieldCodec, ParseContext, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_


class TextField(IndexedField, frozen=True, kw_only=True, tag="text"):
    """One line of text; lengths in characters."""

    max_length: Annotated[int, Meta(ge=1, le=4000)] = 255
    min_length: Annotated[int, Meta(ge=0, le=4000)] = 0
    search: bool = False


@dataclass(frozen=True, slots=True)
class TextCodec:
    max_length: int
    min_length: int

    def parse(self, raw: object, context: ParseContext) -> str | None:
        text = read_text(raw, context)
        if text is None:
            return None
        if len(text) > self.max_length:
            raise too_long(self.max_length, len(text))
        if len(text) < self.min_length:
            raise too_short(self.min_length)
        return text

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value, stored_sort_key(value if isinstance(value, str) else None))

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


class TextType(FieldType[TextField]):
    name = "text"
    definition = TextField
    label = N_("Text")
    encryptable = True
    plain = True
    operators = TEXT_OPERATORS
    groupable = True

    def columns(self, field: TextField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, TEXT), stored(base, TEXT, "sort", role="sort"))

    def codec(self, field: TextField, names: Names) -> FieldCodec:
        return TextCodec(field.max_length, field.min_length)

    def expression_type(self, field: TextField, names: Names) -> Type:
        return TEXT_TYPE

    def value_schema(self, field: TextField) -> Schema:
        return {"type": "string", "minLength": field.min_length or 1, "maxLength": field.max_length}

    def cut_length(self, old: TextField, new: TextField) -> int | None:
        return new.max_length if new.max_length < old.max_length else None

    def demo(self, field: TextField, names: Names, random: Random) -> object:
        words = ("Harbour", "Nordic", "Pacific", "Union", "Delta", "Orion", "信风", "Atlas")
        return f"{random.choice(words)} {random.randint(1, 999)}"[: field.max_length]

    def check(self, field: TextField) -> Iterator[Problem]:
        if field.min_length > field.max_length:
            yield problem("/min_length", "range", N_("The least length is above the greatest."))
        if (field.unique or field.index) and field.max_length > INDEXED_TEXT:
            yield problem(
                "/max_length",
                "index_length",
                N_("Indexed or unique text holds at most {limit} characters."),
                remedy=N_("Lower max_length, or take 'index' and 'unique' away."),
                limit=INDEXED_TEXT,
            )
