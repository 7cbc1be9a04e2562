"""Stored records for a change: read whole, under lock, with what the actor may do with each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import cast

from platform_core import database
from platform_core.entities import Entity, EntityField, quote
from platform_core.identity import Actor
from platform_core.permissions import Access
from platform_core.records.encrypting import encrypted, open_values
from platform_core.records.locking import lock_first
from platform_core.records.rights import RowFlags, RowRights
from platform_core.records.saving.columns import canonical_row, rows_columns, select_list, table_plan
from platform_core.records.saving.rows import RowValue
from platform_core.records.saving.work import Values


class Stored:
    """One record as it lies in the database, and the actor's rights on it."""

    __slots__ = ("rights", "title", "values")

    def __init__(self, values: Values, title: str, rights: RowRights) -> None:
        self.values = values
        self.title = title
        self.rights = rights

    @property
    def id(self) -> str:
        return str(self.values["id"])

    @property
    def version(self) -> int:
        return cast("int", self.values["version"])


async def load_locked(
    entity: Entity, access: Access, actor: Actor, ids: Collection[str]
) -> dict[str, Stored]:
    """The records of these ids, locked in id order; also what the actor may not see: look at the rights."""
    wanted = sorted({record for record in ids if database.is_id(record)})
    if not wanted:
        return {}
    await lock_first(entity, wanted)
    plan = table_plan(entity)
    flags = RowFlags(entity, access, actor)
    dialect = database.dialect()
    columns = ", ".join((select_list(plan.columns), *flags.sql))
    condition = dialect.in_list('t."id"')
    sql = (
        f'SELECT {columns} FROM {quote(entity.table)} t WHERE {condition} ORDER BY t."id"{dialect.for_update}'
    )
    found: dict[str, Stored] = {}
    width = len(plan.columns)
    for row in await database.fetch_tuples(sql, (*flags.params, wanted)):
        values = plan.canonical(row)
        stored = Stored(values, str(row[width - 2]), flags.rights(row[width:]))
        found[stored.id] = stored
    if encrypted(entity):
        await open_values(entity, [(stored.id, stored.values) for stored in found.values()])
    return found


async def load_rows(field: EntityField, parents: Collection[str]) -> Mapping[str, tuple[RowValue, ...]]:
    """The rows of a table field by record, in their order."""
    rows = field.rows
    if rows is None or not parents:
        return {}
    cells = rows_columns(rows)
    columns = select_list(("parent", "id", *(name for cell in cells for name in cell.names)))
    condition = database.dialect().in_list('t."parent"')
    sql = f'SELECT {columns} FROM {quote(rows.table)} t WHERE {condition} ORDER BY t."parent", t."position"'
    found: dict[str, list[RowValue]] = defaultdict(list)
    for row in await database.fetch_tuples(sql, (sorted(parents),)):
        found[str(row[0])].append(canonical_row(cells, row[1:]))
    return {parent: tuple(values) for parent, values in found.items()}


async def add_rows(entity: Entity, stored: Sequence[Stored], names: Collection[str]) -> None:
    """Puts the rows of these table fields into the values of the records."""
    for name in sorted(names):
        field = entity.fields.get(name)
        if field is not None and field.rows is not None:
            found = await load_rows(field, [record.id for record in stored])
            for record in stored:
                record.values[name] = found.get(record.id, ())
