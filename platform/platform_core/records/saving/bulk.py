"""Many new records at once: the same stages as for one, but each asks the database once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from platform_core import database, entities, permissions
from platform_core.database import UniqueViolation
from platform_core.entities import Entity
from platform_core.errors import Invalid, Problem, TradewindError
from platform_core.identity import Actor
from platform_core.permissions import Access
from platform_core.records.model import DEFAULT_OPTIONS, BatchResult, Operation, WriteOptions
from platform_core.records.saving import pipeline
from platform_core.records.saving.admitting import require_create
from platform_core.records.saving.commands import new_save
from platform_core.records.saving.uniqueness import explain_violation
from platform_core.records.saving.work import Save, everything, raise_problems

Values = Mapping[str, object]


async def bulk_create(
    form: str, rows: Sequence[Values], *, actor: Actor, options: WriteOptions = DEFAULT_OPTIONS
) -> list[BatchResult]:
    """Makes what can be made of the rows, in one transaction, and says of each row what became of it.

    A row with problems is left out and does not stop the others; pointers are within the row. The caller chooses the
    size of a chunk (some hundreds). Raises Forbidden, NotFound for the form as a whole.
    """
    entity = entities.get(form)
    access = permissions.access(entity, actor)
    require_create(entity, access)
    quick = msgspec.structs.replace(options, answer=False)
    try:
        async with database.transaction():
            saves = _saves(entity, access, actor, rows, quick)
            await pipeline.read_input(saves)
            await pipeline.complete(saves)
            await pipeline.write([save for save in saves if not problems_of(save)])
    except (UniqueViolation, Invalid):
        # One of them was refused by the database or after the write: find out which, row by row.
        return [await _one(entity, access, actor, row, quick, place) for place, row in enumerate(rows)]
    return [result_of(save, place) for place, save in enumerate(saves)]


async def _one(
    entity: Entity, access: Access, actor: Actor, row: Values, options: WriteOptions, place: int
) -> BatchResult:
    saves = _saves(entity, access, actor, [row], options)
    try:
        async with database.transaction():
            await pipeline.read_input(saves)
            await pipeline.complete(saves)
            raise_problems(saves)
            await pipeline.write(saves)
    except UniqueViolation as exc:
        return failed("create", place, await explain_violation(saves, exc))
    except TradewindError as exc:
        return failed("create", place, exc)
    return result_of(saves[0], place)


def _saves(
    entity: Entity, access: Access, actor: Actor, rows: Iterable[Values], options: WriteOptions
) -> list[Save]:
    return [new_save(entity, access, actor, row, options) for row in rows]


def problems_of(save: Save) -> tuple[Problem, ...]:
    """The problems of a record and of the children inside it."""
    return tuple(problem for one in everything([save]) for problem in one.problems)


def result_of(save: Save, place: int) -> BatchResult:
    """What became of a new record."""
    problems = problems_of(save)
    if problems:
        return BatchResult(op="create", index=place, ok=False, problems=problems, error=Invalid(problems))
    code = save.values.get("code")
    return BatchResult(
        op="create", index=place, ok=True, id=save.id, code=str(code) if code is not None else None, version=1
    )


def failed(op: Operation, place: int, error: TradewindError, record: str | None = None) -> BatchResult:
    """A row that was refused."""
    problems = error.errors if isinstance(error, Invalid) else ()
    return BatchResult(op=op, index=place, ok=False, id=record, problems=problems, error=error)
