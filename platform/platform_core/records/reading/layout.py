"""How the rows of one form become wire values: which columns are read, and what is done to each.

Built once per form revision and set of fields.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from platform_core import database
from platform_core.database import ColumnType
from platform_core.entities import (
    EncodesItself,
    Entity,
    EntityField,
    FieldCodec,
    ReadsColumn,
    Rows,
    is_sealed,
    quote,
)

Row = Sequence[object]
Column = Sequence[object]
Reader = Callable[[object], object]

_CONVERTED = frozenset({"decimal", "instant", "date", "json", "bool"})
"""Kinds that SQLite may hand over raw, where a union or a CASE hides the declared type."""


@dataclass(frozen=True, slots=True)
class Wide:
    """A field with several columns: where they are, their types, and its codec."""

    name: str
    indexes: tuple[int | None, ...]
    """Index per stored column; None for a sort key, which is not read."""
    types: tuple[ColumnType, ...]
    codec: FieldCodec

    def wires(self, columns: Sequence[Column], start: int) -> list[object]:
        """The wire values of a page."""
        value = columns[start + (self.indexes[0] or 0)]
        blank: Column = (None,) * len(value)
        parts = [blank if index is None else columns[start + index] for index in self.indexes]
        return [self._wire(raw) if raw[0] is not None else None for raw in zip(*parts, strict=True)]

    def _wire(self, raw: Sequence[object]) -> object:
        values = [database.from_db(kind, value) for kind, value in zip(self.types, raw, strict=True)]
        return self.codec.to_wire(self.codec.from_columns(values))


class Layout:
    """The columns of some fields of a form, in order, and the way back to wire values.

    `columns` are (field, column) pairs; the first `len(names)` are each field's value column, then come the others.
    A page is turned column by column: most columns are used as they come, the others go through one compiled reader.
    """

    __slots__ = ("_encoded", "_narrow", "_wide", "columns", "fields", "names")

    def __init__(self, fields: Sequence[EntityField], *, encoded: bool = False) -> None:
        self._encoded = encoded
        self.fields = tuple(fields)
        self.names = tuple(field.name for field in fields)
        self.columns: list[tuple[str, str]] = [(field.name, field.columns[0].name) for field in fields]
        self._narrow: list[tuple[str, int, Reader]] = []
        self._wide: list[Wide] = []
        for place, field in enumerate(fields):
            self._plan(place, field)

    def _plan(self, place: int, field: EntityField) -> None:
        if is_sealed(field):
            return  # the token comes as it is, and is opened record by record
        if len([column for column in field.columns if column.role != "sort"]) > 1:
            self._wide.append(self._wide_field(place, field))
        elif (reader := reader_of(field, encoded=self._encoded)) is not None:
            self._narrow.append((field.name, place, reader))

    def _wide_field(self, place: int, field: EntityField) -> Wide:
        indexes: list[int | None] = []
        for column in field.columns:
            if column is field.columns[0]:
                indexes.append(place)
            elif column.role == "sort":
                indexes.append(None)
            else:
                indexes.append(len(self.columns))
                self.columns.append((field.name, column.name))
        return Wide(field.name, tuple(indexes), tuple(column.type for column in field.columns), field.codec)

    def read(self, columns: Sequence[Column], start: int) -> dict[str, Column]:
        """Wire values by field, a whole page at once; this layout's columns begin at `start`. References are ids."""
        found: dict[str, Column] = dict(zip(self.names, columns[start:], strict=False))
        for name, place, reader in self._narrow:
            found[name] = [None if raw is None else reader(raw) for raw in columns[start + place]]
        for wide in self._wide:
            found[wide.name] = wide.wires(columns, start)
        return found

    def select(self) -> list[str]:
        """The columns of a SELECT over alias `t`."""
        return [f"t.{quote(column)}" for _name, column in self.columns]


def reader_of(field: EntityField, *, encoded: bool = False) -> Reader | None:
    """What turns the one value column of a field into its wire value; None where it already is that.

    `encoded`: where it is that once a JSON encoder has written it.
    """
    kind = field.columns[0].type
    sqlite = not database.dialect().is_postgresql
    convert = partial(database.from_db, kind) if sqlite and kind.kind in _CONVERTED else None
    if encoded and isinstance(field.codec, EncodesItself) and not (sqlite and kind.kind == "decimal"):
        return convert
    if field.plain or (field.reference is not None and kind.kind in ("uuid", "json")):
        return convert
    codec = field.codec
    blanks = (None,) * (len(field.columns) - 1)

    def through_codec(raw: object) -> object:
        return codec.to_wire(codec.from_columns((raw, *blanks)))

    read: Reader = codec.column_to_wire if isinstance(codec, ReadsColumn) else through_codec
    return read if convert is None else lambda raw: read(convert(raw))


_layouts: dict[tuple[str, str, str, bool, tuple[str, ...]], Layout] = {}


def as_text(field: EntityField) -> bool:
    """Whether a page for a JSON encoder reads the field's value column as text: PostgreSQL writes it quicker."""
    kind = field.columns[0].type.kind
    return kind == "uuid" or (kind in ("decimal", "date") and isinstance(field.codec, EncodesItself))


def layout(entity: Entity, names: Sequence[str], *, encoded: bool = False) -> Layout:
    """The layout of these stored fields of a form revision on the current engine."""
    key = (entity.key, entity.hash, database.dialect().name, encoded, tuple(names))
    found = _layouts.get(key)
    if found is None:
        if len(_layouts) > 4_000:
            _layouts.clear()
        found = _layouts[key] = Layout([entity.fields[name] for name in names], encoded=encoded)
    return found


def table_layout(revision: str, rows: Rows) -> Layout:
    """The layout of the cells of a table field."""
    key = (rows.table, revision, database.dialect().name, False, ())
    found = _layouts.get(key)
    if found is None:
        found = _layouts[key] = Layout([cell for cell in rows.fields.values() if cell.columns])
    return found
