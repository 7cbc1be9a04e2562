"""Values that move into encrypted columns or out of them: opened before they are converted, sealed afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from form_engine.definition import FieldDef
from form_engine.fields.sealed import is_encrypted
from form_engine.kind.allot import Allotment
from platform_core import records
from platform_core.definitions import DataStep
from platform_core.entities import FieldCodec, SealedCodec, StoredColumn

SEAL_HISTORY = "form_engine.seal_history"


async def in_clear(
    table: str,
    columns: Sequence[StoredColumn],
    codec: FieldCodec,
    ids: Sequence[object],
    values: Sequence[object],
) -> Sequence[object]:
    """Canonical values as they are meant; what is sealed is opened. `ids` are those of the rows."""
    if not isinstance(codec, SealedCodec):
        return values
    return await records.open_stored(table, columns[0].name, codec, [str(one) for one in ids], values)


async def as_stored(
    table: str,
    columns: Sequence[StoredColumn],
    codec: FieldCodec,
    ids: Sequence[object],
    values: Sequence[object],
) -> Sequence[object]:
    """Canonical values as the codec's columns take them; sealed where they are encrypted. In a transaction."""
    if not isinstance(codec, SealedCodec):
        return values
    return await records.seal_stored(table, columns[0].name, codec, [str(one) for one in ids], values)


def told_apart_by(columns: Sequence[StoredColumn]) -> StoredColumn:
    """The column by which equal values are told: the blind index where there is one."""
    return next((column for column in columns if column.role == "blind"), columns[0])


def newly_encrypted(old: FieldDef, new: FieldDef) -> bool:
    """Whether a field was stored in clear so far."""
    return is_encrypted(new) and not is_encrypted(old)


def history_steps(form: str, allotment: Allotment) -> list[DataStep]:
    """What the history of newly encrypted fields still says in clear is sealed."""
    return [
        DataStep(
            SEAL_HISTORY,
            {
                "form": form,
                "table": allotment.table,
                "names": sorted({move.old.name, move.new.name}),
                "column": move.new_slot.columns[0].name,
            },
        )
        for move in allotment.moves
        if newly_encrypted(move.old, move.new) and move.new_slot.columns
    ]


class SealHistoryStep:
    """The data step SEAL_HISTORY. Run twice it changes nothing more."""

    async def __call__(self, params: Mapping[str, object]) -> None:
        given = msgspec.convert(params, _Params)
        await records.seal_history(given.form, given.table, given.column, given.names)


class _Params(msgspec.Struct):
    form: str
    table: str
    names: list[str]
    column: str
