"""The jobs of an import: check every row, take the rows, take them back.

Each chunk of rows is one transaction together with the note of how far the import is, so that a killed job goes on
behind the last chunk that was kept, and no row is taken twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from form_engine.imports import store
from form_engine.imports.errors import ImportRefused
from form_engine.imports.model import Import, Mapped, RefusedRow
from form_engine.imports.rows import Unique, chunks, refused_row, values_of
from form_engine.imports.sheet import Row, Sheet
from form_engine.imports.source import open_sheet
from platform_core import clock, database, definitions, entities, files, identity, jobs, records
from platform_core.entities import Entity
from platform_core.errors import NotFound
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.records import BatchResult, WriteOptions

CHECK, RUN, UNDO = "form.import.check", "form.import.run", "form.import.undo"
MOST_REPORTED = 100_000
"""Refused rows that are kept with their cells; the count goes on beyond."""


class _TakeBack(Exception):
    """Ends the trial transaction of a check."""


async def check(job: jobs.Job) -> dict[str, object]:
    """Try every row and take none: all rules of a save hold, then the transaction is rolled back."""
    made, actor, entity = await _begin(job)
    sheet = await _sheet(made)
    unique = Unique(entity, made.mapping)
    seen = good = refused = kept = 0
    await store.forget_refused(made.id)
    async for chunk in chunks(sheet, 0):
        bad = await _tried(entity, made, sheet, chunk, unique, actor)
        seen, good, refused = seen + len(chunk), good + len(chunk) - len(bad), refused + len(bad)
        async with database.transaction():
            await store.add_refused(made.id, bad[: max(0, MOST_REPORTED - kept)])
            await store.change(made.id, seen=seen, created=good, refused=refused)
        kept += len(bad)
        await job.progress(seen, None)
    async with job.commit() as result:
        await store.change(made.id, state="checked", total=seen, finished_at=clock.now())
        result.update(total=seen, good=good, refused=refused)
    return {}


async def run(job: jobs.Job) -> dict[str, object]:
    """Take the rows. Where a row is refused that the check had passed, everything is taken back, unless rows with
    problems are to be skipped."""
    made, actor, entity = await _begin(job)
    sheet = await _sheet(made)
    options = WriteOptions(textual=True, import_batch=made.id, quiet=True, answer=False)
    async for chunk in chunks(sheet, made.done_line):
        rows = [values_of(row, sheet.columns, made.mapping) for row in chunk]
        async with database.transaction():
            results = await records.bulk_create(entity.key, rows, actor=actor, options=options)
            bad = _refused(chunk, results, made.mapping)
            if not bad or made.skip_refused:
                made = await _note(made, chunk, bad)
        if bad and not made.skip_refused:
            return await _give_up(job, made, actor, bad)
        await job.progress(made.seen, made.total or None)
    async with job.commit() as result:
        await store.change(made.id, state="done", finished_at=clock.now())
        result.update(created=made.created, refused=made.refused)
    return {}


async def undo(job: jobs.Job) -> dict[str, object]:
    """Take the rows of an import out again; rows that were changed since are left and counted."""
    made, actor, entity = await _begin(job)
    removed, kept = await records.undo_batch(entity.key, made.id, actor=actor)
    message = None if not kept else "kept:" + str(kept)
    async with job.commit() as result:
        await store.change(made.id, state="undone", message=message, finished_at=clock.now())
        result.update(removed=removed, kept=kept)
    return {}


async def fail(job: jobs.Job, error: str) -> None:
    """What happens to the import when its job gives up: its state says so, and why."""
    origins = ("checking", "running", "undoing")
    await store.move(
        str(job.payload["import"]), origins, state="failed", message=error[:500], finished_at=clock.now()
    )


async def _begin(job: jobs.Job) -> tuple[Import, Actor, Entity]:
    await definitions.refresh()
    actor = await identity.actor_of(str(job.payload["actor"]), via="import")
    made = await store.find(str(job.payload["import"]), identity.SYSTEM)
    entity = entities.find(made.form)
    if entity is None:
        raise NotFound(N_("The form {form} is not published any more."), params={"form": made.form})
    return made, actor, entity


async def _sheet(made: Import) -> Sheet:
    stored = await files.find(made.file_id)
    if stored is None:
        raise NotFound(N_("The uploaded file is gone. Upload it again."))
    sheet = await asyncio.to_thread(open_sheet, files.store_path(stored.sha256))
    if tuple(sheet.columns) != made.columns:
        raise ImportRefused.one(
            "/file", "import_changed", N_("The file has other columns than when it was uploaded.")
        )
    return sheet


async def _tried(
    entity: Entity, made: Import, sheet: Sheet, chunk: Sequence[Row], unique: Unique, actor: Actor
) -> list[RefusedRow]:
    """The refused rows of a chunk, without taking any."""
    options = WriteOptions(textual=True, import_batch=made.id, quiet=True, answer=False)
    rows = [values_of(row, sheet.columns, made.mapping) for row in chunk]
    results: Sequence[BatchResult] = ()
    try:
        async with database.transaction():
            results = await records.bulk_create(entity.key, rows, actor=actor, options=options)
            raise _TakeBack
    except _TakeBack:
        bad = {row.line: row for row in _refused(chunk, results, made.mapping)}
    for row in chunk:
        twice = tuple(unique.problems(row.line, dict(zip(sheet.columns, row.cells, strict=True))))
        if twice:
            before = bad[row.line].problems if row.line in bad else ()
            bad[row.line] = RefusedRow(line=row.line, cells=row.cells, problems=(*before, *twice))
    return [bad[line] for line in sorted(bad)]


def _refused(chunk: Sequence[Row], results: Sequence[BatchResult], mapping: Mapped) -> list[RefusedRow]:
    return [
        refused_row(row, result.problems, mapping)
        for row, result in zip(chunk, results, strict=True)
        if not result.ok
    ]


async def _note(made: Import, chunk: Sequence[Row], bad: Sequence[RefusedRow]) -> Import:
    """Write down how far the import is, in the transaction that took the rows."""
    now = msgspec.structs.replace(
        made, done_line=chunk[-1].line, seen=made.seen + len(chunk), created=made.created + len(chunk) - len(bad),
        refused=made.refused + len(bad),
    )  # fmt: skip
    if made.refused < MOST_REPORTED:
        await store.add_refused(made.id, bad)
    await store.change(
        made.id, done_line=now.done_line, seen=now.seen, created=now.created, refused=now.refused
    )
    return now


async def _give_up(job: jobs.Job, made: Import, actor: Actor, bad: Sequence[RefusedRow]) -> dict[str, object]:
    await records.undo_batch(made.form, made.id, actor=actor)
    async with job.commit() as result:
        await store.add_refused(made.id, bad)
        await store.change(
            made.id, state="failed", created=0, refused=len(bad), finished_at=clock.now(),
            message=N_("A row was refused that had passed the check. Nothing was imported."),
        )  # fmt: skip
        result.update(created=0, refused=len(bad))
    return {}
