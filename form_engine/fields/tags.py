"""`tags`: free words on a record, each once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated

from msgspec import Meta

from form_engine.definition import ValueField
from form_engine.dictionary.compiled import folded
from form_engine.fields.base import LIST_OPERATORS, Cell, FieldType, Names, Schema, stored
from form_engine.fields.plain_text import read_text
from form_engine.fields.refusals import too_long, too_many, wrong_type
from platform_core.database import JSON
from platform_core.entities import FieldCodec, ParseContext, StoredColumn
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type, list_of
from platform_core.i18n import N_, Listener, join_list

_SEPARATORS = re.compile(r"\s*[,;，；、،؛\n]\s*")


class TagsField(ValueField, frozen=True, kw_only=True, tag="tags"):
    """Free words; case and width do not tell two of them apart."""

    max_count: Annotated[int, Meta(ge=1, le=100)] = 30
    max_length: Annotated[int, Meta(ge=1, le=100)] = 40
    """Characters of one tag."""
    index: bool = False


@dataclass(frozen=True, slots=True)
class TagsCodec:
    max_count: int
    max_length: int

    def parse(self, raw: object, context: ParseContext) -> tuple[str, ...] | None:
        found: dict[str, str] = {}
        for item in self._items(raw, context):
            tag = " ".join((read_text(item, context) or "").split())
            if len(tag) > self.max_length:
                raise too_long(self.max_length, len(tag))
            if tag:
                found.setdefault(folded(tag), tag)
        if len(found) > self.max_count:
            raise too_many(self.max_count)
        return tuple(found.values()) or None

    def _items(self, raw: object, context: ParseContext) -> Sequence[object]:
        if raw is None:
            return ()
        if context.textual and isinstance(raw, str):
            return _SEPARATORS.split(raw)
        if not isinstance(raw, list | tuple):
            raise wrong_type(N_("This must be a list of texts."))
        if not context.textual:
            return raw
        return [
            word for item in raw for word in (_SEPARATORS.split(item) if isinstance(item, str) else [item])
        ]

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (list(value) if isinstance(value, tuple) and value else None,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return tuple(raw[0]) if isinstance(raw[0], list) and raw[0] else None

    def to_wire(self, value: object) -> object:
        return list(value) if isinstance(value, tuple) else []


class TagsType(FieldType[TagsField]):
    name = "tags"
    definition = TagsField
    label = N_("Tags")
    operators = LIST_OPERATORS
    sortable = False
    widgets = ("tags",)

    def columns(self, field: TagsField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, JSON),)

    def codec(self, field: TagsField, names: Names) -> FieldCodec:
        return TagsCodec(field.max_count, field.max_length)

    def expression_type(self, field: TagsField, names: Names) -> Type:
        return list_of(TEXT_TYPE)

    def value_schema(self, field: TagsField) -> Schema:
        item = {"type": "string", "minLength": 1, "maxLength": field.max_length}
        return {"type": "array", "items": item, "maxItems": field.max_count}

    def show(self, field: TagsField, names: Names, wire: object, reader: Listener) -> str:
        words = [str(word) for word in (wire if isinstance(wire, list | tuple) else ())]
        return join_list(words, style="unit", language=reader.language)

    def cell(self, field: TagsField, names: Names, wire: object, reader: Listener) -> Cell:
        return "; ".join(str(word) for word in (wire if isinstance(wire, list | tuple) else ()))

    def neutral_text(self, field: TagsField, names: Names, value: object) -> str:
        return "; ".join(value) if isinstance(value, tuple) else str(value)

    def demo(self, field: TagsField, names: Names, random: Random) -> object:
        words = ("VIP", "Canton Fair", "sample sent", "老客户", "OEM")
        picked = random.sample(words, min(2, field.max_count))
        return [word[: field.max_length].strip() for word in picked]
