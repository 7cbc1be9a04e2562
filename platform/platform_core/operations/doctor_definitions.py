"""What the doctor asks of the definitions: whether they work, and whether the tables are what they say.

A publish is one transaction, so an interrupted one leaves nothing behind; what was restored in part, changed by hand,
or made concurrently (an index of a large table on PostgreSQL) can still be half of what it should be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from platform_core import database, definitions, entities
from platform_core.entities import Entity
from platform_core.operations.doctor import Finding, fail, ok, warn

_SHOWN = 5
_HALF_BUILT = """SELECT i.relname::text FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
WHERE NOT x.indisvalid AND i.relnamespace = current_schema()::regnamespace ORDER BY 1"""


async def check_definitions() -> Sequence[Finding]:
    """Whether every published definition works, and no publish was left half done."""
    catalog = await definitions.refresh()
    broken = catalog.broken
    found = []
    if broken:
        told = "; ".join(f"{key.text}: {reason}" for key, reason in sorted(broken.items())[:_SHOWN])
        found.append(
            fail("definitions", f"{len(broken)} do not work: {told}", "Open them in Settings, Definitions.")
        )
    lacking = sorted(_lacking(await database.introspect()))
    if lacking:
        told = ", ".join(lacking[:_SHOWN])
        found.append(
            fail(
                "definitions",
                f"a publish was left half done, or tables were changed by hand; missing: {told}",
                "Restore a backup, or bring back what was taken away.",
            )
        )
    if half_built := await _half_built():
        told = ", ".join(half_built[:_SHOWN])
        found.append(
            warn(
                "definitions",
                f"the making of an index was interrupted: {told}",
                "It is made anew every night: Settings, Background work, Schedules starts it now.",
            )
        )
    told = f"{len(catalog.by_key)} definitions, catalog version {catalog.version}; no publish is half done"
    return found or [ok("definitions", told)]


def _lacking(there: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Tables and columns of published forms that the database has not got."""
    for entity in entities.all():
        for table, columns in _wanted(entity):
            if table not in there:
                yield table
            else:
                yield from (f"{table}.{column}" for column in columns if column not in there[table])


def _wanted(entity: Entity) -> Iterator[tuple[str, Sequence[str]]]:
    yield entity.table, [column.name for field in entity.fields.values() for column in field.columns]
    for field in entity.fields.values():
        if field.rows is not None:
            yield field.rows.table, ()


async def _half_built() -> list[str]:
    if not database.dialect().is_postgresql:
        return []
    return [str(name) for (name,) in await database.fetch_tuples(_HALF_BUILT)]
