"""`choice`: one value of a dictionary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from form_engine.definition import IndexedField, ReferenceName
from form_engine.fields.base import Cell, FieldType, Names, Schema, stored
from form_engine.fields.keys import clear_label, label_of, read_key
from platform_core import settings
from platform_core.database import TEXT
from platform_core.definitions import Reference as DefinitionReference
from platform_core.entities import FieldCodec, ParseContext, StoredColumn
from platform_core.expressions import Type
from platform_core.expressions import choice as choice_type
from platform_core.i18n import N_, Listener


class ChoiceField(IndexedField, frozen=True, kw_only=True, tag="choice"):
    """One key of `dictionary`."""

    dictionary: ReferenceName


@dataclass(frozen=True, slots=True)
class ChoiceCodec:
    names: Names
    dictionary: str

    def parse(self, raw: object, context: ParseContext) -> str | None:
        if raw is None or isinstance(raw, str) and not raw.strip():
            return None
        return read_key(self.names, self.dictionary, raw, context)

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


class ChoiceType(FieldType[ChoiceField]):
    name = "choice"
    definition = ChoiceField
    label = N_("Choice")
    plain = True
    groupable = True
    chip = True
    widgets = ("select", "combobox", "radio")

    def columns(self, field: ChoiceField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, TEXT),)

    def codec(self, field: ChoiceField, names: Names) -> FieldCodec:
        return ChoiceCodec(names, field.dictionary)

    def expression_type(self, field: ChoiceField, names: Names) -> Type:
        return choice_type(names.dictionary_key(field.dictionary))

    def value_schema(self, field: ChoiceField) -> Schema:
        return {"type": "string"}

    def show(self, field: ChoiceField, names: Names, wire: object, reader: Listener) -> str:
        return label_of(names, field.dictionary, str(wire), reader.language)

    def cell(self, field: ChoiceField, names: Names, wire: object, reader: Listener) -> Cell:
        return clear_label(names, field.dictionary, str(wire), reader.language)

    def neutral_text(self, field: ChoiceField, names: Names, value: object) -> str:
        return label_of(names, field.dictionary, str(value), settings.current().language)

    def references(self, field: ChoiceField) -> Iterator[DefinitionReference]:
        yield DefinitionReference("dictionary", field.dictionary, pointer="/dictionary")
        if isinstance(field.default, str):
            yield DefinitionReference("dictionary", field.dictionary, part=field.default, pointer="/default")

    def constant_default(self, field: ChoiceField, names: Names) -> object:
        # The keys are checked as references; the dictionary itself may be published together with the form.
        return field.default if isinstance(field.default, str) else None

    def dictionary(self, field: ChoiceField) -> str | None:
        return field.dictionary

    def demo(self, field: ChoiceField, names: Names, random: Random) -> object:
        dictionary = names.dictionary(field.dictionary)
        return random.choice(dictionary.active).key if dictionary and dictionary.active else None
