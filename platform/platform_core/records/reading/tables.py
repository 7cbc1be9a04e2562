"""Rows of table fields for the records of a page: one statement per field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from platform_core import database
from platform_core.entities import EntityField, quote
from platform_core.records.model import Record, Wire
from platform_core.records.reading.layout import Layout, Row, table_layout
from platform_core.records.reading.projection import Projection


async def add_table_rows(shown: Projection, records: Sequence[Record], rows: Sequence[Row]) -> None:
    """Puts the wire rows of every table field that was asked for into the records that show it in clear."""
    for name in shown.names:
        field = shown.entity.fields[name]
        if field.rows is None:
            continue
        clear = [record for record, row in zip(records, rows, strict=True) if shown.shows(name, row)]
        found = await table_rows(shown.entity.hash, field, [record.id for record in clear])
        for record in clear:
            record.values[name] = found.get(record.id, [])


async def table_rows(revision: str, field: EntityField, parents: Collection[str]) -> Mapping[str, list[Wire]]:
    """The rows of a table field by record, in their order, as wire values with bare ids for references."""
    rows = field.rows
    if rows is None or not parents:
        return {}
    cells: Layout = table_layout(revision, rows)
    condition = database.dialect().in_list('t."parent"')
    columns = ", ".join(('t."parent"', 't."id"', *cells.select()))
    sql = f'SELECT {columns} FROM {quote(rows.table)} t WHERE {condition} ORDER BY t."parent", t."position"'
    found: dict[str, list[Wire]] = defaultdict(list)
    for row in await database.fetch_tuples(sql, (sorted(parents),)):
        found[str(row[0])].append({"id": row[1], **cells.values(row, 2)})
    return found
