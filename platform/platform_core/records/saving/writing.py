"""The rows of a save: records, and the rows of their table fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from platform_core import database
from platform_core.entities import TITLE, TITLE_SORT, Rows, quote
from platform_core.records.saving.columns import FieldColumns, rows_columns, table_plan, update_sql
from platform_core.records.saving.rows import RowsChange, RowValue
from platform_core.records.saving.titles import title_sort
from platform_core.records.saving.work import Save
from platform_core.records.saving.writes import Writes


def write_records(saves: Sequence[Save], writes: Writes) -> None:
    """Adds new and changed records and their table rows to what is written."""
    for save in saves:
        plan = table_plan(save.entity)
        if save.is_new:
            values = {**save.values, **save.sealed} if save.sealed else save.values
            row = plan.row(values, save.title, title_sort(save.title))
            writes.insert(plan.table, plan.columns, [row])
        else:
            _update(save, writes)
        for change in save.rows.values():
            _write_rows(save, change, writes)


def _update(save: Save, writes: Writes) -> None:
    """The changed columns, where the version still is the one that was read."""
    plan = table_plan(save.entity)
    before = save.before or {}
    columns: list[str] = []
    values: list[object] = []
    for name, value in save.values.items():
        field = plan.by_name.get(name)
        if field is not None and value != before.get(name):
            columns.extend(field.names)
            values.extend(field.values(save.sealed.get(name, value)))
    sql = update_sql(plan.table, (*columns, TITLE, TITLE_SORT), '"id" = ? AND "version" = ?')
    params = (*values, save.title, title_sort(save.title), save.id, save.version)
    writes.run(sql, params, must_hit=True)


def _write_rows(save: Save, change: RowsChange, writes: Writes) -> None:
    rows = change.rows
    cells = rows_columns(rows)
    names = tuple(name for cell in cells for name in cell.names)
    if change.removed:
        condition = database.dialect().in_list('"id"')
        gone = sorted(str(row["id"]) for row in change.removed)
        writes.run(f"DELETE FROM {quote(rows.table)} WHERE {condition}", (gone,))
    for place, row in change.repositioned:
        writes.run(
            update_sql(rows.table, ("position", *names), '"id" = ?'), (place, *_cells(cells, row), row["id"])
        )
    known = {row["id"] for row in change.before}
    added = [
        (row["id"], save.id, place, *_cells(cells, row))
        for place, row in enumerate(change.after)
        if row["id"] not in known
    ]
    writes.insert(rows.table, ("id", "parent", "position", *names), added)


def _cells(cells: Iterable[FieldColumns], row: RowValue) -> tuple[object, ...]:
    return tuple(value for cell in cells for value in cell.values(row.get(cell.field.name)))


async def delete_rows(tables: Iterable[Rows], parents: Sequence[str]) -> None:
    """Destroys the table rows of records that are being destroyed."""
    condition = database.dialect().in_list('"parent"')
    for rows in tables:
        await database.execute(f"DELETE FROM {quote(rows.table)} WHERE {condition}", (list(parents),))
