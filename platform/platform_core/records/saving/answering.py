"""What a writer gets back: the record as they may see it now, without reading it again where that is not needed."""

from __future__ import annotations

from typing import cast

from platform_core.errors import NotFound
from platform_core.records.masking import masked
from platform_core.records.model import Record, Wire
from platform_core.records.reading.one import get
from platform_core.records.reading.presenting import present_values
from platform_core.records.reading.projection import seen
from platform_core.records.rights import RowRights, rights_by_values
from platform_core.records.saving.work import Save
from platform_core.records.titling import title_fields


async def answer(save: Save) -> Record:
    """The saved record; only its name where the writer may not read it."""
    if not save.options.answer:
        return _named(save)
    rights = rights_by_values(save.entity, save.access, save.actor, save.values)
    if rights is None or _has_rows(save):
        return await _read(save)
    if not rights.can_read:
        return _named(save)
    return await _shown(save, rights)


def _has_rows(save: Save) -> bool:
    """Also volatile formulas: what is not among the values that were written."""
    return any(
        field.rows is not None or (field.computed is not None and field.computed.volatile)
        for field in save.entity.fields.values()
    )


async def _read(save: Save) -> Record:
    try:
        return await get(save.entity.key, save.id, actor=save.actor)
    except NotFound:
        return _named(save)


async def _shown(save: Save, rights: RowRights) -> Record:
    """The values that were just written, as `get` would read them."""
    values: Wire = {}
    fields = save.entity.fields
    for name in seen(save.entity, save.access).visible:
        level = rights.levels.get(name)
        if level is None:
            continue
        wire = fields[name].codec.to_wire(save.values.get(name))
        values[name] = masked(fields[name], wire) if level == "masked" else wire
    links = [fields[name] for name in values if fields[name].reference is not None]
    await present_values([values], links, save.actor)
    record = _named(save)
    record.values = values
    record.access = rights.access
    if not rights.shows("code"):
        record.code = None
    if not all(rights.shows(name) for name in title_fields(save.entity)):
        record.title = record.code or save.id[-8:]
    return record


def _named(save: Save) -> Record:
    """What every writer may know: who writes without reading learns the number and no more."""
    return Record(
        form=save.entity.key,
        id=save.id,
        code=cast("str | None", save.values.get("code")),
        version=cast("int", save.values["version"]),
        title=save.title,
    )
