"""The last stage before the columns are made: what changed in encrypted fields is sealed, with what it was before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from platform_core import secrets
from platform_core.entities import EntityField, SealedCodec
from platform_core.records.encrypting import encrypted, marked, sealed_value
from platform_core.records.saving.work import Save


async def seal_values(saves: Sequence[Save]) -> None:
    """Fills `sealed` of every save whose encrypted fields change. In the transaction of the write."""
    waiting = [
        (save, field) for save in saves for field in encrypted(save.entity) if save.changed(field.name)
    ]
    if not waiting:
        return
    keys = await secrets.sealing_keys()
    for save, field in waiting:
        _seal(keys, save, field)


def _seal(keys: secrets.FieldKeys, save: Save, field: EntityField) -> None:
    codec, column, table = cast("SealedCodec", field.codec), field.columns[0].name, save.entity.table
    before, value = (save.before or {}).get(field.name), save.values.get(field.name)
    save.sealed[field.name] = sealed_value(keys, table, column, codec, save.id, value)
    save.sealed_history[field.name] = [
        None if one is None else marked(keys, table, column, save.id, codec.to_wire(one))
        for one in (before, value)
    ]
