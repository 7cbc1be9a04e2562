"""`file`: one uploaded file."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from form_engine.definition import FieldDef, ValueField
from form_engine.fields.base import FieldType, Names, Schema, problem, stored
from form_engine.fields.references import OneCodec, accepted_schema, converted_ids, shown_reference
from platform_core.database import UUID
from platform_core.entities import FieldCodec, Reference, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import REF, Type
from platform_core.i18n import N_, Listener, translator

_REFERENCE = Reference("file")


class FileField(ValueField, frozen=True, kw_only=True, tag="file"):
    """A file. The upload comes first; the record then names its id."""


FILE_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "id": {"type": ["string", "null"], "format": "uuid"},
        "name": {"type": "string"},
        "size": {"type": "integer"},
        "type": {"type": "string"},
        "restricted": {"type": "boolean"},
    },
    "required": ["id"],
}


class FileType(FieldType[FileField]):
    name = "file"
    definition = FileField
    label = N_("File")
    in_titles = False
    has_text = False
    operators = ("blank",)
    sortable = False
    widgets = ("file",)

    def columns(self, field: FileField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, UUID),)

    def codec(self, field: FileField, names: Names) -> FieldCodec:
        return OneCodec(_REFERENCE)

    def reference(self, field: FileField, names: Names) -> Reference:
        return _REFERENCE

    def convert(
        self, field: FileField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        return converted_ids(self.reference(field, names), source.reference(old, names), value)

    def expression_type(self, field: FileField, names: Names) -> Type:
        return REF

    def value_schema(self, field: FileField) -> Schema:
        return FILE_SCHEMA

    def input_schema(self, field: FileField) -> Schema:
        return accepted_schema("id")

    def show(self, field: FileField, names: Names, wire: object, reader: Listener) -> str:
        return shown_reference(wire, translator(reader.language).gettext(N_("(restricted)")))

    def check(self, field: FileField) -> Iterator[Problem]:
        if field.default is not None:
            yield no_default()

    def demo(self, field: FileField, names: Names, random: Random) -> object:
        return None


def no_default() -> Problem:
    return problem(
        "/default", "no_default", N_("A file field cannot have a default."), remedy=N_("Take it away.")
    )
