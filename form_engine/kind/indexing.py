"""The indexes of a form's table: what a publish makes and drops, and what an older program had left undone."""

from __future__ import annotations

import logging

from form_engine.kind.compile import CompiledForm
from platform_core import database, definitions, jobs
from platform_core.database import CreateIndex, DropIndex, Index
from platform_core.entities import Entity, record_indexes
from platform_core.i18n import N_

PUT_RIGHT = "form_engine.indexes"
EVERY_NIGHT = jobs.Schedule(
    PUT_RIGHT, cron="10 2 * * *", title=N_("Make the indexes that a newer version of the program wants")
)
_log = logging.getLogger("tradewind.form_engine")


async def changed_indexes(old: Entity | None, new: Entity) -> tuple[list[Index], list[str]]:
    """(indexes to make, names of those to drop) between two revisions; without an old one, as the table stands."""
    wanted = {index.name: index for index in record_indexes(new)}
    if old is None:
        standing = await _standing(new)
        return list(wanted.values()), sorted(standing - wanted.keys())
    before = {index.name: index for index in record_indexes(old)}
    added = [index for name, index in wanted.items() if before.get(name) != index]
    gone = [name for name, index in before.items() if wanted.get(name) != index]
    return added, gone


async def put_right(entity: Entity) -> int:
    """Makes the indexes that the table lacks and drops those that nothing wants any more: a newer program may want
    others than the one that made the table. Returns how many it changed. Outside of a transaction writers go on."""
    wanted = {index.name: index for index in record_indexes(entity)}
    standing = await _standing(entity)
    postgresql = database.dialect().is_postgresql
    missing = [
        index for name, index in wanted.items() if name not in standing and (postgresql or not index.using)
    ]
    for index in missing:
        await database.apply(CreateIndex(index))
    stale = sorted(standing - wanted.keys())
    for name in stale:
        await database.apply(DropIndex(name))
    if missing or stale:
        _log.info("%s: %d indexes made, %d dropped", entity.table, len(missing), len(stale))
    return len(missing) + len(stale)


async def put_all_right(job: jobs.Job) -> None:
    """The job: every form's table, one after the other."""
    entities = [
        compiled.object.entity
        for compiled in definitions.catalog().all("form")
        if isinstance(compiled.object, CompiledForm)
    ]
    for done, entity in enumerate(entities):
        await job.progress(done, len(entities), entity.table)
        await put_right(entity)


async def _standing(entity: Entity) -> set[str]:
    """The indexes of the table that are ours: not the primary key's."""
    return {name for name in await database.indexes_of(entity.table) if name.startswith(f"{entity.table}__")}
