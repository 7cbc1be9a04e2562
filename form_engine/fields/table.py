"""`table`: rows that exist only inside their record, in a table of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated

from msgspec import Meta

from form_engine.definition import FieldDef
from form_engine.fields.base import AnyFieldType, FieldType, Names, Schema, problem
from form_engine.fields.refusals import too_many, wrong_type
from platform_core.database import is_id
from platform_core.definitions import Reference as DefinitionReference
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import ANY, Type, list_of
from platform_core.i18n import N_, Listener, translator

ROW_NAMES = frozenset({"id", "parent", "position"})
"""Columns of our own in every row table."""


class TableField(FieldDef, frozen=True, kw_only=True):
    """Rows with `fields` as their columns. The registry makes the concrete struct, whose `fields` are typed."""

    fields: Annotated[tuple[FieldDef, ...], Meta(min_length=1, max_length=40)]
    required: bool = False
    """Whether at least one row is needed."""
    track: bool = True
    max_rows: Annotated[int, Meta(ge=1, le=5000)] = 500


@dataclass(frozen=True, slots=True)
class TableCodec:
    """Reads all rows at once. `records` reads row by row with the codecs of the columns and keeps the row ids."""

    columns: Mapping[str, FieldCodec]
    max_rows: int

    def parse(self, raw: object, context: ParseContext) -> object:
        if raw is None:
            return None
        if not isinstance(raw, list | tuple):
            raise wrong_type(N_("This must be a list of rows."))
        if len(raw) > self.max_rows:
            raise too_many(self.max_rows)
        return tuple(self._row(place, row, context) for place, row in enumerate(raw)) or None

    def _row(self, place: int, row: object, context: ParseContext) -> Mapping[str, object]:
        if not isinstance(row, Mapping):
            refusal = wrong_type(N_("This must be an object with the row's values."))
            refusal.pointer = f"/{place}"
            raise refusal
        found: dict[str, object] = {}
        for name, raw in row.items():
            try:
                found[name] = _row_id(raw) if name == "id" else self._value(name, raw, context)
            except FieldProblem as refusal:
                refusal.pointer = f"/{place}/{name}{refusal.pointer}"
                raise
        return found

    def _value(self, name: str, raw: object, context: ParseContext) -> object:
        codec = self.columns.get(name)
        if codec is None:
            raise FieldProblem("unknown_field", N_("There is no column '{name}'."), name=name)
        return codec.parse(raw, context)

    def to_columns(self, value: object) -> tuple[object, ...]:
        return ()

    def from_columns(self, raw: Sequence[object]) -> object:
        return None

    def to_wire(self, value: object) -> object:
        if not isinstance(value, tuple):
            return []
        return [
            {name: item if name == "id" else self.columns[name].to_wire(item) for name, item in row.items()}
            for row in value
        ]


def _row_id(raw: object) -> str:
    if not is_id(raw):
        raise wrong_type(N_("This must be the id of a row."))
    return str(raw)


class TableType(FieldType[TableField]):
    """Knows the types of its columns from the registry, which hands them in once all of them are there."""

    name = "table"
    definition = TableField
    label = N_("Table")
    in_titles = False
    has_text = False
    operators = ()
    sortable = False
    in_rows = False
    virtual = True
    widgets = ("table",)

    def __init__(self, types: Mapping[str, AnyFieldType]) -> None:
        self._types = types

    def type_of(self, column: FieldDef) -> AnyFieldType:
        """The field type of one column."""
        return self._types[tag_of(column)]

    def columns(self, field: TableField, base: str) -> tuple[StoredColumn, ...]:
        return ()

    def codec(self, field: TableField, names: Names) -> FieldCodec:
        columns = {column.name: self.type_of(column).codec(column, names) for column in field.fields}
        return TableCodec(columns, field.max_rows)

    def expression_type(self, field: TableField, names: Names) -> Type:
        return list_of(ANY)

    def value_schema(self, field: TableField) -> Schema:
        return self._schema(field, {c.name: self.type_of(c).value_schema(c) for c in field.fields})

    def input_schema(self, field: TableField) -> Schema:
        return self._schema(field, {c.name: self.type_of(c).input_schema(c) for c in field.fields})

    def _schema(self, field: TableField, columns: Mapping[str, Schema]) -> Schema:
        blank = {name: {"anyOf": [schema, {"type": "null"}]} for name, schema in columns.items()}
        row = {"type": "object", "properties": {"id": {"type": "string", "format": "uuid"}, **blank}}
        return {"type": "array", "items": row, "maxItems": field.max_rows}

    def show(self, field: TableField, names: Names, wire: object, reader: Listener) -> str:
        count = len(wire) if isinstance(wire, list | tuple) else 0
        return translator(reader.language).ngettext("{n} row", "{n} rows", count)

    def references(self, field: TableField) -> Iterator[DefinitionReference]:
        for place, column in enumerate(field.fields):
            for found in self.type_of(column).references(column):
                yield DefinitionReference(
                    found.kind, found.name, found.part, f"/fields/{place}{found.pointer}", found.required
                )

    def check(self, field: TableField) -> Iterator[Problem]:
        seen: set[str] = set()
        for place, column in enumerate(field.fields):
            at = f"/fields/{place}"
            if column.name in ROW_NAMES or "__" in column.name:
                yield problem(
                    f"{at}/name", "reserved", N_("'{name}' is a name of our own."), name=column.name
                )
            if column.name in seen:
                yield problem(
                    f"{at}/name", "duplicate", N_("There are two columns '{name}'."), name=column.name
                )
            seen.add(column.name)
            yield from self._check_column(column, at)

    def _check_column(self, column: FieldDef, at: str) -> Iterator[Problem]:
        for found in self.type_of(column).check(column):
            yield problem(at + found.pointer, found.code, found.message, remedy=found.remedy, **found.params)
        region_from = bool(getattr(column, "region_from", None))
        for key, used in (
            ("region_from", region_from),
            ("unique", column.unique),
            ("index", column.index),
            ("search", column.search),
            ("sensitive", column.sensitive == "encrypted"),
        ):
            if used:
                yield problem(
                    f"{at}/{key}",
                    "not_in_rows",
                    N_("'{key}' does not work inside a table."),
                    remedy=N_("Take it away, or make the rows a form of their own."),
                    key=key,
                )

    def demo(self, field: TableField, names: Names, random: Random) -> object:
        return [
            {column.name: self.type_of(column).demo(column, names, random) for column in field.fields}
            for _ in range(2)
        ]


def tag_of(field: FieldDef) -> str:
    """The type's name that a field struct carries."""
    return str(type(field).__struct_config__.tag)
