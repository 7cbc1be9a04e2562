"""`links`: several records of one other form."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Annotated

from msgspec import Meta

from form_engine.definition import FieldDef, ReferenceName, ValueField
from form_engine.fields.base import LIST_OPERATORS, Cell, FieldType, Names, Schema, stored
from form_engine.fields.references import (
    ManyCodec,
    accepted_schema,
    converted_ids,
    presented_schema,
    reference_cell,
    shown_reference,
)
from platform_core.database import JSON
from platform_core.definitions import Reference as DefinitionReference
from platform_core.entities import FieldCodec, Reference, StoredColumn
from platform_core.expressions import Type, list_of
from platform_core.expressions import ref as ref_type
from platform_core.i18n import N_, Listener, join_list, translator


class LinksField(ValueField, frozen=True, kw_only=True, tag="links"):
    """Records of `form`, each at most once."""

    form: ReferenceName
    max_count: Annotated[int, Meta(ge=1, le=500)] = 100


class LinksType(FieldType[LinksField]):
    name = "links"
    definition = LinksField
    label = N_("Several links")
    has_text = False
    operators = LIST_OPERATORS
    sortable = False
    widgets = ("records",)

    def columns(self, field: LinksField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, JSON),)

    def codec(self, field: LinksField, names: Names) -> FieldCodec:
        return ManyCodec(self.reference(field, names), field.max_count)

    def reference(self, field: LinksField, names: Names) -> Reference:
        return Reference("record", (names.form_key(field.form),), many=True)

    def meaning(self, field: LinksField, names: Names) -> str:
        return names.form_key(field.form)

    def convert(
        self, field: LinksField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        return converted_ids(self.reference(field, names), source.reference(old, names), value)

    def expression_type(self, field: LinksField, names: Names) -> Type:
        return list_of(ref_type(names.form_key(field.form)))

    def value_schema(self, field: LinksField) -> Schema:
        return {"type": "array", "items": presented_schema("code", "title"), "maxItems": field.max_count}

    def input_schema(self, field: LinksField) -> Schema:
        return {"type": "array", "items": accepted_schema("id", "code"), "maxItems": field.max_count}

    def show(self, field: LinksField, names: Names, wire: object, reader: Listener) -> str:
        return shown_list(wire, reader)

    def cell(self, field: LinksField, names: Names, wire: object, reader: Listener) -> Cell:
        return reference_cell(wire, reader)

    def references(self, field: LinksField) -> Iterator[DefinitionReference]:
        yield DefinitionReference("form", field.form, pointer="/form")

    def demo(self, field: LinksField, names: Names, random: Random) -> object:
        return []


def shown_list(wire: object, reader: Listener) -> str:
    """The titles of presented references, one after the other."""
    restricted = translator(reader.language).gettext(N_("(restricted)"))
    items = [shown_reference(item, restricted) for item in (wire if isinstance(wire, list | tuple) else ())]
    return join_list(items, style="unit", language=reader.language) if items else ""
