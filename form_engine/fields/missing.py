"""What stands for a field type whose plugin is switched off, missing or broken: the values stay, nobody writes them.

A form with such a field goes on: its value is read and shown as text, kept through every save, and written by nobody.
Publishing the form waits until the plugin is back, so that no column is taken for something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import cast

import msgspec

from form_engine.definition import FieldDef
from form_engine.fields.base import FieldType, Names, Schema, problem
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_

AWAY = N_("The plugin that brings the field type '{type}' is switched off or missing.")


class MissingField(FieldDef, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A field whose type is away; what its definition says beyond a name and a label is not understood."""


@dataclass(frozen=True, slots=True)
class MissingCodec:
    """One column: its value as it is. Several: a tuple of them. Nothing is ever parsed."""

    type: str
    width: int

    def parse(self, raw: object, context: ParseContext) -> object:
        if raw is None or raw == "":
            return None
        raise FieldProblem("plugin_off", AWAY, type=self.type)

    def to_columns(self, value: object) -> tuple[object, ...]:
        if self.width == 1:
            return (value,)
        return value if isinstance(value, tuple) and len(value) == self.width else (None,) * self.width

    def from_columns(self, raw: Sequence[object]) -> object:
        if self.width == 1:
            return raw[0]
        return tuple(raw) if any(one is not None for one in raw) else None

    def to_wire(self, value: object) -> object:
        parts = value if isinstance(value, tuple) else (value,)
        return " ".join(str(part) for part in parts if part is not None) or None


class MissingType(FieldType[MissingField]):
    """The stand-in for one type."""

    definition = MissingField
    label = N_("Switched off")
    operators = ("blank",)
    sortable = False
    writable = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.definition = _struct_of(name)

    def columns(self, field: MissingField, base: str) -> tuple[StoredColumn, ...]:
        return ()

    def codec(self, field: MissingField, names: Names) -> FieldCodec:
        return MissingCodec(self.name, 1)

    def stored_codec(self, columns: tuple[StoredColumn, ...]) -> FieldCodec:
        """The codec for the columns that the field has."""
        return MissingCodec(self.name, len(columns))

    def expression_type(self, field: MissingField, names: Names) -> Type:
        return TEXT_TYPE

    def value_schema(self, field: MissingField) -> Schema:
        return {"type": "string", "readOnly": True}

    def demo(self, field: MissingField, names: Names, random: Random) -> object:
        return None

    def check(self, field: MissingField) -> Iterator[Problem]:
        remedy = N_("Switch it on under Settings, Plugins; then publish.")
        yield problem("/type", "plugin_off", AWAY, remedy=remedy, type=self.name)


@cache
def _struct_of(name: str) -> type[MissingField]:
    made = msgspec.defstruct(
        "MissingField", [], bases=(MissingField,), tag=name, tag_field="type", frozen=True, kw_only=True,
        forbid_unknown_fields=False, module=__name__,
    )  # fmt: skip
    return cast("type[MissingField]", made)
