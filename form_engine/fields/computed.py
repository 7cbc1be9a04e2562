"""What the computed field types share: nobody writes them, and their values are like those of another type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Annotated, Generic, Protocol, TypeVar

import msgspec
from msgspec import Meta

from form_engine.definition import FieldDef
from form_engine.fields.base import AnyFieldType, Cell, FieldType, Names, Schema
from platform_core.definitions import Reference as DefinitionReference
from platform_core.entities import FieldCodec, Reference, StoredColumn
from platform_core.expressions import TEXT, Type
from platform_core.i18n import Listener

RESULTS = (
    *("text", "long_text", "integer", "decimal", "percent", "money", "boolean", "choice", "date", "datetime"),
    *("time", "duration", "country", "currency", "language", "timezone", "user", "team", "link"),
)
"""What a formula may result in; `money:EUR`, `choice:<dictionary>` and `link:<form>` say more behind a colon."""

ResultName = Annotated[str, Meta(pattern=r"^[a-z][a-z_]*(:[A-Za-z][A-Za-z0-9_.]*)?$")]

_DETAIL = {"money": "currency", "choice": "dictionary", "link": "form"}
NEEDS_DETAIL = frozenset({"choice", "link"})


class ComputedField(FieldDef, frozen=True, kw_only=True):
    """A field whose value follows from others."""

    index: bool = False
    search: bool = False
    track: bool = True
    """Whether a change of the value is kept in the record's history."""
    declassify: bool = False
    """Shows the value also to roles that do not see everything it is made from."""


class Types(Protocol):
    """The registry of field types, as a type that stands for another one asks it."""

    def decode(self, raw: Mapping[str, object]) -> FieldDef | None: ...

    def of(self, field: FieldDef) -> AnyFieldType: ...


def result_field(result: str, scale: int | None, types: Types) -> FieldDef | None:
    """The field that holds what `result` names; None where there is no such type."""
    kind, _, detail = result.partition(":")
    if kind not in RESULTS or (kind in NEEDS_DETAIL) > bool(detail):
        return None
    raw: dict[str, object] = {"type": kind, "name": "x"}
    if detail:
        if kind not in _DETAIL:
            return None
        raw[_DETAIL[kind]] = detail
    if scale is not None:
        raw["scale"] = scale
    return types.decode(raw)


def dressed(result: FieldDef, field: ComputedField) -> FieldDef:
    """`result` under the name and with the options of the computed field."""
    offered = set(result.__struct_fields__)
    options = {"index": field.index, "search": field.search, "track": field.track}
    more = {name: value for name, value in options.items() if name in offered}
    return msgspec.structs.replace(
        result, name=field.name, label=field.label, help=field.help, was=field.was, **more
    )


C = TypeVar("C", bound=ComputedField)


class ComputedType(FieldType[C], Generic[C]):
    """Behaves as the type of its result does, but has no column of its own and is never written.

    What is published puts the field of the result in its place (`kind.results`), with columns; only a volatile
    formula keeps standing for itself.
    """

    sortable = False
    in_rows = False
    in_titles = False
    writable = False
    virtual = True
    operators = ()
    widgets = ("output",)

    def __init__(self, types: Types) -> None:
        self._types = types

    def result(self, field: C) -> FieldDef | None:
        """The field that holds the result, where the definition alone tells."""
        return None

    def columns(self, field: C, base: str) -> tuple[StoredColumn, ...]:
        return ()

    def codec(self, field: C, names: Names) -> FieldCodec:
        shown = self._standing(field)
        return self._types.of(shown).codec(shown, names)

    def expression_type(self, field: C, names: Names) -> Type:
        made = self.result(field)
        return TEXT if made is None else self._types.of(made).expression_type(made, names)

    def value_schema(self, field: C) -> Schema:
        shown = self._standing(field)
        return {**self._types.of(shown).value_schema(shown), "readOnly": True}

    def show(self, field: C, names: Names, wire: object, reader: Listener) -> str:
        shown = self._standing(field)
        return self._types.of(shown).show(shown, names, wire, reader)

    def cell(self, field: C, names: Names, wire: object, reader: Listener) -> Cell:
        shown = self._standing(field)
        return self._types.of(shown).cell(shown, names, wire, reader)

    def neutral_text(self, field: C, names: Names, value: object) -> str:
        shown = self._standing(field)
        return self._types.of(shown).neutral_text(shown, names, value)

    def references(self, field: C) -> Iterator[DefinitionReference]:
        made = self.result(field)
        if made is not None:
            for found in self._types.of(made).references(made):
                yield DefinitionReference(found.kind, found.name, found.part, "/result", found.required)

    def reference(self, field: C, names: Names) -> Reference | None:
        made = self.result(field)
        return None if made is None else self._types.of(made).reference(made, names)

    def dictionary(self, field: C) -> str | None:
        made = self.result(field)
        return None if made is None else self._types.of(made).dictionary(made)

    def demo(self, field: C, names: Names, random: Random) -> object:
        return None

    def _standing(self, field: C) -> FieldDef:
        made = self.result(field) or result_field("text", None, self._types)
        if made is None:
            raise LookupError("the field type 'text' is not there")
        return made
