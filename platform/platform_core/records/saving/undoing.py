"""Taking the records of an import, or of the demo, out again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from platform_core import database, entities, permissions
from platform_core.entities import Entity, quote
from platform_core.errors import Forbidden
from platform_core.i18n import N_
from platform_core.identity import SYSTEM, Actor
from platform_core.records.saving.loading import Stored, load_locked
from platform_core.records.saving.pointing import pointers, without_outside
from platform_core.records.saving.recycling import PURGE_CHUNK, count_links, destroy


class Undone(NamedTuple):
    """How many records went, and how many stayed because somebody has worked with them since."""

    removed: int
    kept: int


async def undo_batch(form: str, batch: str, *, actor: Actor) -> Undone:
    """Destroys the records of an import that nobody has changed, deleted, commented on or linked to since.

    Needs the right to import; the rows are found by their batch, whoever owns them by now.
    """
    entity = entities.get(form)
    if not permissions.access(entity, actor).can("import"):
        raise Forbidden(N_("You may not undo an import of this form."))
    removed = 0
    while gone := await _undo_some(entity, batch, actor):
        removed += gone
    left = f'SELECT count(*) FROM {quote(entity.table)} WHERE "import_batch" = ?'
    return Undone(removed, int(str(await database.fetch_value(left, (batch,)))))


async def _undo_some(entity: Entity, batch: str, actor: Actor) -> int:
    """Goes through the batch once, the newest first, for later rows point to earlier ones; the number destroyed."""
    removed = 0
    last = ""
    while ids := await _batch_ids(entity, batch, last, newest_first=True):
        last = ids[-1]
        async with database.transaction():
            untouched = await _untouched(entity, ids)
            await destroy(entity, untouched, actor)
        removed += len(untouched)
    return removed


async def _untouched(entity: Entity, ids: Sequence[str]) -> list[Stored]:
    """Those of the records, under lock, that nobody has changed, commented on, or pointed to from elsewhere."""
    commented = database.dialect().in_list("record")
    rows = await database.fetch_tuples(
        f"SELECT DISTINCT record FROM tw_record_comment WHERE {commented}", (list(ids),)
    )
    busy = {str(record) for (record,) in rows}
    found = {
        stored.id: stored
        for stored in await _locked(entity, ids)
        if stored.version == 1 and stored.id not in busy
    }
    free = without_outside(list(found), await pointers(entity, list(found)))
    return [stored for record, stored in found.items() if record in free]


async def purge_batch(batch: str, *, actor: Actor = SYSTEM) -> int:
    """Destroys every record of a batch in every form, changed or not, deleted or not; the number of records.

    A record that something outside the batch points to stays.
    """
    if not actor.is_unbounded:
        raise Forbidden(N_("Only an admin may destroy a whole batch."))
    removed = 0
    while True:
        before = removed
        for entity in entities.all():
            removed += await _purge_form(entity, batch, actor)
        if removed == before:
            return removed


async def _purge_form(entity: Entity, batch: str, actor: Actor) -> int:
    removed, last = 0, ""
    while ids := await _batch_ids(entity, batch, last):
        last = ids[-1]
        async with database.transaction():
            free = [
                found
                for found in await _locked(entity, ids)
                if not await count_links(entity, [found.id], batch)
            ]
            await destroy(entity, free, actor)
        removed += len(free)
    return removed


async def _batch_ids(entity: Entity, batch: str, after: str, *, newest_first: bool = False) -> list[str]:
    """The next ids of a batch behind one; "" begins."""
    sign, order = ("<", "DESC") if newest_first else (">", "ASC")
    behind = f' AND "id" {sign} ?' if after else ""
    sql = (
        f'SELECT "id" FROM {quote(entity.table)} WHERE "import_batch" = ?{behind}'
        f' ORDER BY "id" {order} LIMIT {PURGE_CHUNK}'
    )
    rows = await database.fetch_tuples(sql, (batch, after) if after else (batch,))
    return [str(record) for (record,) in rows]


async def _locked(entity: Entity, ids: Sequence[str]) -> list[Stored]:
    access = permissions.access(entity, SYSTEM)
    return list((await load_locked(entity, access, SYSTEM, ids)).values())
