"""Stored values sealed anew: after a rotation of the key, and when a field becomes encrypted.

Everything goes in small steps, each a transaction of its own, and begins where it is found: killed and run again, it does
what is left. Readers open what was sealed before throughout.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import cast

import msgspec

from platform_core import database, jobs, secrets
from platform_core.database import JSON
from platform_core.entities import BLIND_SUFFIX, Sealed, SealedCodec, quote
from platform_core.i18n import N_
from platform_core.records.encrypting import (
    history_place,
    is_marked,
    keys_for,
    marked,
    marked_parts,
    opened_value,
    place_of,
    sealed_value,
)

RESEAL = "records.reseal"
RESEALING = jobs.Schedule(RESEAL, cron="20 3 * * *", title=N_("Finish sealing fields under a new key"))
_STEP = 200

Told = Callable[[int], Awaitable[None]]


async def open_stored(
    table: str, column: str, codec: SealedCodec, ids: Sequence[str], values: Sequence[object]
) -> list[object]:
    """Canonical values of rows by their ids, opened where they are sealed."""
    keys = await keys_for(values)
    return [
        opened_value(keys, table, column, codec, record, value) if isinstance(value, Sealed) else value
        for record, value in zip(ids, values, strict=True)
    ]


async def seal_stored(
    table: str, column: str, codec: SealedCodec, ids: Sequence[str], values: Sequence[object]
) -> list[object]:
    """Canonical values of rows by their ids, as they are written. In the caller's transaction."""
    async with database.transaction():
        keys = await secrets.sealing_keys()
    return [
        sealed_value(keys, table, column, codec, record, value)
        for record, value in zip(ids, values, strict=True)
    ]


async def seal_history(form: str, table: str, column: str, names: Collection[str]) -> int:
    """Seals what the history of a form says of these fields in clear; how many entries were changed."""
    changed, last = 0, ""
    while True:
        async with database.transaction():
            rows = await _history(last, "form = ?", (form,))
            keys = await secrets.sealing_keys()
            for row_id, record, raw in rows:
                changes = cast("dict[str, object]", database.from_db(JSON, raw))
                if _seal_pairs(keys, (table, column, str(record)), changes, names):
                    changed += 1
                    await _keep(str(row_id), changes)
        if len(rows) < _STEP:
            return changed
        last = str(rows[-1][0])


def _seal_pairs(
    keys: secrets.FieldKeys, place: tuple[str, str, str], changes: dict[str, object], names: Collection[str]
) -> bool:
    found = False
    table, column, record = place
    for name in names:
        pair = changes.get(name)
        if not isinstance(pair, list):
            continue
        for side, wire in enumerate(pair):
            if wire is not None and not is_marked(wire):
                pair[side] = marked(keys, table, column, record, wire)
                found = True
    return found


async def reseal(told: Told | None = None) -> int:
    """Seals everything anew that is sealed under a retired key, and throws the key away; how many values.

    Raises SecretLocked where a value does not open; what was done until then stays.
    """
    retired = await secrets.retired_field_keys()
    if not retired:
        return 0
    done = 0
    while found := await _reseal_columns(told, done) + await _reseal_history(set(retired)):
        # Once more, until nothing is left: a publish may have sealed values just before the key was retired.
        done += found
    async with database.transaction():
        await secrets.drop_field_keys(retired)
    return done


async def _reseal_columns(told: Told | None, before: int) -> int:
    """One pass over every encrypted column, those of deleted fields too."""
    done = 0
    for table, columns in sorted((await database.introspect()).items()):
        for column in columns:
            if table.startswith("r_") and f"{column}{BLIND_SUFFIX}" in columns:
                done += await _reseal_column(table, column, told, before + done)
    return done


async def _reseal_column(table: str, column: str, told: Told | None, before: int) -> int:
    name, done, last = quote(column), 0, ""
    while True:
        async with database.transaction():
            keys = await secrets.sealing_keys()
            behind, params = ('AND "id" > ? ', (last,)) if last else ("", ())
            sql = (
                f'SELECT "id", {name} FROM {quote(table)} WHERE {name} IS NOT NULL AND {name} NOT LIKE ? {behind}'
                f'ORDER BY "id" LIMIT {_STEP}'
            )
            rows = await database.fetch_tuples(sql, (f"1.{keys.present}.%", *params))
            keys = await secrets.opening_keys(
                {secrets.key_id_of(str(token)) for _id, token in rows}, present=keys.present
            )
            for record, token in rows:
                place = place_of(table, column, str(record))
                anew = keys.seal(keys.unseal(str(token), place), place)
                # Only where nobody has written meanwhile (PostgreSQL reads without locks).
                await database.execute(
                    f'UPDATE {quote(table)} SET {name} = ? WHERE "id" = ? AND {name} = ?',
                    (anew, record, token),
                )
        done += len(rows)
        if told is not None and rows:
            await told(before + done)
        if len(rows) < _STEP:
            return done
        last = str(rows[-1][0])


async def _reseal_history(retired: set[str]) -> int:
    done, last = 0, ""
    while True:
        async with database.transaction():
            rows = await _history(last, "CAST(changes AS text) LIKE ?", ('%"~sealed"%',))
            keys = await secrets.sealing_keys()
            for row_id, record, raw in rows:
                changes = cast("dict[str, object]", database.from_db(JSON, raw))
                done += await _reseal_pairs(keys, str(row_id), str(record), changes, retired)
        if len(rows) < _STEP:
            return done
        last = str(rows[-1][0])


async def _reseal_pairs(
    keys: secrets.FieldKeys, row_id: str, record: str, changes: dict[str, object], retired: set[str]
) -> int:
    found = 0
    for pair in changes.values():
        for side, value in enumerate(pair if isinstance(pair, list) else ()):
            if not is_marked(value):
                continue
            table, column, token = marked_parts(value)
            if secrets.key_id_of(token) in retired:
                place = history_place(table, column, record)
                wire = msgspec.json.decode(keys.unseal(token, place))
                cast("list[object]", pair)[side] = marked(keys, table, column, record, wire)
                found += 1
    if found:
        await _keep(row_id, changes)
    return found


async def _history(after: str, condition: str, params: tuple[object, ...]) -> list[tuple[object, ...]]:
    behind = " AND id > ?" if after else ""
    sql = f"SELECT id, record, changes FROM tw_record_history WHERE {condition}{behind} ORDER BY id LIMIT {_STEP}"
    return await database.fetch_tuples(sql, (*params, after) if after else params)


async def _keep(row_id: str, changes: Mapping[str, object]) -> None:
    await database.execute("UPDATE tw_record_history SET changes = ? WHERE id = ?", (dict(changes), row_id))


async def reseal_job(job: jobs.Job) -> dict[str, object]:
    """The job RESEAL. Run twice it finds nothing more to do."""

    async def told(done: int) -> None:
        await job.progress(done, 0, "")

    return {"sealed": await reseal(told)}
