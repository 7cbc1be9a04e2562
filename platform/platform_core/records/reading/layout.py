"""How the rows of one form become wire values: which columns are read, and what is done to each.

Built once per form revision and set of fields. Most values are what the column holds; the others have one compiled
reader. A row becomes a dict with one pass over the readers, and no object per field is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from platform_core import database
from platform_core.database import ColumnType
from platform_core.entities import Entity, EntityField, Rows, quote
from platform_core.records.model import Wire

Row = Sequence[object]
Reader = Callable[[object], object]

_CONVERTED = frozenset({"decimal", "instant", "date", "json", "bool"})
"""Kinds that SQLite may hand over raw, where a union or a CASE hides the declared type."""


@dataclass(frozen=True, slots=True)
class Wide:
    """A field with several columns: where they are in a row, their types, and its codec."""

    place: int
    columns: tuple[int | None, ...]
    """Index per stored column; None for a sort key, which is not read."""
    types: tuple[ColumnType, ...]
    field: EntityField

    def wire(self, row: Row) -> object:
        raw = [
            None if index is None else database.from_db(kind, row[index])
            for index, kind in zip(self.columns, self.types, strict=True)
        ]
        return self.field.codec.to_wire(self.field.codec.from_columns(raw))


class Layout:
    """The columns of some fields of a form, in order, and the way back to wire values.

    `columns` are (field, column) pairs; the first `len(names)` are each field's value column, then come the others.
    """

    __slots__ = ("_narrow", "_wide", "columns", "fields", "names")

    def __init__(self, fields: Sequence[EntityField]) -> None:
        self.fields = tuple(fields)
        self.names = tuple(field.name for field in fields)
        self.columns: list[tuple[str, str]] = [(field.name, field.columns[0].name) for field in fields]
        self._narrow: list[tuple[int, Reader]] = []
        self._wide: list[Wide] = []
        for place, field in enumerate(fields):
            self._plan(place, field)

    def _plan(self, place: int, field: EntityField) -> None:
        read = [column for column in field.columns if column.role != "sort"]
        if len(read) > 1:
            indexes: list[int | None] = []
            for column in field.columns:
                if column is field.columns[0]:
                    indexes.append(place)
                elif column.role == "sort":
                    indexes.append(None)
                else:
                    indexes.append(len(self.columns))
                    self.columns.append((field.name, column.name))
            self._wide.append(
                Wide(place, tuple(indexes), tuple(column.type for column in field.columns), field)
            )
        elif (reader := reader_of(field)) is not None:
            self._narrow.append((place, reader))

    def values(self, row: Row, start: int) -> Wire:
        """Wire values by field of a row whose columns of this layout begin at `start`. References are bare ids."""
        found = list(row[start : start + len(self.names)])
        for place, reader in self._narrow:
            raw = found[place]
            if raw is not None:
                found[place] = reader(raw)
        if self._wide:
            part = row[start:]
            for wide in self._wide:
                if found[wide.place] is not None or wide.columns[0] is None:
                    found[wide.place] = wide.wire(part)
        return dict(zip(self.names, found, strict=True))

    def select(self, guards: Mapping[str, str] | None = None, alias: str = "t") -> list[str]:
        """The columns of the SELECT; `guards` wrap a field's columns so that only some rows show them."""
        listed: list[str] = []
        for name, column in self.columns:
            text = f"{alias}.{quote(column)}"
            guard = guards.get(name) if guards else None
            listed.append(f"CASE WHEN {guard} THEN {text} END" if guard else text)
        return listed


def reader_of(field: EntityField) -> Reader | None:
    """What turns the one value column of a field into its wire value; None where it already is that."""
    kind = field.columns[0].type
    sqlite = not database.dialect().is_postgresql
    convert = partial(database.from_db, kind) if sqlite and kind.kind in _CONVERTED else None
    if field.plain or (field.reference is not None and kind.kind in ("uuid", "json")):
        return convert
    codec = field.codec
    blanks = (None,) * (len(field.columns) - 1)

    def read(raw: object) -> object:
        return codec.to_wire(codec.from_columns((raw, *blanks)))

    if convert is None:
        return read
    return lambda raw: read(convert(raw))


_layouts: dict[tuple[str, str, str, tuple[str, ...]], Layout] = {}


def layout(entity: Entity, names: Sequence[str]) -> Layout:
    """The layout of these stored fields of a form revision on the current engine."""
    key = (entity.key, entity.hash, database.dialect().name, tuple(names))
    found = _layouts.get(key)
    if found is None:
        if len(_layouts) > 4_000:
            _layouts.clear()
        found = _layouts[key] = Layout([entity.fields[name] for name in names])
    return found


def table_layout(revision: str, rows: Rows) -> Layout:
    """The layout of the cells of a table field."""
    key = (rows.table, revision, database.dialect().name, ())
    found = _layouts.get(key)
    if found is None:
        found = _layouts[key] = Layout([cell for cell in rows.fields.values() if cell.columns])
    return found
