"""`image`: one uploaded picture, shown as such."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from form_engine.definition import FieldDef, ValueField
from form_engine.fields.base import D, FieldType, Names, Schema, stored
from form_engine.fields.file import FILE_SCHEMA, no_default
from form_engine.fields.references import OneCodec, accepted_schema, converted_ids, shown_reference
from platform_core.database import UUID
from platform_core.entities import FieldCodec, Reference, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import REF, Type
from platform_core.i18n import N_, Listener, translator

_REFERENCE = Reference("file")
PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
"""What a picture may be, told by its content when it was uploaded."""


class ImageField(ValueField, frozen=True, kw_only=True, tag="image"):
    """A picture. The upload comes first; the record then names its id."""


class PictureType(FieldType[D]):
    """Base of the types that hold one picture."""

    in_titles = False
    has_text = False
    operators = ("blank",)
    sortable = False

    def columns(self, field: D, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, UUID),)

    def codec(self, field: D, names: Names) -> FieldCodec:
        return OneCodec(_REFERENCE)

    def reference(self, field: D, names: Names) -> Reference:
        return _REFERENCE

    def convert(
        self, field: D, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        return converted_ids(self.reference(field, names), source.reference(old, names), value)

    def expression_type(self, field: D, names: Names) -> Type:
        return REF

    def value_schema(self, field: D) -> Schema:
        return FILE_SCHEMA

    def input_schema(self, field: D) -> Schema:
        return accepted_schema("id")

    def show(self, field: D, names: Names, wire: object, reader: Listener) -> str:
        return shown_reference(wire, translator(reader.language).gettext(N_("(restricted)")))

    def check(self, field: D) -> Iterator[Problem]:
        if field.default is not None:
            yield no_default()

    def demo(self, field: D, names: Names, random: Random) -> object:
        return None


class ImageType(PictureType[ImageField]):
    name = "image"
    definition = ImageField
    label = N_("Picture")
    widgets = ("image",)
