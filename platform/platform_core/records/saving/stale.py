"""Two writers: what the second one had read, what they want, and what is stored by now."""

from __future__ import annotations

from typing import cast

from platform_core import database
from platform_core.errors import StaleVersion
from platform_core.records.model import Wire
from platform_core.records.reading.presenting import present_values
from platform_core.records.saving.coercing import stored_rows
from platform_core.records.saving.rows import RowsChange, row_wire, undone
from platform_core.records.saving.work import Save

_SINCE = "SELECT version, changes FROM tw_record_history WHERE record = ? AND version > ? ORDER BY version DESC, id DESC"


async def settle_stale(save: Save, read: int | None, *, merge: bool) -> None:
    """Compares the version that the writer had read with the stored one.

    With `merge` their own changes are laid over what others have changed since, as long as no field was changed by
    both to something different; otherwise raises StaleVersion with base, yours and theirs.
    """
    if read is None or read == save.version:
        return
    base = await base_values(save, read)
    theirs = {name: stored_wire(save, name) for name in base}
    yours = {name: wire_value(save, name) for name in save.given - save.failed if name in save.entity.fields}
    if merge and read < save.version and not save.problems and _merged(save, base, theirs, yours):
        return
    names = [name for name in save.entity.fields if (name in base or name in yours) and _seen(save, name)]
    told: tuple[Wire, Wire, Wire] = (
        {name: base.get(name, stored_wire(save, name)) for name in names},
        {name: yours.get(name, base.get(name)) for name in names},
        {name: stored_wire(save, name) for name in names},
    )
    # As everywhere else: a link to what the writer may not see says so, and no more.
    fields = [save.entity.fields[name] for name in names]
    leading = [field for field in fields if field.reference is not None or field.rows is not None]
    await present_values(told, leading, save.actor)
    raise StaleVersion(base=told[0], yours=told[1], theirs=told[2], params={"version": save.version})


def _merged(save: Save, base: Wire, theirs: Wire, yours: Wire) -> bool:
    """Drops from the save what the writer had not changed; False where both changed one field differently."""
    for name, value in yours.items():
        if name not in base or value == theirs[name]:
            continue
        if value != base[name]:
            return False
        save.values[name] = (save.before or {}).get(name)
        save.rows.pop(name, None)
        save.given.discard(name)
    return True


async def base_values(save: Save, version: int) -> Wire:
    """Wire values at that version of the fields that were changed after it, walked back through history."""
    base: Wire = {}
    for _version, changes in await database.fetch_tuples(_SINCE, (save.id, version)):
        for name, change in cast("Wire", changes).items():
            if name not in save.entity.fields:
                continue
            if isinstance(change, list):
                base[name] = change[0]
            else:
                rows = base.get(name, stored_wire(save, name))
                base[name] = undone(cast("list[Wire]", rows), cast("Wire", change))
    return base


def stored_wire(save: Save, name: str) -> object:
    """What is stored, as wire value."""
    field = save.entity.fields[name]
    if field.rows is not None:
        return [row_wire(field.rows, row) for row in stored_rows(save, name)]
    return field.codec.to_wire((save.before or {}).get(name))


def wire_value(save: Save, name: str) -> object:
    """What the writer wants, as wire value."""
    change: RowsChange | None = save.rows.get(name)
    if change is not None:
        return [row_wire(change.rows, row) for row in change.after]
    return save.entity.fields[name].codec.to_wire(save.values.get(name))


def _seen(save: Save, name: str) -> bool:
    return save.rights is None or save.rights.shows(name)
