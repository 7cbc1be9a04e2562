"""The jobs of an import: check every row, take the rows, take them back.

Each chunk of rows is one transaction together with the note of how far the import is, so that a killed job goes on
behind the last chunk that was kept, and no row is taken twice. What stops an import for good takes its rows back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec

from form_engine.imports import store
from form_engine.imports.errors import ImportRefused
from form_engine.imports.judging import Alike, Unique
from form_engine.imports.kin import Kin, Read
from form_engine.imports.mapping import importable_fields
from form_engine.imports.model import Import, RowProblem, RowReport
from form_engine.imports.reading import RowReader
from form_engine.imports.report import problems_of, refused
from form_engine.imports.sheet import Row, Sheet
from form_engine.imports.source import open_sheet
from platform_core import (
    audit,
    clock,
    database,
    definitions,
    entities,
    files,
    identity,
    jobs,
    permissions,
    records,
)
from platform_core.entities import Entity
from platform_core.errors import Conflict, Forbidden, Invalid, NotFound, TradewindError
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.records import WriteOptions

CHECK, RUN, UNDO, REVERT = (
    "form.import.check",
    "form.import.run",
    "form.import.undo",
    "form.import.revert",
)
MOST_REPORTED = 100_000
"""Rows that are kept with their cells and problems; the counts go on beyond."""

Result = dict[str, object]
_FINAL = (Invalid, NotFound, Forbidden, Conflict)
"""Errors that no second attempt cures."""
STOPPED = N_("The import stopped because of an error: {error}")
_MOVED_ON = N_("A row was refused that had passed the check. Nothing was imported.")


@dataclass(frozen=True, slots=True)
class _Work:
    """What all jobs need."""

    job: jobs.Job
    made: Import
    actor: Actor
    entity: Entity
    sheet: Sheet
    reader: RowReader

    @property
    def options(self) -> WriteOptions:
        given = frozenset({"code"} if "code" in self.made.mapping.values() else ())
        return WriteOptions(textual=True, import_batch=self.made.id, quiet=True, answer=False, given=given)

    def read(self, chunk: Sequence[Row]) -> tuple[list[Read], dict[int, tuple[RowProblem, ...]]]:
        """(rows that can be read, problems by line of those that cannot)."""
        good: list[Read] = []
        spoilt: dict[int, tuple[RowProblem, ...]] = {}
        for row in chunk:
            values, problems = self.reader.read(row)
            if problems:
                spoilt[row.line] = problems
            else:
                good.append((row, values))
        return good, spoilt


class _Stopped(Exception):
    """A row was refused and may not be left out: takes the chunk back."""

    def __init__(self, rows: Sequence[RowReport]) -> None:
        super().__init__()
        self.rows = rows


async def check(job: jobs.Job) -> Result:
    """Try every row and take none: all rules of a save hold, and nothing is written but the report."""
    return await _guarded(job, _check)


async def run(job: jobs.Job) -> Result:
    """Take the rows. Where a row is refused and not to be left out, everything is taken back."""
    return await _guarded(job, _run)


async def undo(job: jobs.Job) -> Result:
    """Take the rows of an import out again; rows that somebody has worked with since are left and counted."""
    await definitions.refresh()
    with definitions.pinned():
        made = await store.find(_import_id(job), identity.SYSTEM)
        try:
            removed, kept = await records.undo_batch(made.form, made.id, actor=await _actor(job))
        except _FINAL as error:
            return await _stop(job, error)
        async with job.commit() as result:
            message = N_("{kept} records stayed: somebody has worked with them since.") if kept else None
            await store.change(
                made.id, state="undone", message=message, params={"kept": kept}, finished_at=clock.now()
            )
            result.update(removed=removed, kept=kept)
    return {}


async def revert(job: jobs.Job) -> Result:
    """Take back what a failed import had created. Nobody could work with it in earnest, but who did keeps it."""
    await definitions.refresh()
    with definitions.pinned():
        made = await store.find(_import_id(job), identity.SYSTEM)
        removed, kept = await records.undo_batch(made.form, made.id, actor=identity.SYSTEM)
        async with job.commit() as result:
            await store.change(made.id, state="failed", created=kept, finished_at=clock.now())
            result.update(removed=removed, kept=kept)
    return {}


async def give_up(job: jobs.Job, error: str) -> None:
    """What happens to the import when its job has failed for the last time. Runs in that transaction."""
    await fall(_import_id(job), STOPPED, {"error": error[:300]})


async def launch(kind: str, made_id: str, actor: Actor) -> None:
    """Add a job and note it with the import, in the caller's transaction. Two of one import never run at once."""
    job = await jobs.add(
        kind,
        {"import": made_id, "actor": actor.user_id},
        subject=f"import/{made_id}",
        lock_key=f"import:{made_id}",
        created_by=actor.user_id,
    )
    await store.change(made_id, job_id=job)


async def _guarded(job: jobs.Job, work: Callable[[_Work], Awaitable[None]]) -> Result:
    """Runs the work on the definitions of this moment; what cannot be cured ends the import, not the job's attempt."""
    await definitions.refresh()
    with definitions.pinned():
        try:
            await work(await _begin(job))
        except _FINAL as error:
            return await _stop(job, error)
    return {}


async def _begin(job: jobs.Job) -> _Work:
    made = await store.find(_import_id(job), identity.SYSTEM)
    actor = await _actor(job)
    entity = entities.get(made.form)
    access = permissions.access(entity, actor)
    if not access.can("import"):
        raise Forbidden(N_("You may not import into this form."))
    stored = await files.find(made.file_id)
    if stored is None:
        raise NotFound(N_("The uploaded file is gone. Upload it again."))
    sheet = await open_sheet(await files.fetch(stored.sha256))
    if sheet.columns != made.columns:
        raise ImportRefused.one(
            "/file", "import_changed", N_("The file has other columns than when it was uploaded.")
        )
    writable = {field.name for field in importable_fields(entity, access)}
    if any(name not in writable for name in made.mapping.values()):
        raise Forbidden(N_("The form or your rights have changed. Choose the columns again."))
    reader = RowReader(
        entity, made.columns, made.mapping, made.habits, language=actor.language, writable=writable
    )
    return _Work(job, made, actor, entity, sheet, reader)


# -- checking ------------------------------------------------------------------------------------------------------


async def _check(work: _Work) -> None:
    made = work.made
    unique, kin = Unique(work.entity, made.mapping, work.actor), Kin(work.entity, made.mapping)
    alike = Alike(work.entity, work.actor)
    seen = bad = judged = kept = 0
    await store.forget_rows(made.id)
    async for chunk in work.sheet.chunks():
        found = await _tried(work, chunk, unique, kin)
        good = [read for read in work.read(chunk)[0] if read[0].line not in found]
        looks = await alike.judge(good)
        reports = [refused(row, found[row.line]) for row in chunk if row.line in found]
        reports += [
            RowReport(line=row.line, refused=False, cells=row.cells, problems=looks[row.line])
            for row in chunk
            if row.line in looks
        ]
        seen, bad, judged = seen + len(chunk), bad + len(found), judged + len(looks)
        async with database.transaction():
            await store.add_rows(made.id, reports[: max(0, MOST_REPORTED - kept)])
            await store.change(made.id, seen=seen, created=seen - bad, refused=bad, alike=judged)
        kept += len(reports)
        await work.job.progress(seen)
    await _checked(work, total=seen, bad=bad)


async def _tried(
    work: _Work, chunk: Sequence[Row], unique: Unique, kin: Kin
) -> dict[int, tuple[RowProblem, ...]]:
    """Problems by line of the rows that would be refused."""
    rows, found = work.read(chunk)
    results = await records.try_create(
        work.entity.key, [values for _row, values in rows], actor=work.actor, options=work.options
    )
    for (row, values), result in zip(rows, results, strict=True):
        twice = unique.problems(row, values)
        problems = kin.forgiven(values, problems_of(result, work.made.mapping))
        told = {problem.field for problem in twice}
        problems = (
            *twice,
            *(each for each in problems if each.field not in told or each.code != "not_unique"),
        )
        if problems:
            found[row.line] = problems
        else:
            kin.learn(values)
    return found


async def _checked(work: _Work, *, total: int, bad: int) -> None:
    """Ends the check, and goes over into the import where that was wished and nothing stands against it."""
    made, good = work.made, total - bad
    go_on = made.commit_next and good > 0 and (not bad or made.skip_refused)
    message = None
    if not total:
        message = N_("The file has headings, but no rows.")
    elif made.commit_next and not go_on:
        message = N_("{count} rows have problems. Nothing was imported.")
    async with work.job.commit() as result:
        await store.change(
            made.id, state="checked", total=total, commit_next=False, message=message, params={"count": bad},
            finished_at=clock.now(),
        )  # fmt: skip
        if go_on:
            await start_run(made.id, work.actor, skip_refused=made.skip_refused, skip_alike=made.skip_alike)
        result.update(total=total, good=good, refused=bad)


# -- taking --------------------------------------------------------------------------------------------------------


async def start_run(made_id: str, actor: Actor, *, skip_refused: bool, skip_alike: bool) -> bool:
    """Move a checked import on to being taken, in the caller's transaction; False where somebody was faster."""
    begun = await store.move(
        made_id, ("checked",), state="running", skip_refused=skip_refused, skip_alike=skip_alike,
        done_line=0, seen=0, created=0, refused=0, message=None, params={}, finished_at=None,
    )  # fmt: skip
    if begun:
        await store.forget_rows(made_id, refused_only=True)
        await launch(RUN, made_id, actor)
    return begun


async def _run(work: _Work) -> None:
    made, kin = work.made, Kin(work.entity, work.made.mapping)
    try:
        async for chunk in work.sheet.chunks(after=made.done_line):
            made = await _taken(work, made, chunk, kin)
            await work.job.progress(made.seen, made.total or None)
    except _Stopped as stopped:
        async with work.job.commit() as result:
            await store.add_rows(made.id, stopped.rows)
            await fall(made.id, _MOVED_ON, {}, refused=len(stopped.rows))
            result.update(created=0, refused=len(stopped.rows))
        return
    async with work.job.commit() as result:
        if not await store.move(made.id, ("running",), state="done", finished_at=clock.now()):
            raise jobs.LeaseLost
        counts = {"created": made.created, "refused": made.refused}
        await audit.write(
            "import.done",
            actor=work.actor,
            kind="import",
            subject=f"{made.form}/import/{made.id}",
            detail=counts,
        )
        result.update(counts)


async def _taken(work: _Work, made: Import, chunk: Sequence[Row], kin: Kin) -> Import:
    """The rows of a chunk saved, and the import as it then stands, in one transaction."""
    left = await _left_out(made, chunk)
    rows, found = work.read([row for row in chunk if row.line not in left])
    async with database.transaction():
        for part in kin.parts(rows):
            results = await records.bulk_create(
                work.entity.key, [values for _row, values in part], actor=work.actor, options=work.options
            )
            for (row, _values), result in zip(part, results, strict=True):
                if not result.ok:
                    found[row.line] = problems_of(result, made.mapping)
        reports = [refused(row, found[row.line]) for row in chunk if row.line in found]
        if reports and not made.skip_refused:
            raise _Stopped(reports)
        now = msgspec.structs.replace(
            made, done_line=chunk[-1].line, seen=made.seen + len(chunk), refused=made.refused + len(reports),
            created=made.created + len(chunk) - len(reports) - len(left),
        )  # fmt: skip
        await store.add_rows(made.id, reports[: max(0, MOST_REPORTED - made.refused)])
        if not await store.advance(made, now):
            raise jobs.LeaseLost
    return now


async def _left_out(made: Import, chunk: Sequence[Row]) -> frozenset[int]:
    if not made.skip_alike:
        return frozenset()
    return await store.alike_lines(made.id, chunk[0].line, chunk[-1].line)


# -- ending badly --------------------------------------------------------------------------------------------------


async def _stop(job: jobs.Job, error: TradewindError) -> Result:
    """Ends the import for a reason that its owner understands."""
    first = error.errors[0] if isinstance(error, Invalid) and error.errors else error
    async with job.commit() as result:
        await fall(_import_id(job), first.message, first.params)
        result.update(failed=first.code)
    return {}


async def fall(made_id: str, message: str, params: Result, **counts: int) -> None:
    """Writes the end of a failed import, or first takes back what it has created. In the caller's transaction."""
    made = await store.find(made_id, identity.SYSTEM)
    told: Result = {"message": message, "params": msgspec.to_builtins(params, enc_hook=str), **counts}
    if made.state == "running":
        await store.move(made_id, ("running",), state="reverting", **told)
        await launch(REVERT, made_id, identity.SYSTEM)
    elif made.state == "undoing":
        await store.move(made_id, ("undoing",), state="done", **told)
    else:
        await store.move(made_id, ("checking", "reverting"), state="failed", finished_at=clock.now(), **told)


async def _actor(job: jobs.Job) -> Actor:
    """Who wants the import, with the roles of today."""
    user_id = str(job.payload["actor"])
    if user_id == identity.SYSTEM_ID:
        return identity.SYSTEM
    return await identity.actor_of(user_id, via="import")


def _import_id(job: jobs.Job) -> str:
    return str(job.payload["import"])
