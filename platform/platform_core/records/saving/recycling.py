"""The recycle bin: a deleted record keeps its values and links and can come back; destroying it is for ever.

Deleting never touches other records: what points to it shows its title marked as archived. Destroying is refused
while something points to it. Rows of table fields, comments and history go with the record, because that is what
erasing means; the audit line stays and holds no value.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from platform_core import audit, clock, database, entities, jobs, permissions, settings
from platform_core.database import UniqueViolation
from platform_core.entities import Entity, Incoming, quote
from platform_core.errors import Conflict, Forbidden, NotFound, StaleVersion
from platform_core.i18n import N_
from platform_core.identity import SYSTEM, Actor
from platform_core.records.errors import NotInBin, StillLinked
from platform_core.records.events import RecordSaved, SaveAction
from platform_core.records.model import DEFAULT_OPTIONS, Record
from platform_core.records.reading.one import get
from platform_core.records.saving.admitting import require_change
from platform_core.records.saving.columns import update_sql
from platform_core.records.saving.commands import save_of
from platform_core.records.saving.loading import Stored, load_locked
from platform_core.records.saving.logging import HISTORY_COLUMNS, audit_entry, history_row, tell
from platform_core.records.saving.uniqueness import check_unique
from platform_core.records.saving.voiding import tell_destroyed
from platform_core.records.saving.work import Save, raise_problems
from platform_core.records.saving.writes import Writes
from platform_core.records.saving.writing import delete_rows
from platform_core.records.slots import run_slot

PURGE_CHUNK = 200
"""Records that one transaction of the purge destroys."""


async def delete(form: str, record: str, *, actor: Actor, version: int | None) -> None:
    """Moves a record into the recycle bin. Raises NotFound, Forbidden, InBin, StaleVersion."""
    entity = entities.get(form)
    async with database.transaction():
        stored = await _load(entity, actor, record)
        access = permissions.access(entity, actor)
        save = save_of(entity, access, actor, stored, {}, DEFAULT_OPTIONS)
        require_change(save, delete=True)
        if version is not None and version != stored.version:
            raise StaleVersion(params={"version": stored.version})
        await _move(entity, stored, actor, "archive")


async def restore(form: str, record: str, *, actor: Actor) -> Record:
    """Brings a record back from the bin; who may delete it may. Raises NotInBin, and Invalid where a unique value has
    been taken since."""
    entity = entities.get(form)
    try:
        async with database.transaction():
            stored = await _load(entity, actor, record)
            _require_in_bin(stored)
            await _check_free(entity, actor, stored)
            await _move(entity, stored, actor, "restore")
    except UniqueViolation as exc:
        raise Conflict(N_("Another record has taken a unique value of this one."), code="not_unique") from exc
    return await get(form, record, actor=actor)


async def _check_free(entity: Entity, actor: Actor, stored: Stored) -> None:
    access = permissions.access(entity, actor)
    save = save_of(entity, access, actor, stored, {}, DEFAULT_OPTIONS)
    save.before = {"id": stored.id}  # every value is asked for anew
    await check_unique([save])
    raise_problems([save])


async def purge(form: str, record: str, *, actor: Actor, why: str = "") -> None:
    """Destroys a record of the bin with its history and comments; `why` is told beside a strict number that goes.

    Raises NotInBin, StillLinked, Forbidden.
    """
    entity = entities.get(form)
    async with database.transaction():
        stored = await _load(entity, actor, record)
        _require_in_bin(stored)
        pointing = await count_links(entity, [record])
        if pointing:
            raise StillLinked(details=pointing, remedy=N_("Remove or change what points to it first."))
        await destroy(entity, [stored], actor, why or "purged")


PURGE = "records.purge"
PURGING = jobs.Schedule(
    PURGE, cron="40 1 * * *", title=N_("Empty the bin of what has been in it long enough")
)


async def purge_job(job: jobs.Job) -> dict[str, object]:
    """The job PURGE. Run twice it destroys nothing more."""
    return {"removed": await purge_expired()}


async def purge_expired(*, actor: Actor = SYSTEM) -> int:
    """Destroys what has been in the bin for longer than the retention time; the number of records.

    What others still point to stays, and is tried again next time.
    """
    before = clock.now() - timedelta(days=settings.current().bin_days)
    destroyed = 0
    for entity in entities.all():
        last = ""
        while True:
            ids = await _expired(entity, before, last)
            if not ids:
                break
            last = ids[-1]
            async with database.transaction():
                destroyed += await _purge_some(entity, ids, actor)
    return destroyed


async def _expired(entity: Entity, before: object, after: str) -> list[str]:
    behind = ' AND "id" > ?' if after else ""
    sql = (
        f'SELECT "id" FROM {quote(entity.table)} WHERE "archived_at" IS NOT NULL AND "archived_at" < ?{behind}'
        f' ORDER BY "id" LIMIT {PURGE_CHUNK}'
    )
    rows = await database.fetch_tuples(sql, (before, after) if after else (before,))
    return [str(record) for (record,) in rows]


async def _purge_some(entity: Entity, ids: Sequence[str], actor: Actor) -> int:
    access = permissions.access(entity, actor)
    stored = await load_locked(entity, access, actor, ids)
    free = [
        found
        for record, found in stored.items()
        if found.values.get("archived_at") is not None and not await count_links(entity, [record])
    ]
    await destroy(entity, free, actor)
    return len(free)


async def count_links(
    entity: Entity, ids: Sequence[str], beside: str | None = None
) -> list[dict[str, object]]:
    """How many records point to these: [{"form", "field", "count"}], counted with the system's eyes.

    What points to itself is not counted, nor what belongs to the import batch `beside`.
    """
    found: list[dict[str, object]] = []
    for link in entities.incoming(entity):
        count = await _count_link(link, ids, beside)
        if count:
            found.append({"form": link.entity.key, "field": link.field.name, "count": count})
    return found


async def _count_link(link: Incoming, ids: Sequence[str], beside: str | None) -> int:
    if not link.field.columns:
        return 0
    column = quote(link.field.columns[0].name)
    dialect = database.dialect()
    others = f"NOT {dialect.in_list('id')}"
    params: tuple[object, ...] = (list(ids),)
    if beside is not None:
        others += " AND (import_batch IS NULL OR import_batch <> ?)"
        params = (*params, beside)
    select = f"SELECT count(*) FROM {quote(link.entity.table)} WHERE {others} AND"
    if link.field.columns[0].type.kind != "json":
        sql = f"{select} {dialect.in_list(column)}"
        return int(str(await database.fetch_value(sql, (*params, list(ids)))))
    sql = f"{select} {dialect.json_contains(column)}"
    return sum([int(str(await database.fetch_value(sql, (*params, record)))) for record in ids])


async def _load(entity: Entity, actor: Actor, record: str) -> Stored:
    access = permissions.access(entity, actor)
    stored = (await load_locked(entity, access, actor, [record])).get(record)
    if stored is None or not stored.rights.can_read:
        raise NotFound()
    return stored


def _require_in_bin(stored: Stored) -> None:
    if stored.values.get("archived_at") is None:
        raise NotInBin()
    if not stored.rights.can_delete:
        raise Forbidden(N_("You may not do this to a deleted record."))


async def _move(entity: Entity, stored: Stored, actor: Actor, action: SaveAction) -> None:
    """Into the bin or out of it."""
    now = clock.now()
    version = stored.version + 1
    archived = now if action == "archive" else None
    columns = ("archived_at", "version", "updated_at", "updated_by")
    params = (archived, version, now, actor.user_id, stored.id, stored.version)
    writes = Writes()
    writes.run(update_sql(entity.table, columns, '"id" = ? AND "version" = ?'), params, must_hit=True)
    row = history_row(entity.key, stored.id, version, action, now, actor, {})
    writes.insert("tw_record_history", HISTORY_COLUMNS, [row])
    writes.note([audit_entry(entity.key, stored.id, action, actor, {})])
    await writes.flush()
    after = {**stored.values, "archived_at": archived, "version": version}
    await tell(_event(entity, stored, actor, action, version, after, ("archived_at",)))
    await run_slot("after_leaving", [_left(entity, stored, actor, after)])


def _left(entity: Entity, stored: Stored, actor: Actor, after: dict[str, object]) -> Save:
    """The record as handlers of `after_leaving` see it; one that is destroyed is archived for them."""
    save = save_of(entity, permissions.access(entity, actor), actor, stored, {}, DEFAULT_OPTIONS)
    save.values = after
    return save


async def destroy(entity: Entity, records: Sequence[Stored], actor: Actor, why: str = "batch undone") -> None:
    """Removes records for ever; the caller holds their locks and knows that nothing points to them."""
    if not records:
        return
    ids = [stored.id for stored in records]
    await delete_rows([field.rows for field in entity.fields.values() if field.rows is not None], ids)
    condition = database.dialect().in_list('"record"')
    for table in ("tw_record_history", "tw_record_comment", "tw_record_link"):
        await database.execute(f"DELETE FROM {table} WHERE {condition}", (ids,))
    own = database.dialect().in_list('"id"')
    await database.execute(f"DELETE FROM {quote(entity.table)} WHERE {own}", (ids,))
    await audit.write_many([audit_entry(entity.key, record, "purge", actor, {}) for record in ids])
    await tell_destroyed(entity, [(stored.id, stored.values) for stored in records], actor, why)
    for stored in records:
        await tell(_event(entity, stored, actor, "purge", stored.version, None, ()))
    now = clock.now()
    left = [_left(entity, stored, actor, {**stored.values, "archived_at": now}) for stored in records]
    await run_slot("after_leaving", left)


def _event(
    entity: Entity,
    stored: Stored,
    actor: Actor,
    action: SaveAction,
    version: int,
    after: dict[str, object] | None,
    changed: tuple[str, ...],
) -> RecordSaved:
    return RecordSaved(
        form=entity.key,
        id=stored.id,
        version=version,
        action=action,
        before=stored.values,
        after=after,
        changed=changed,
        actor=actor,
    )
