"""Encrypted fields of records: sealed right before they are written, opened right after they were read.

A token is bound to the table, the column and the record it was made for: copied elsewhere it does not open. The history
keeps tokens as well, as `{"~sealed": [table, column, token]}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from typing import cast

import msgspec

from platform_core import secrets
from platform_core.entities import Entity, EntityField, Sealed, SealedCodec, meant, sealed_fields
from platform_core.records.remembering import Memory

MARK = "~sealed"
"""The key under which a history value says that it is sealed."""

_fields: Memory[tuple[str, str], tuple[EntityField, ...]] = Memory(2_000)


def encrypted(entity: Entity) -> tuple[EntityField, ...]:
    """The encrypted fields of a form revision; for most forms none."""
    key = (entity.key, entity.hash)
    found = _fields.get(key)
    return found if found is not None else _fields.put(key, sealed_fields(entity))


def place_of(table: str, column: str, record: str) -> str:
    """What a token is bound to."""
    return f"{table}.{column}:{record}"


def sealed_value(
    keys: secrets.FieldKeys, table: str, field_column: str, codec: SealedCodec, record: str, value: object
) -> Sealed | None:
    """A canonical value as it is written; None stays None."""
    if value is None:
        return None
    token = keys.seal(codec.pack(value), place_of(table, field_column, record))
    return Sealed(token, keys.blind(meant(value), f"{table}.{field_column}"))


def opened_value(
    keys: secrets.FieldKeys, table: str, field_column: str, codec: SealedCodec, record: str, sealed: Sealed
) -> object:
    """The canonical value of a token. Raises SecretLocked for one that is not of this place."""
    return codec.unpack(keys.unseal(sealed.token, place_of(table, field_column, record)))


async def keys_for(tokens: Iterable[object]) -> secrets.FieldKeys:
    """The keys that open these tokens (text, or `Sealed`)."""
    texts = (one.token if isinstance(one, Sealed) else one for one in tokens)
    ids = {secrets.key_id_of(text) for text in texts if isinstance(text, str)}
    return await secrets.opening_keys(ids)


async def open_values(
    entity: Entity, holders: Sequence[tuple[str, MutableMapping[str, object]]], names: Iterable[str] = ()
) -> None:
    """Replaces, in place, what is sealed among canonical values by field. `holders` are (record id, values)."""
    fields = [field for field in encrypted(entity) if not names or field.name in names]
    found = [values[field.name] for field in fields for _id, values in holders if field.name in values]
    waiting = [one for one in found if isinstance(one, Sealed)]
    if not waiting:
        return
    keys = await keys_for(waiting)
    for field in fields:
        codec, column = cast("SealedCodec", field.codec), field.columns[0].name
        for record, values in holders:
            sealed = values.get(field.name)
            if isinstance(sealed, Sealed):
                values[field.name] = opened_value(keys, entity.table, column, codec, record, sealed)


async def open_column(
    entity: Entity, field: EntityField, ids: Sequence[object], tokens: Sequence[object]
) -> list[object]:
    """Tokens of one field, as wire values, record by record."""
    keys = await keys_for(tokens)
    codec, column = cast("SealedCodec", field.codec), field.columns[0].name
    return [
        codec.inner.to_wire(opened_value(keys, entity.table, column, codec, str(record), Sealed(token)))
        if isinstance(token, str)
        else None
        for record, token in zip(ids, tokens, strict=True)
    ]


async def open_history(record: str, changes: Sequence[MutableMapping[str, object]]) -> None:
    """Replaces, in place, the sealed sides of [old, new] pairs by wire values. Who may not read a field was filtered
    before."""
    sides = [
        (pair, side)
        for change in changes
        for pair in change.values()
        if isinstance(pair, list) and len(pair) == 2
        for side in (0, 1)
        if is_marked(pair[side])
    ]
    if not sides:
        return
    keys = await keys_for(marked_parts(pair[side])[2] for pair, side in sides)
    for pair, side in sides:
        table, column, token = marked_parts(pair[side])
        pair[side] = msgspec.json.decode(keys.unseal(token, history_place(table, column, record)))


def history_place(table: str, column: str, record: str) -> str:
    """What a token inside the history is bound to."""
    return f"{place_of(table, column, record)}#history"


def marked(keys: secrets.FieldKeys, table: str, column: str, record: str, wire: object) -> object:
    """A wire value as the history keeps it; None stays None."""
    if wire is None:
        return None
    token = keys.seal(msgspec.json.encode(wire), history_place(table, column, record))
    return {MARK: [table, column, token]}


def is_marked(value: object) -> bool:
    """Whether a history value is sealed."""
    return isinstance(value, Mapping) and set(value) == {MARK}


def marked_parts(value: object) -> tuple[str, str, str]:
    """(table, column, token) of a sealed history value."""
    table, column, token = cast("Mapping[str, list[str]]", value)[MARK]
    return table, column, token
