"""`users`: several people of the company."""

from __future__ import annotations

from random import Random
from typing import Annotated

from msgspec import Meta

from form_engine.definition import FieldDef, ValueField
from form_engine.fields.base import LIST_OPERATORS, Cell, FieldType, Names, Schema, stored
from form_engine.fields.links import shown_list
from form_engine.fields.references import (
    ManyCodec,
    accepted_schema,
    converted_ids,
    presented_schema,
    reference_cell,
)
from platform_core.database import JSON
from platform_core.entities import FieldCodec, Reference, StoredColumn
from platform_core.expressions import USER, Type, list_of
from platform_core.i18n import N_, Listener

_REFERENCE = Reference("user", many=True)


class UsersField(ValueField, frozen=True, kw_only=True, tag="users"):
    """Users, each at most once."""

    max_count: Annotated[int, Meta(ge=1, le=200)] = 50


class UsersType(FieldType[UsersField]):
    name = "users"
    definition = UsersField
    label = N_("Several people")
    has_text = False
    operators = LIST_OPERATORS
    sortable = False
    widgets = ("people",)

    def columns(self, field: UsersField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, JSON),)

    def codec(self, field: UsersField, names: Names) -> FieldCodec:
        return ManyCodec(_REFERENCE, field.max_count)

    def reference(self, field: UsersField, names: Names) -> Reference:
        return _REFERENCE

    def convert(
        self, field: UsersField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        return converted_ids(self.reference(field, names), source.reference(old, names), value)

    def expression_type(self, field: UsersField, names: Names) -> Type:
        return list_of(USER)

    def value_schema(self, field: UsersField) -> Schema:
        return {"type": "array", "items": presented_schema("title"), "maxItems": field.max_count}

    def input_schema(self, field: UsersField) -> Schema:
        return {"type": "array", "items": accepted_schema("id", "code"), "maxItems": field.max_count}

    def show(self, field: UsersField, names: Names, wire: object, reader: Listener) -> str:
        return shown_list(wire, reader)

    def cell(self, field: UsersField, names: Names, wire: object, reader: Listener) -> Cell:
        return reference_cell(wire, reader)

    def demo(self, field: UsersField, names: Names, random: Random) -> object:
        return []
