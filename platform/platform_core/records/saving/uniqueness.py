"""Unique fields: asked before the write, so that every clash is listed, and kept by an index, so that none slips by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from platform_core import database, secrets
from platform_core.entities import EntityField, is_sealed, key_column, meant, quote
from platform_core.errors import Conflict, TradewindError
from platform_core.i18n import N_
from platform_core.records.saving.columns import field_columns
from platform_core.records.saving.work import Save, by_entity, everything, raise_problems

_CHUNK = 500
"""Values asked for in one statement."""


async def check_unique(saves: Sequence[Save]) -> None:
    """Notes every new value of a unique field (or given number) that another live record has, here or stored."""
    for group in by_entity(saves):
        for field in group[0].entity.fields.values():
            if field.columns and (field.unique or field.name == "code"):
                await _check_field(field, group)


async def _check_field(field: EntityField, saves: Sequence[Save]) -> None:
    plan = field_columns(field)
    key_of = await _blind_key(field, saves) if is_sealed(field) else lambda value: plan.values(value)[0]
    claims: dict[object, Save] = {}
    for save in saves:
        value = save.values.get(field.name)
        if value is None or value == "" or field.name in save.failed or not save.changed(field.name):
            continue
        key = key_of(value)
        if key in claims:
            _refuse(field, save)
        else:
            claims[key] = save
    keys = list(claims)
    for start in range(0, len(keys), _CHUNK):
        await _check_stored(field, claims, keys[start : start + _CHUNK])


async def _check_stored(field: EntityField, claims: dict[object, Save], keys: list[object]) -> None:
    table, column = next(iter(claims.values())).entity.table, key_column(field)
    live = "" if field.name == "code" else ' AND "archived_at" IS NULL'
    marks = ", ".join("?" * len(keys))
    sql = (
        f'SELECT {quote(column.name)}, "id" FROM {quote(table)} WHERE {quote(column.name)} IN ({marks}){live}'
    )
    for raw, record_id in await database.fetch_tuples(sql, keys):
        save = claims.get(database.to_db(column.type, database.from_db(column.type, raw)))
        if save is not None and record_id != save.id:
            _refuse(field, save)


async def _blind_key(field: EntityField, saves: Sequence[Save]) -> Callable[[object], object]:
    """The blind index of a value of an encrypted field."""
    keys = await secrets.sealing_keys()
    place = f"{saves[0].entity.table}.{field.columns[0].name}"
    return lambda value: keys.blind(meant(value), place)


def _refuse(field: EntityField, save: Save) -> None:
    if field.name not in save.failed:
        save.refuse(
            field.name,
            "not_unique",
            N_("Another record has this value already."),
            remedy=N_("Give another value, or open the record that has it."),
        )


async def explain_violation(saves: Iterable[Save], cause: Exception) -> TradewindError:
    """What to tell after the index refused a row that the check had let pass: somebody was quicker."""
    flat = everything(saves)
    await check_unique(flat)
    try:
        raise_problems(flat)
    except TradewindError as exc:
        exc.__cause__ = cause
        return exc
    return Conflict(N_("Somebody saved the same at this moment. Try again."), code="crossed")
