"""Stored values that change for all records at once and by nobody's typing: two values of a list become one."""

from __future__ import annotations

from collections.abc import Callable, Collection

from platform_core import permissions
from platform_core.entities import Entity
from platform_core.identity import Actor
from platform_core.records.model import WriteOptions
from platform_core.records.saving import pipeline
from platform_core.records.saving.commands import save_of
from platform_core.records.saving.loading import add_rows, load_locked
from platform_core.records.saving.rows import RowsChange
from platform_core.records.saving.work import Save
from platform_core.records.slots import run_slot

ChangeSave = Callable[[Save], None]

_OPTIONS = WriteOptions(quiet=True, answer=False)


async def rewrite(
    entity: Entity,
    ids: Collection[str],
    change: ChangeSave,
    *,
    actor: Actor,
    rows: Collection[str] = (),
) -> list[Save]:
    """Lets `change` set values of these records (those in the recycle bin too) and writes what has changed, with
    history, audit, titles and computed fields; answers the records that were written.

    Rules and required fields are not asked: the value means what it meant before. `rows` names the table fields that
    `change` looks at; it sets such a field to the tuple of its new rows. Runs in the caller's transaction; records
    that are gone by then are left out. Who listens is told quietly.
    """
    access = permissions.full_access(entity.key, entity.fields)
    stored = list((await load_locked(entity, access, actor, ids)).values())
    await add_rows(entity, stored, rows)
    saves = [save_of(entity, access, actor, one, {}, _OPTIONS) for one in stored]
    for save in saves:
        change(save)
        _note_rows(save, rows)
    changed = [save for save in saves if save.changed_fields()]
    if changed:
        await run_slot("computed", changed)
    return await pipeline.write(changed)


def _note_rows(save: Save, names: Collection[str]) -> None:
    """Rows are written where they differ."""
    for name in names:
        before = (save.before or {}).get(name) or ()
        after = save.values.get(name) or ()
        if before != after:
            save.rows[name] = RowsChange(save.entity.fields[name], tuple(before), tuple(after))  # type: ignore[arg-type]  # the values of a table field are its rows
