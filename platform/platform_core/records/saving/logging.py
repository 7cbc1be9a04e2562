"""What remains of a save: a history row with values, an audit row without, and the events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from platform_core import audit, database, events
from platform_core.identity import Actor
from platform_core.records.events import RecordChanged, RecordSaved, SaveAction
from platform_core.records.saving.columns import table_plan
from platform_core.records.saving.work import Save
from platform_core.records.saving.writes import Writes

HISTORY_COLUMNS = ("id", "form", "record", "version", "action", "at", "user_id", "via", "changes")


def changes_of(save: Save) -> dict[str, object]:
    """Field to [old, new] in wire values; a table field to what happened to its rows."""
    values = save.values
    if not save.before:
        found: dict[str, object] = {
            name: [None, wire(new)]
            for name, wire in table_plan(save.entity).logged
            if (new := values.get(name)) is not None
        }
    else:
        before = save.before
        found = {
            name: [None if old is None else wire(old), None if new is None else wire(new)]
            for name, wire in table_plan(save.entity).logged
            if (old := before.get(name)) != (new := values.get(name))
        }
    if save.sealed_history:
        found.update(save.sealed_history)
    for name, rows in save.rows.items():
        if rows.is_change:
            found[name] = rows.history()
    return found


def log_saves(saves: Sequence[Save], writes: Writes) -> list[RecordSaved]:
    """Adds one history row and one audit line per record to what is written; answers what is to be told."""
    saved: list[RecordSaved] = []
    history: list[tuple[object, ...]] = []
    lines: list[audit.Entry] = []
    for save in saves:
        action: SaveAction = "create" if save.is_new else "update"
        changes = changes_of(save)
        version = save.version + 1
        history.append(history_row(save.entity.key, save.id, version, action, save.now, save.actor, changes))
        lines.append(
            audit_entry(save.entity.key, save.id, action, save.actor, changes, save.options.import_batch)
        )
        saved.append(_event(save, action, version, tuple(changes)))
    writes.insert("tw_record_history", HISTORY_COLUMNS, history)
    writes.note(lines)
    return saved


def history_row(
    form: str,
    record: str,
    version: int,
    action: str,
    at: datetime,
    actor: Actor,
    changes: Mapping[str, object],
) -> tuple[object, ...]:
    """A row of tw_record_history in the order of `HISTORY_COLUMNS`."""
    return (database.new_id(), form, record, version, action, at, actor.user_id, actor.via, dict(changes))


def audit_entry(
    form: str,
    record: str,
    action: str,
    actor: Actor,
    changes: Mapping[str, object],
    import_batch: str | None = None,
) -> audit.Entry:
    """The audit line: names of fields, and a keyed digest of what was changed."""
    return audit.Entry(
        action=f"record.{action}",
        actor=actor,
        kind="record",
        subject=f"{form}/{record}",
        fields=tuple(changes),
        digest=audit.digest(changes),
        detail={"import_batch": import_batch} if import_batch else {},
    )


def _event(save: Save, action: SaveAction, version: int, changed: tuple[str, ...]) -> RecordSaved:
    return RecordSaved(
        form=save.entity.key,
        id=save.id,
        version=version,
        action=action,
        before=save.before,
        after=save.values,
        changed=changed,
        actor=save.actor,
        quiet=save.options.quiet,
    )


async def tell(event: RecordSaved) -> None:
    """Publishes the event now, and `RecordChanged` once the commit stands."""
    await events.publish(event)
    told = RecordChanged(form=event.form, id=event.id, version=event.version, action=event.action)
    database.after_commit(partial(events.publish, told))
