"""Comments under a record: who may read it may say something to it."""

from __future__ import annotations

from functools import partial

from platform_core import audit, clock, database, entities, events
from platform_core.errors import Invalid
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.records.events import RecordChanged, RecordCommented
from platform_core.records.model import TimelineEntry
from platform_core.records.reading.rowview import rights_on

LONGEST = 10_000
"""Characters."""


async def comment(form: str, record: str, text: str, *, actor: Actor) -> TimelineEntry:
    """Adds a comment (plain text). Raises NotFound, Invalid."""
    entity = entities.get(form)
    said = text.strip().replace("\x00", "")
    if not said or len(said) > LONGEST:
        raise Invalid.one("/text", "length", N_("A comment has 1 to {limit} characters."), limit=LONGEST)
    found, now = database.new_id(), clock.now()
    async with database.transaction():
        _rights, version = await rights_on(entity, record, actor)
        await database.execute(
            "INSERT INTO tw_record_comment (id, form, record, at, user_id, text) VALUES (?, ?, ?, ?, ?, ?)",
            (found, entity.key, record, now, actor.user_id, said),
        )
        await audit.write("record.comment", actor=actor, kind="record", subject=f"{entity.key}/{record}")
        await events.publish(
            RecordCommented(form=entity.key, id=record, comment=found, text=said, actor=actor)
        )
        told = RecordChanged(form=entity.key, id=record, version=version, action="comment")
        database.after_commit(partial(events.publish, told))
    return TimelineEntry(
        id=found, kind="comment", at=now, actor={"id": actor.user_id, "title": actor.name}, text=said
    )
