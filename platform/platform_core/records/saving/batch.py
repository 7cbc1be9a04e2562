"""Several creates, changes and deletions of one form in one request: all or none, or each for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from platform_core import database
from platform_core.errors import Invalid, Problem, TradewindError
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.records.model import DEFAULT_OPTIONS, BatchResult, Change, Operation, Record, Removal
from platform_core.records.saving import commands, recycling
from platform_core.records.saving.bulk import bulk_create, failed

MOST_ROWS = 1_000
"""Rows of one batch."""
_CHUNK = 200


async def batch(
    form: str,
    *,
    create: Sequence[Mapping[str, object]] = (),
    update: Sequence[Change] = (),
    delete: Sequence[Removal] = (),
    atomic: bool = True,
    actor: Actor,
) -> list[BatchResult]:
    """Results in the order create, update, delete.

    `atomic`: the first refusal of any kind undoes everything, and Invalid lists what was refused so far with pointers
    into the request ("/update/3/email"). Otherwise each row stands for itself and its result tells.
    """
    if len(create) + len(update) + len(delete) > MOST_ROWS:
        raise Invalid.one("", "too_many", N_("A batch has at most {limit} rows."), limit=MOST_ROWS)
    if not atomic:
        return await _each(form, create, update, delete, actor)
    async with database.transaction():
        results = await _each(form, create, update, delete, actor)
        refused = [result for result in results if not result.ok]
        if refused:
            raise Invalid([problem for result in refused for problem in _placed(result)])
    return results


async def _each(
    form: str,
    creates: Sequence[Mapping[str, object]],
    updates: Sequence[Change],
    deletes: Sequence[Removal],
    actor: Actor,
) -> list[BatchResult]:
    results: list[BatchResult] = []
    for start in range(0, len(creates), _CHUNK):
        made = await bulk_create(form, creates[start : start + _CHUNK], actor=actor)
        results += [moved(result, start) for result in made]
    for place, change in enumerate(updates):
        results.append(await _update(form, place, change, actor))
    for place, removal in enumerate(deletes):
        results.append(await _delete(form, place, removal, actor))
    return results


async def _update(form: str, place: int, change: Change, actor: Actor) -> BatchResult:
    try:
        record = await commands.update(
            form, change.id, change.values, actor=actor, version=change.version, options=_QUICK
        )
    except TradewindError as exc:
        return failed("update", place, exc, change.id)
    return _done("update", place, record)


async def _delete(form: str, place: int, removal: Removal, actor: Actor) -> BatchResult:
    try:
        await recycling.delete(form, removal.id, actor=actor, version=removal.version)
    except TradewindError as exc:
        return failed("delete", place, exc, removal.id)
    return BatchResult(op="delete", index=place, ok=True, id=removal.id)


def _done(op: Operation, place: int, record: Record) -> BatchResult:
    return BatchResult(op=op, index=place, ok=True, id=record.id, code=record.code, version=record.version)


def _placed(result: BatchResult) -> list[Problem]:
    """The problems of a row with pointers into the whole request."""
    place = f"/{result.op}/{result.index}"
    if result.problems:
        return [msgspec.structs.replace(found, pointer=place + found.pointer) for found in result.problems]
    error = result.error
    if error is None:
        return []
    return [
        Problem(
            pointer=place, code=error.code, message=error.message, params=error.params, remedy=error.remedy
        )
    ]


def moved(result: BatchResult, by: int) -> BatchResult:
    """The result with its index counted from the start of the whole list."""
    return msgspec.structs.replace(result, index=result.index + by) if by else result


_QUICK = msgspec.structs.replace(DEFAULT_OPTIONS, answer=False)
