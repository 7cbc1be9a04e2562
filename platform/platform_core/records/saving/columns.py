"""Canonical values ↔ database columns of a form's own table and of its row tables. Planned once per form revision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from platform_core import database
from platform_core.database import ColumnType
from platform_core.entities import TITLE, TITLE_SORT, Entity, EntityField, Rows, quote
from platform_core.records.saving.work import STAMPS

_DIRECT = frozenset({"uuid", "text", "int", "bool", "instant", "date", "json", "blob"})
"""Kinds whose Python value both engines take as it is; a decimal has to be scaled or fitted."""


_NOT_LOGGED = frozenset({"id", "created_at", "created_by", *STAMPS})
"""What a history row says itself."""


@dataclass(frozen=True, slots=True)
class FieldColumns:
    """One stored field: its columns and where a value has to be brought into the engine's form."""

    field: EntityField
    names: tuple[str, ...]
    decimals: tuple[tuple[int, ColumnType], ...]
    blank: tuple[object, ...]
    """Parameters of no value."""

    def values(self, value: object) -> tuple[object, ...]:
        """Database parameters for a canonical value, one per column. Raises BadValue on overflow."""
        if value is None:
            return self.blank
        raw = self.field.codec.to_columns(value)
        if not self.decimals:
            return raw
        changed = list(raw)
        for place, kind in self.decimals:
            changed[place] = database.to_db(kind, changed[place])
        return tuple(changed)


def field_columns(field: EntityField) -> FieldColumns:
    """The plan of one field."""
    decimals = tuple(
        (place, column.type) for place, column in enumerate(field.columns) if column.type.kind not in _DIRECT
    )
    names = tuple(column.name for column in field.columns)
    return FieldColumns(field, names, decimals, field.codec.to_columns(None))


@dataclass(frozen=True, slots=True)
class TablePlan:
    """How a form's records are written and read whole. `columns` are in the order of `fields`, the title's last."""

    table: str
    fields: tuple[FieldColumns, ...]
    named: tuple[tuple[str, FieldColumns], ...]
    by_name: Mapping[str, FieldColumns]
    columns: tuple[str, ...]
    logged: tuple[tuple[str, Callable[[object], object]], ...]
    """(name, to_wire) of the fields whose changes a history row tells."""

    def row(self, values: Mapping[str, object], title: str, title_sort: str) -> tuple[object, ...]:
        """A whole row of parameters."""
        found: list[object] = []
        for name, field in self.named:
            value = values.get(name)
            found += field.blank if value is None else field.values(value)
        return (*found, title, title_sort)

    def canonical(self, row: Sequence[object]) -> dict[str, object]:
        """Canonical values by field of a row read in the order of `columns`."""
        values: dict[str, object] = {}
        start = 0
        for field in self.fields:
            end = start + len(field.names)
            values[field.field.name] = field.field.codec.from_columns(row[start:end])
            start = end
        return values


_plans: dict[tuple[str, str], TablePlan] = {}


def table_plan(entity: Entity) -> TablePlan:
    """The plan of a form revision."""
    key = (entity.table, entity.hash)
    plan = _plans.get(key)
    if plan is None:
        if len(_plans) > 2_000:
            _plans.clear()
        fields = tuple(field_columns(field) for field in entity.stored_fields)
        columns = (*(name for field in fields for name in field.names), TITLE, TITLE_SORT)
        plan = _plans[key] = TablePlan(
            table=entity.table,
            fields=fields,
            named=tuple((field.field.name, field) for field in fields),
            by_name={field.field.name: field for field in fields},
            columns=columns,
            logged=tuple(
                (field.name, field.codec.to_wire)
                for field in entity.fields.values()
                if field.columns and field.rows is None and field.name not in _NOT_LOGGED
            ),
        )
    return plan


@lru_cache(maxsize=4_096)
def insert_sql(table: str, columns: tuple[str, ...]) -> str:
    """INSERT of one row."""
    names = ", ".join(map(quote, columns))
    return f"INSERT INTO {quote(table)} ({names}) VALUES ({', '.join('?' * len(columns))})"


@lru_cache(maxsize=4_096)
def update_sql(table: str, columns: tuple[str, ...], condition: str) -> str:
    """UPDATE of these columns; `condition` is SQL with its own places behind them."""
    changes = ", ".join(f"{quote(column)} = ?" for column in columns)
    return f"UPDATE {quote(table)} SET {changes} WHERE {condition}"


def select_list(columns: Iterable[str], alias: str = "t") -> str:
    """The columns of a SELECT."""
    return ", ".join(f"{alias}.{quote(column)}" for column in columns)


def rows_columns(rows: Rows) -> tuple[FieldColumns, ...]:
    """The stored cells of a table field."""
    return tuple(field_columns(field) for field in rows.fields.values() if field.columns)


def canonical_row(cells: Sequence[FieldColumns], row: Sequence[object]) -> dict[str, object]:
    """One row of a table field from (id, columns…)."""
    values: dict[str, object] = {"id": cast("str", row[0])}
    start = 1
    for cell in cells:
        end = start + len(cell.names)
        values[cell.field.name] = cell.field.codec.from_columns(row[start:end])
        start = end
    return values
