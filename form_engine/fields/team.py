"""`team`: one team of the company."""

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
from platform_core.expressions import REF, Type
from platform_core.i18n import N_, Listener, translator

_REFERENCE = Reference("team")


class TeamField(IndexedField, frozen=True, kw_only=True, tag="team"):
    """A team; typed or imported by its name."""


class TeamType(FieldType[TeamField]):
    name = "team"
    definition = TeamField
    label = N_("Team")
    has_text = False
    groupable = True
    chip = True
    widgets = ("team",)

    def columns(self, field: TeamField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, UUID),)

    def codec(self, field: TeamField, names: Names) -> FieldCodec:
        return OneCodec(_REFERENCE)

    def reference(self, field: TeamField, names: Names) -> Reference:
        return _REFERENCE

    def convert(
        self, field: TeamField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        return converted_ids(self.reference(field, names), source.reference(old, names), value)

    def expression_type(self, field: TeamField, names: Names) -> Type:
        return REF

    def value_schema(self, field: TeamField) -> Schema:
        return presented_schema("title")

    def input_schema(self, field: TeamField) -> Schema:
        return accepted_schema("id", "code")

    def show(self, field: TeamField, names: Names, wire: object, reader: Listener) -> str:
        return shown_reference(wire, translator(reader.language).gettext(N_("(restricted)")))

    def demo(self, field: TeamField, names: Names, random: Random) -> object:
        return None
