"""The audit line of a move: which transition somebody took with which record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from form_engine.stages.published import first_of, may_take, stages_of
from platform_core import audit
from platform_core.records import Save


async def note_moves(saves: Sequence[Save]) -> None:
    """Writes a line for every record that has moved. Runs in the slot `after_write`, in the transaction of the save."""
    staged = [save for save in saves if getattr(save.entity.definition, "stages", None) is not None]
    lines = list(_lines(staged))
    if lines:
        await audit.write_many(lines)


def _lines(saves: Sequence[Save]) -> Iterator[audit.Entry]:
    for save in saves:
        stages = stages_of(save.entity)
        if stages is None or save.is_new or not save.changed(stages.field):
            continue
        before = (save.before or {}).get(stages.field)
        origin = str(before) if before is not None else first_of(save.entity, stages)
        ways = stages.between(origin, str(save.get(stages.field)))
        taken = [way.name for way in ways if may_take(way, save.actor)]
        yield audit.Entry(
            action="record.transition",
            actor=save.actor,
            kind="record",
            subject=f"{save.entity.key}/{save.id}",
            fields=(stages.field,),
            detail={"transition": taken[0]} if taken else {},
        )
