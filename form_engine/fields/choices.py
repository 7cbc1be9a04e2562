"""`choices`: several values of a dictionary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated

from msgspec import Meta

from form_engine.definition import ReferenceName, ValueField
from form_engine.fields.base import LIST_OPERATORS, Cell, FieldType, Names, Schema, stored
from form_engine.fields.keys import clear_label, label_of, read_key
from form_engine.fields.refusals import too_many, wrong_type
from platform_core import settings
from platform_core.database import JSON
from platform_core.definitions import Reference as DefinitionReference
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.expressions import Type, list_of
from platform_core.expressions import choice as choice_type
from platform_core.i18n import N_, Listener

_SEPARATORS = re.compile(r"\s*[,;，；、،؛|\n]\s*")
_OURS = re.compile(r"\s*;\s*")
"""What our own exports write between two labels, which may have commas inside."""


class ChoicesField(ValueField, frozen=True, kw_only=True, tag="choices"):
    """Several keys of `dictionary`, each at most once, in the order they were chosen."""

    dictionary: ReferenceName
    max_count: Annotated[int, Meta(ge=1, le=200)] = 50


@dataclass(frozen=True, slots=True)
class ChoicesCodec:
    names: Names
    dictionary: str
    max_count: int

    def parse(self, raw: object, context: ParseContext) -> tuple[str, ...] | None:
        keys: dict[str, None] = {}
        for place, item in enumerate(self._items(raw, context)):
            try:
                keys[read_key(self.names, self.dictionary, item, context)] = None
            except FieldProblem as refusal:
                if isinstance(raw, list):
                    refusal.pointer = f"/{place}"
                raise
        if len(keys) > self.max_count:
            raise too_many(self.max_count)
        return tuple(keys) or None

    def _items(self, raw: object, context: ParseContext) -> Sequence[object]:
        if raw is None or raw == "":
            return ()
        if isinstance(raw, list | tuple):
            return [item for item in raw if item != ""] if context.textual else raw
        if not context.textual or not isinstance(raw, str):
            raise wrong_type(N_("This must be a list of keys."))
        dictionary = self.names.dictionary(self.dictionary)
        found: list[str] = []
        for part in (raw,) if dictionary and dictionary.find(raw) else _OURS.split(raw.strip()):
            known = dictionary is not None and dictionary.find(part) is not None
            found += [part] if known else [word for word in _SEPARATORS.split(part) if word]
        return found

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (list(value) if isinstance(value, tuple) and value else None,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return tuple(raw[0]) if isinstance(raw[0], list) and raw[0] else None

    def to_wire(self, value: object) -> object:
        return list(value) if isinstance(value, tuple) else []


class ChoicesType(FieldType[ChoicesField]):
    name = "choices"
    definition = ChoicesField
    label = N_("Several choices")
    operators = LIST_OPERATORS
    sortable = False
    widgets = ("multiselect", "checkboxes")

    def columns(self, field: ChoicesField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, JSON),)

    def codec(self, field: ChoicesField, names: Names) -> FieldCodec:
        return ChoicesCodec(names, field.dictionary, field.max_count)

    def expression_type(self, field: ChoicesField, names: Names) -> Type:
        return list_of(choice_type(names.dictionary_key(field.dictionary)))

    def value_schema(self, field: ChoicesField) -> Schema:
        return {
            "type": "array",
            "items": {"type": "string"},
            "uniqueItems": True,
            "maxItems": field.max_count,
        }

    def show(self, field: ChoicesField, names: Names, wire: object, reader: Listener) -> str:
        keys = wire if isinstance(wire, list | tuple) else ()
        joint = "、" if reader.language == "zh" else "، " if reader.language == "ar" else ", "
        return joint.join(label_of(names, field.dictionary, str(key), reader.language) for key in keys)

    def cell(self, field: ChoicesField, names: Names, wire: object, reader: Listener) -> Cell:
        keys = [str(key) for key in (wire if isinstance(wire, list | tuple) else ())]
        labels = [clear_label(names, field.dictionary, key, reader.language) for key in keys]
        return "; ".join(
            key if _OURS.search(label) else label for key, label in zip(keys, labels, strict=True)
        )

    def neutral_text(self, field: ChoicesField, names: Names, value: object) -> str:
        keys = value if isinstance(value, tuple) else ()
        language = settings.current().language
        return ", ".join(label_of(names, field.dictionary, str(key), language) for key in keys)

    def references(self, field: ChoicesField) -> Iterator[DefinitionReference]:
        yield DefinitionReference("dictionary", field.dictionary, pointer="/dictionary")
        for place, key in enumerate(field.default if isinstance(field.default, list) else ()):
            if isinstance(key, str):
                yield DefinitionReference(
                    "dictionary", field.dictionary, part=key, pointer=f"/default/{place}"
                )

    def constant_default(self, field: ChoicesField, names: Names) -> object:
        # The keys are checked as references; the dictionary itself may be published together with the form.
        return tuple(str(key) for key in field.default) if isinstance(field.default, list) else None

    def dictionary(self, field: ChoicesField) -> str | None:
        return field.dictionary

    def demo(self, field: ChoicesField, names: Names, random: Random) -> object:
        dictionary = names.dictionary(field.dictionary)
        keys = [value.key for value in dictionary.active] if dictionary else []
        return random.sample(keys, min(len(keys), field.max_count, 2))
