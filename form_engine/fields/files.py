"""`files`: several uploaded files."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Annotated

from msgspec import Meta

from form_engine.definition import FieldDef, ValueField
from form_engine.fields.base import Cell, FieldType, Names, Schema, stored
from form_engine.fields.file import FILE_SCHEMA, no_default
from form_engine.fields.links import shown_list
from form_engine.fields.references import ManyCodec, accepted_schema, converted_ids, reference_cell
from platform_core.database import JSON
from platform_core.entities import FieldCodec, Reference, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import REF, Type, list_of
from platform_core.i18n import N_, Listener

_REFERENCE = Reference("file", many=True)


class FilesField(ValueField, frozen=True, kw_only=True, tag="files"):
    """Files. The uploads come first; the record then names their ids."""

    max_count: Annotated[int, Meta(ge=1, le=200)] = 20


class FilesType(FieldType[FilesField]):
    name = "files"
    definition = FilesField
    label = N_("Several files")
    in_titles = False
    has_text = False
    operators = ("blank",)
    sortable = False
    widgets = ("files",)

    def columns(self, field: FilesField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, JSON),)

    def codec(self, field: FilesField, names: Names) -> FieldCodec:
        return ManyCodec(_REFERENCE, field.max_count)

    def reference(self, field: FilesField, names: Names) -> Reference:
        return _REFERENCE

    def convert(
        self, field: FilesField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        return converted_ids(self.reference(field, names), source.reference(old, names), value)

    def expression_type(self, field: FilesField, names: Names) -> Type:
        return list_of(REF)

    def value_schema(self, field: FilesField) -> Schema:
        return {"type": "array", "items": FILE_SCHEMA, "maxItems": field.max_count}

    def input_schema(self, field: FilesField) -> Schema:
        return {"type": "array", "items": accepted_schema("id"), "maxItems": field.max_count}

    def show(self, field: FilesField, names: Names, wire: object, reader: Listener) -> str:
        return shown_list(wire, reader)

    def cell(self, field: FilesField, names: Names, wire: object, reader: Listener) -> Cell:
        return reference_cell(wire, reader)

    def check(self, field: FilesField) -> Iterator[Problem]:
        if field.default is not None:
            yield no_default()

    def demo(self, field: FilesField, names: Names, random: Random) -> object:
        return []
