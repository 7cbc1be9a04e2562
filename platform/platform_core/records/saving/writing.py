"""The rows themselves: records and the rows of their table fields, as few statements as the engine allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from platform_core import database
from platform_core.database import UUID, Params, sort_key
from platform_core.entities import TITLE, TITLE_SORT, Rows, quote
from platform_core.errors import StaleVersion
from platform_core.records.saving.columns import (
    FieldColumns,
    insert_sql,
    rows_columns,
    table_plan,
    update_sql,
)
from platform_core.records.saving.rows import RowsChange, RowValue
from platform_core.records.saving.work import Save, by_entity

COPY_FROM = 50
"""From so many rows on, COPY is quicker than single inserts."""


async def write_records(saves: Sequence[Save]) -> None:
    """Writes new and changed records and their table rows. Raises UniqueViolation, StaleVersion."""
    for group in by_entity(saves):
        await _insert([save for save in group if save.is_new])
        for save in group:
            if not save.is_new:
                await _update(save)
    for save in saves:
        for change in save.rows.values():
            await _write_rows(save, change)


async def _insert(saves: Sequence[Save]) -> None:
    if not saves:
        return
    plan = table_plan(saves[0].entity)
    rows = [plan.row(save.values, save.title, sort_key(save.title)) for save in saves]
    await insert_rows(plan.table, plan.columns, rows)


async def insert_rows(table: str, columns: tuple[str, ...], rows: Sequence[Params]) -> None:
    """Inserts rows: one statement each while they are few, COPY when they are many."""
    if len(rows) >= COPY_FROM:
        await database.copy_rows(table, columns, rows)
    elif len(rows) > 1:
        await database.execute_many(insert_sql(table, columns), rows)
    elif rows:
        await database.execute(insert_sql(table, columns), rows[0])


async def _update(save: Save) -> None:
    """Writes the changed columns where the version still is the one that was read."""
    plan = table_plan(save.entity)
    names = [
        name
        for name in save.values
        if name in plan.by_name and save.values[name] != (save.before or {}).get(name)
    ]
    columns: list[str] = []
    values: list[object] = []
    for name in names:
        field = plan.by_name[name]
        columns.extend(field.names)
        values.extend(field.values(save.values[name]))
    sql = update_sql(plan.table, (*columns, TITLE, TITLE_SORT), '"id" = ? AND "version" = ?')
    changed = await database.execute(sql, (*values, save.title, sort_key(save.title), save.id, save.version))
    if changed != 1:
        raise StaleVersion()


async def _write_rows(save: Save, change: RowsChange) -> None:
    rows = change.rows
    cells = rows_columns(rows)
    if change.removed:
        condition = database.dialect().in_list('"id"')
        gone = sorted(str(row["id"]) for row in change.removed)
        await database.execute(f"DELETE FROM {quote(rows.table)} WHERE {condition}", (gone,))
    names = tuple(name for cell in cells for name in cell.names)
    moved = [(place, *_cells(cells, row), row["id"]) for place, row in change.repositioned]
    if moved:
        await database.execute_many(update_sql(rows.table, ("position", *names), '"id" = ?'), moved)
    known = {row["id"] for row in change.before}
    added = [
        (row["id"], save.id, place, *_cells(cells, row))
        for place, row in enumerate(change.after)
        if row["id"] not in known
    ]
    await insert_rows(rows.table, ("id", "parent", "position", *names), added)


def _cells(cells: Iterable[FieldColumns], row: RowValue) -> tuple[object, ...]:
    return tuple(value for cell in cells for value in cell.values(row.get(cell.field.name)))


async def delete_rows(tables: Iterable[Rows], parents: Sequence[str]) -> None:
    """Destroys the table rows of records that are being destroyed."""
    condition = database.dialect().in_list('"parent"', UUID.kind)
    for rows in tables:
        await database.execute(f"DELETE FROM {quote(rows.table)} WHERE {condition}", (list(parents),))
