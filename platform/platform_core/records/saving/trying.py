"""What a save would refuse, without a save: the check of an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from platform_core import database, entities, permissions
from platform_core.identity import Actor
from platform_core.records.model import DEFAULT_OPTIONS, BatchResult, WriteOptions
from platform_core.records.saving import pipeline
from platform_core.records.saving.admitting import require_create
from platform_core.records.saving.bulk import result_of
from platform_core.records.saving.commands import new_save
from platform_core.records.saving.owning import placed_fields, refuse_placement
from platform_core.records.saving.work import Save


async def try_create(
    form: str,
    rows: Sequence[Mapping[str, object]],
    *,
    actor: Actor,
    options: WriteOptions = DEFAULT_OPTIONS,
) -> list[BatchResult]:
    """What `bulk_create` would answer, row by row. Nothing is written, no number is taken, no event is told.

    The ids in the answer name nothing. Raises Forbidden, NotFound for the form as a whole.
    """
    entity = entities.get(form)
    access = permissions.access(entity, actor)
    require_create(entity, access)
    quick = msgspec.structs.replace(options, answer=False)
    saves = [new_save(entity, access, actor, row, quick) for row in rows]
    try:
        async with database.transaction():
            await pipeline.read_input(saves)
            await pipeline.complete(saves)
            raise _TakeBack
    except _TakeBack:
        for save in saves:
            _check_placement(save)
    return [result_of(save, place) for place, save in enumerate(saves)]


class _TakeBack(Exception):
    """Ends the transaction: handlers of the slots may have written."""


def _check_placement(save: Save) -> None:
    """Asks of the values what a real save asks of the written row."""
    given = placed_fields(save)
    if given and not save.access.row_allows("update", save.values, save.actor):
        refuse_placement(save, given[0])
