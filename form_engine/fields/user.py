"""`user`: one person of the company."""

from __future__ import annotations

from random import Random

from form_engine.definition import FieldDef, IndexedField
from form_engine.fields.base import FieldType, Names, Schema, stored
from form_engine.fields.references import (
    OneCodec,
    accepted_schema,
    converted_ids,
    presented_schema,
    shown_reference,
)
from platform_core.database import UUID
from platform_core.entities import FieldCodec, Reference, StoredColumn
from platform_core.expressions import USER, Type
from platform_core.i18n import N_, Listener, translator

_REFERENCE = Reference("user")


class UserField(IndexedField, frozen=True, kw_only=True, tag="user"):
    """A user; typed or imported by mail address or name."""


class UserType(FieldType[UserField]):
    name = "user"
    definition = UserField
    label = N_("Person")
    has_text = False
    groupable = True
    chip = True
    widgets = ("person",)

    def columns(self, field: UserField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, UUID),)

    def codec(self, field: UserField, names: Names) -> FieldCodec:
        return OneCodec(_REFERENCE)

    def reference(self, field: UserField, names: Names) -> Reference:
        return _REFERENCE

    def convert(
        self, field: UserField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        return converted_ids(self.reference(field, names), source.reference(old, names), value)

    def expression_type(self, field: UserField, names: Names) -> Type:
        return USER

    def value_schema(self, field: UserField) -> Schema:
        return presented_schema("title")

    def input_schema(self, field: UserField) -> Schema:
        return accepted_schema("id", "code")

    def show(self, field: UserField, names: Names, wire: object, reader: Listener) -> str:
        return shown_reference(wire, translator(reader.language).gettext(N_("(restricted)")))

    def demo(self, field: UserField, names: Names, random: Random) -> object:
        return None
