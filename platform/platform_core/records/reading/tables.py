"""Rows of table fields for the records of a page: one statement per field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from platform_core import database
from platform_core.entities import EntityField, quote
from platform_core.records.model import Wire
from platform_core.records.reading.layout import Column, Layout, table_layout


async def table_rows(revision: str, field: EntityField, parents: Collection[str]) -> Mapping[str, list[Wire]]:
    """The rows of a table field by record, in their order, as wire values with bare ids for references."""
    rows = field.rows
    if rows is None or not parents:
        return {}
    cells: Layout = table_layout(revision, rows)
    condition = database.dialect().in_list('t."parent"')
    listed = ", ".join(('t."parent"', 't."id"', *cells.select()))
    sql = f'SELECT {listed} FROM {quote(rows.table)} t WHERE {condition} ORDER BY t."parent", t."position"'
    found: dict[str, list[Wire]] = defaultdict(list)
    rows_read = await database.fetch_tuples(sql, (sorted(parents),))
    if not rows_read:
        return found
    columns: list[Column] = list(zip(*rows_read, strict=True))
    names = ("id", *cells.names)
    values = cells.read(columns, 2)
    wires = zip(columns[1], *(values[name] for name in cells.names), strict=True)
    for parent, wire in zip(columns[0], wires, strict=True):
        found[str(parent)].append(dict(zip(names, wire, strict=True)))
    return found
