"""Values that follow from other records, written when those change.

Nobody has changed the record itself: its version and its `updated_at` stay, so whoever has it open can save, and an
import of it can still be undone. History, audit and events tell of the change like of any other, done by the system.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from platform_core import database, permissions
from platform_core.database import Params
from platform_core.entities import TITLE, TITLE_SORT, Entity
from platform_core.identity import SYSTEM
from platform_core.records.events import RecordSaved
from platform_core.records.model import DEFAULT_OPTIONS
from platform_core.records.saving.columns import table_plan, update_sql
from platform_core.records.saving.commands import save_of
from platform_core.records.saving.loading import load_locked
from platform_core.records.saving.logging import HISTORY_COLUMNS, audit_entry, changes_of, history_row, tell
from platform_core.records.saving.owning import place_records
from platform_core.records.saving.spreading import spread_titles
from platform_core.records.saving.titles import render_titles, title_sort
from platform_core.records.saving.work import Save
from platform_core.records.saving.writes import Writes
from platform_core.records.titling import title_fields


async def load_computing(entity: Entity, ids: Collection[str], *, zones: bool = False) -> list[Save]:
    """Stored records under lock, in id order, those of the recycle bin too, to give computed fields their values.

    With `zones` each has its owner's.
    """
    access = permissions.access(entity, SYSTEM)
    found = await load_locked(entity, access, SYSTEM, ids)
    saves = [save_of(entity, access, SYSTEM, each, {}, DEFAULT_OPTIONS) for each in found.values()]
    if zones:
        await place_records(saves)
    return saves


async def write_computed(saves: Sequence[Save], *, silent: bool = False, quiet: bool = False) -> list[Save]:
    """Stores what has changed and tells of it; the records that have. They are held under lock by the caller.

    `silent`: a publish has filled a field, and nothing of it is told. `quiet` goes on to the listeners.
    """
    changed = [save for save in saves if save.changed_fields()]
    if not changed:
        return []
    renamed = await _retitled(changed)
    writes = Writes()
    await _write_rows(changed, writes)
    told = [] if silent else _log(changed, writes, quiet)
    await writes.flush()
    await spread_titles(renamed)
    for event in told:
        await tell(event)
    return changed


async def _retitled(changed: Sequence[Save]) -> list[Save]:
    """Those whose titles say something else now."""
    shown = frozenset(title_fields(changed[0].entity))
    touched = [save for save in changed if shown.intersection(save.changed_fields())]
    if not touched:
        return []
    before = [save.title for save in touched]
    await render_titles(touched, lock=True)
    return [save for save, old in zip(touched, before, strict=True) if save.title != old]


async def _write_rows(changed: Sequence[Save], writes: Writes) -> None:
    """One statement for all records in which the same columns change; a single one goes with the rest."""
    entity = changed[0].entity
    plan = table_plan(entity)
    groups: dict[tuple[str, ...], list[Params]] = defaultdict(list)
    for save in changed:
        names: list[str] = []
        values: list[object] = []
        for name in save.changed_fields():
            field = plan.by_name.get(name)
            if field is not None:
                names.extend(field.names)
                values.extend(field.values(save.values.get(name)))
        params = (*values, save.title, title_sort(save.title), save.id)
        groups[tuple(names)].append(params)
    for columns, rows in groups.items():
        sql = update_sql(entity.table, (*columns, TITLE, TITLE_SORT), '"id" = ?')
        if len(rows) == 1:
            writes.run(sql, rows[0])
        else:
            await database.execute_many(sql, rows)


def _log(changed: Sequence[Save], writes: Writes, quiet: bool) -> list[RecordSaved]:
    """Adds history and audit to what is written; answers what is to be told."""
    history: list[Params] = []
    told: list[RecordSaved] = []
    for save in changed:
        key, changes = save.entity.key, changes_of(save)
        history.append(history_row(key, save.id, save.version, "update", save.now, save.actor, changes))
        writes.note([audit_entry(key, save.id, "update", save.actor, changes)])
        told.append(
            RecordSaved(
                form=key,
                id=save.id,
                version=save.version,
                action="update",
                before=save.before,
                after=save.values,
                changed=tuple(changes),
                actor=save.actor,
                quiet=quiet,
            )
        )
    writes.insert("tw_record_history", HISTORY_COLUMNS, history)
    return told
