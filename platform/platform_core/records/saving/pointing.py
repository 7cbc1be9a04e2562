"""Who points to whom, for many records at once."""

from __future__ import annotations

from collections.abc import Sequence

from platform_core import database, entities
from platform_core.entities import Entity, Incoming, quote

Pair = tuple[str, str]
"""(record that is pointed to, record that points)."""


async def pointers(entity: Entity, ids: Sequence[str]) -> list[Pair]:
    """Every link to these records, seen with the system's eyes; a link of a record to itself is none."""
    found: list[Pair] = []
    for link in entities.incoming(entity):
        if link.field.columns:
            found += [pair for pair in await _pointers(link, ids) if pair[0] != pair[1]]
    return found


async def _pointers(link: Incoming, ids: Sequence[str]) -> list[Pair]:
    table, column = quote(link.entity.table), quote(link.field.columns[0].name)
    dialect = database.dialect()
    wanted = list(ids)
    if link.field.columns[0].type.kind != "json":
        sql = f'SELECT t.{column}, t."id" FROM {table} t WHERE {dialect.in_list("t." + column)}'
        rows = await database.fetch_tuples(sql, (wanted,))
    elif dialect.is_postgresql:
        sql = (
            f'SELECT e.value, t."id" FROM {table} t CROSS JOIN LATERAL jsonb_array_elements_text(t.{column}) e(value)'
            f" WHERE t.{column} ??| CAST(? AS text[]) AND {dialect.in_list('e.value', 'text')}"
        )
        rows = await database.fetch_tuples(sql, (wanted, wanted))
    else:
        sql = (
            f'SELECT e.value, t."id" FROM {table} t, json_each(t.{column}) e'
            f" WHERE t.{column} IS NOT NULL AND {dialect.in_list('e.value', 'text')}"
        )
        rows = await database.fetch_tuples(sql, (wanted,))
    return [(str(target), str(source)) for target, source in rows]


def without_outside(ids: Sequence[str], links: Sequence[Pair]) -> frozenset[str]:
    """Those of the records that nothing points to but each other: they can go together."""
    free = set(ids)
    while blocked := {target for target, source in links if target in free and source not in free}:
        free -= blocked
    return frozenset(free)
