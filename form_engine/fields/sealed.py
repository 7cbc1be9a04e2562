"""The type of a field that is stored encrypted: its own type's behaviour, on other columns."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from form_engine.definition import FieldDef
from form_engine.fields.base import AnyFieldType, Cell, FieldType, Names, Schema, problem
from platform_core.entities import FieldCodec, SealedCodec, StoredColumn, sealed_columns
from platform_core.errors import Problem
from platform_core.expressions import Type
from platform_core.i18n import N_, Listener

_ENCRYPTED = "encrypted"


def is_encrypted(field: FieldDef) -> bool:
    """Whether a definition wants its values encrypted."""
    return field.sensitive == _ENCRYPTED


class SealedType(FieldType[FieldDef]):
    """`inner` with a token and a blind index for columns. Equal values are found; nothing is sorted or searched."""

    plain = False
    sortable = False
    groupable = False
    chip = False
    summed = False
    in_rows = False
    in_titles = False
    has_text = False

    def __init__(self, inner: AnyFieldType) -> None:
        self.inner = inner
        self.name = inner.name
        self.definition = inner.definition
        self.label = inner.label
        self.writable = inner.writable
        self.widgets = inner.widgets
        self.operators = tuple(one for one in ("eq", "ne", "in", "blank") if one in inner.operators)

    def columns(self, field: FieldDef, base: str) -> tuple[StoredColumn, ...]:
        return sealed_columns(base)

    def codec(self, field: FieldDef, names: Names) -> FieldCodec:
        return SealedCodec(self.inner.codec(field, names), self.inner.columns(field, "x"))

    def expression_type(self, field: FieldDef, names: Names) -> Type:
        return self.inner.expression_type(field, names)

    def value_schema(self, field: FieldDef) -> Schema:
        return self.inner.value_schema(field)

    def input_schema(self, field: FieldDef) -> Schema:
        return self.inner.input_schema(field)

    def demo(self, field: FieldDef, names: Names, random: Random) -> object:
        return self.inner.demo(field, names, random)

    def show(self, field: FieldDef, names: Names, wire: object, reader: Listener) -> str:
        return self.inner.show(field, names, wire, reader)

    def typed(self, text: str) -> str:
        return self.inner.typed(text)

    def cell(self, field: FieldDef, names: Names, wire: object, reader: Listener) -> Cell:
        return self.inner.cell(field, names, wire, reader)

    def neutral_text(self, field: FieldDef, names: Names, value: object) -> str:
        return self.inner.neutral_text(field, names, value)

    def convert(
        self, field: FieldDef, names: Names, source: AnyFieldType, old: FieldDef, value: object
    ) -> object:
        from_type = source.inner if isinstance(source, SealedType) else source
        if from_type.name == self.inner.name and from_type.meaning(old, names) == self.meaning(field, names):
            codec = self.inner.codec(field, names)
            return codec.from_columns(self.inner.codec(old, names).to_columns(value))
        return self.inner.convert(field, names, from_type, old, value)

    def meaning(self, field: FieldDef, names: Names) -> str:
        return self.inner.meaning(field, names)

    def check(self, field: FieldDef) -> Iterator[Problem]:
        yield from self.inner.check(field)
        if not self.inner.encryptable:
            message = N_("Values of the type '{type}' cannot be stored encrypted.")
            yield problem("/sensitive", "not_encryptable", message, type=self.inner.name)
        if field.search:
            message = N_("What is stored encrypted cannot be searched for words.")
            yield problem("/search", "encrypted_search", message, remedy=N_("Take 'search' away."))
        if field.default is not None:
            message = N_("An encrypted field has no default: it would stand in the definition in clear.")
            yield problem("/default", "encrypted_default", message, remedy=N_("Take it away."))
