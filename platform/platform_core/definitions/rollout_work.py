"""The jobs of a rollout: expand, copy, check, index, publish, contract; each of them goes on where it was stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from platform_core import clock, database, jobs
from platform_core.database import Step, UniqueViolation
from platform_core.definitions import draft_rows, drafts, rollout, rollout_rows, rollout_watch, store
from platform_core.definitions.catalog import catalog, load, refresh
from platform_core.definitions.committing import commit, steps_of
from platform_core.definitions.errors import InvalidDefinition
from platform_core.definitions.evaluate import Evaluation, evaluate
from platform_core.definitions.model import Steps
from platform_core.definitions.rollout_rows import Copied, FailedRecord, Failure, Phase, Rollout
from platform_core.definitions.rollout_steps import (
    Sorted,
    copying,
    made_by,
    sorted_steps,
    working_later,
)
from platform_core.definitions.snapshot import Catalog
from platform_core.definitions.steps import LaterStep, Portion, run_checks
from platform_core.errors import Conflict, Invalid, TradewindError
from platform_core.jobs import Job, JobCancelled

_FIRST_PORTION, _LARGEST_PORTION = 100, 1_000
_PORTION_SECONDS = 0.02
"""So long a portion should take: others wait for its rows, or on SQLite for the file."""
_LONGEST_PAUSE = 0.05
_NOTES = 200
_FEW = 50
"""Noted rows that the publish itself may bring over."""
_ROUNDS = 10
_ROUND_SECONDS = 0.05
"""After the publish: writers that began before it are listened to this often and this long, then once more later."""


async def roll_out(job: Job) -> None:
    """The job: everything up to the publish and behind it. Ends badly only where the database does."""
    found = await rollout_rows.get(str(job.payload["rollout"]))
    if found is not None and found.state == "running":
        work = _Work(job, found)
        try:
            await work.until_published()
        except (Conflict, Invalid, UniqueViolation) as exc:
            await rollout.turn_back(found, _failure(exc))
            return
    if found is not None and found.state == "finishing":
        await _Finishing(job, found).run()


class _Work:
    """One run of the job up to the publish."""

    def __init__(self, job: Job, rollout: Rollout) -> None:
        self.job = job
        self.rollout = rollout
        self.steps = Sorted()
        self.pace = _Pace(job, rollout)

    async def until_published(self) -> None:
        evaluation = await self._looked_at(await refresh())
        self.steps = sorted_steps(self.rollout, await steps_of(evaluation))
        await self._make_room()
        await self._copy()
        await self._index()
        await self._drain_all()
        for copied in self.steps.copies:
            await copying(copied).finish(copied.step.params)
        await self._phase("publishing")
        await database.run_transaction(self._publish, attempts=5)

    async def _looked_at(self, known: Catalog) -> Evaluation:
        """The change set as it is now, without counting; raises InvalidDefinition where something has come between."""
        made = self.rollout
        evaluation = await evaluate(
            made.items,
            known,
            answers=made.answers,
            accept=made.accept,
            now=made.created_at,
            planned=False,
        )
        evaluation.agreed = made.accept
        result = evaluation.result()
        if not result.ok:
            raise InvalidDefinition(result.problems, result.by_item)
        return evaluation

    async def _phase(self, phase: Phase) -> None:
        await rollout_rows.change(self.rollout, phase=phase)
        await self.pace.tell()

    async def _make_room(self) -> None:
        """New columns and tables, and the watches that tell what changes from now on."""
        for earlier in await rollout_rows.unsettled(self.rollout.keys):
            await settle(earlier)
        await rollout_rows.change(self.rollout, phase="columns", made=tuple(made_by(self.steps)))
        self.rollout.total = await _rows_to_see(self.steps)
        for step in self.steps.expand:
            await self._gently(step)
        for copied in self.steps.copies:
            watched = copying(copied).watched(copied.step.params)
            await self._gently(rollout_watch.watch_step(copied.watch, watched))

    async def _gently(self, step: Step) -> None:
        await self._refuse_if_ended()
        await rollout_watch.gently(step)

    async def _copy(self) -> None:
        await self._phase("copying")
        for copied in self.steps.copies:
            handler, params = copying(copied), copied.step.params

            async def portion(
                after: str, limit: int, copied: Copied = copied, handler: LaterStep = handler
            ) -> Portion:
                await self._refuse_if_ended()
                return await handler.portion(copied.step.params, after, limit)

            await self.pace.through(copied.watch, portion)
            await self._drain(copied)
            await handler.finish(params)

    async def _index(self) -> None:
        await self._phase("checking")
        await run_checks([Steps(tuple(self.steps.checks))])
        await self._phase("indexes")
        for step in self.steps.indexes:
            await self._refuse_if_ended()
            try:
                await database.apply(step)
            except UniqueViolation:
                # With the records, where somebody was quicker than the check.
                await run_checks([Steps(tuple(self.steps.checks))])
                for copied in self.steps.copies:
                    await copying(copied).finish(copied.step.params)
                raise
            await self.pace.tell()

    async def _drain_all(self) -> None:
        for copied in self.steps.copies:
            await self._drain(copied)

    async def _drain(self, copied: Copied) -> None:
        while await self._drain_some(copied) > _FEW:
            await self.pace.tell()

    async def _drain_some(self, copied: Copied) -> int:
        async with database.transaction():
            await self._refuse_if_ended()
            return (await bring_over(copied)).notes

    async def _refuse_if_ended(self) -> None:
        """Raises JobCancelled where somebody has cancelled the rollout; inside a transaction it cannot be after that."""
        self.job.check_cancelled()
        if await rollout_rows.state_of(self.rollout.id) != "running":
            raise JobCancelled

    async def _publish(self) -> None:
        """The short transaction that publishes: what was changed last is brought over, then the revisions stand."""
        made = self.rollout
        await store.lock_catalog()
        await self._refuse_if_ended()
        for copied in self.steps.copies:
            while (brought := await bring_over(copied)).notes:
                if brought.refused:
                    await copying(copied).finish(copied.step.params)
                if brought.notes < _NOTES:
                    break
        evaluation = await self._looked_at(await load(catalog()))
        groups = await steps_of(evaluation)
        then = (*self.steps.inside, *made.steps)
        await commit(evaluation, groups, made.note, made.author, then=then, done=True)
        for candidate in evaluation.candidates:
            row = await draft_rows.read(candidate.key)
            used_up = made.draft is not None and row is not None and row.rev == made.draft
            await drafts.settle(candidate.key, candidate.hash, used_up=used_up, actor=made.author)
        await rollout_rows.change(made, phase="finishing", rest=self.steps.rest)
        await rollout_rows.move_on(made, "finishing", before=("running",))


class _Finishing:
    """What is left to do once the revisions stand."""

    def __init__(self, job: Job, rollout: Rollout) -> None:
        self.rollout = rollout
        self.pace = _Pace(job, rollout)

    async def run(self) -> None:
        rest = self.rollout.rest
        for _round in range(_ROUNDS if rest.copies else 0):
            for copied in rest.copies:
                await _bring_over_all(copied)
            await asyncio.sleep(_ROUND_SECONDS)
        for place, step in enumerate(rest.later):
            handler, params = working_later(step), step.params

            async def portion(
                after: str, limit: int, handler: LaterStep = handler, params: object = params
            ) -> Portion:
                return await handler.portion(params, after, limit)  # type: ignore[arg-type]  # bound per turn of the loop

            await self.pace.through(f"later.{place}", portion)
        if not rest.copies:
            await settle(self.rollout)
        async with database.transaction():
            await rollout_rows.change(self.rollout, phase="")
            await rollout_rows.move_on(self.rollout, "done", before=("finishing",))
            if rest.copies:
                await rollout.settle_later(self.rollout)


class _Pace:
    """Goes through a table in portions that are small enough for everybody else, with pauses as long as they took."""

    def __init__(self, job: Job, rollout: Rollout) -> None:
        self._job = job
        self._rollout = rollout
        self._size = _FIRST_PORTION
        self._told = 0.0

    async def through(self, place: str, work: Callable[[str, int], Awaitable[Portion]]) -> None:
        made = self._rollout
        last = made.cursor.get(place, "")
        while last != "*":
            begun = clock.monotonic()
            async with database.transaction():
                portion = await work(last, self._size)
                last = portion.last or "*"
                cursor = {**made.cursor, place: last}
                await rollout_rows.change(
                    made, cursor=cursor, done=made.done + portion.rows, total=made.total
                )
            took = clock.monotonic() - begun
            self._size = max(
                _FIRST_PORTION, min(_LARGEST_PORTION, int(self._size * _PORTION_SECONDS / max(took, 0.001)))
            )
            await self.tell()
            await asyncio.sleep(min(took, _LONGEST_PAUSE))

    async def tell(self) -> None:
        """The job's progress, once a second. Raises JobCancelled, LeaseLost."""
        self._job.check_cancelled()
        if clock.monotonic() - self._told > 1:
            self._told = clock.monotonic()
            await self._job.progress(self._rollout.done, self._rollout.total or None, self._rollout.phase)


class Brought(NamedTuple):
    """What came of noted rows: how many notes there were, how many rows could not be brought over."""

    notes: int
    refused: int


async def bring_over(copied: Copied, limit: int = _NOTES) -> Brought:
    """The oldest noted rows once more, in the caller's transaction."""
    numbers, ids = await rollout_watch.noted(copied.watch, limit)
    refused = 0
    if ids:
        refused = await copying(copied).again(copied.step.params, ids)
        await rollout_watch.forget(numbers)
    return Brought(len(numbers), refused)


async def _bring_over_all(copied: Copied) -> None:
    while True:
        async with database.transaction():
            if (await bring_over(copied)).notes < _NOTES:
                return  # the next round sees what has been noted since


async def settle_roll_out(job: Job) -> None:
    """The job: nobody works with the revision before any more; what was written with it is brought over, then the
    watches go."""
    found = await rollout_rows.get(str(job.payload["rollout"]))
    if found is not None and found.state in ("finishing", "done"):
        await settle(found)


async def settle(found: Rollout) -> None:
    """Takes the watches of a published rollout away, and then what nobody needs any more: a watched column could not
    be dropped."""
    for copied in found.rest.copies:
        await _bring_over_all(copied)
    for made in found.made:
        if made.what == "watch":
            await rollout_watch.gently(rollout_watch.unwatch_step(made))
            await rollout_watch.forget_watch(made.name)
    for step in found.rest.drops:
        await rollout_watch.gently(step)
    await rollout_rows.change(found, made=(), rest=rollout_rows.Rest())


async def undo_roll_out(job: Job) -> None:
    """The job: takes away what a rollout has made that is not to be published."""
    found = await rollout_rows.get(str(job.payload["rollout"]))
    if found is None or found.state != "undoing":
        return
    for made in reversed(found.made):
        await rollout_watch.gently(rollout_watch.taking_away(made))
        if made.what == "watch":
            await rollout_watch.forget_watch(made.name)
        await job.progress(0, None, made.name)
    async with database.transaction():
        await rollout_rows.change(found, phase="", made=())
        ended: rollout_rows.State = "failed" if found.failure is not None else "cancelled"
        await rollout_rows.move_on(found, ended, before=("undoing",))


async def _rows_to_see(steps: Sorted) -> int:
    tables = [copying(one).table(one.step.params) for one in steps.copies]
    tables += [working_later(one).table(one.params) for one in steps.later]
    counts = {
        table: int(str(await database.fetch_value(f"SELECT count(*) FROM {database.quoted(table)}")))
        for table in set(tables)
    }
    return sum(counts[table] for table in tables)


def _failure(exc: TradewindError) -> Failure:
    """What stood in the way, to be kept and shown."""
    details = exc.details if isinstance(exc, Conflict) and isinstance(exc.details, dict) else {}
    listed = details.get("records")
    records = tuple(
        FailedRecord(str(one["id"]), str(one["title"]), str(one["value"]))
        for one in (listed if isinstance(listed, list) else ())
    )
    message, params = exc.message, dict(exc.params)
    if isinstance(exc, Invalid) and exc.errors:
        message, params = exc.errors[0].message, dict(exc.errors[0].params)
    return Failure(
        code=exc.code,
        message=message,
        params=params,
        remedy=exc.remedy,
        form=str(details.get("form", "")),
        records=records,
        count=int(str(details.get("count", len(records)))),
    )


def job_kinds() -> tuple[jobs.JobKind, ...]:
    """What a worker has to know for rollouts."""
    return (
        jobs.JobKind(
            rollout.ROLL_OUT, roll_out, on_dead=rollout.abandoned, on_cancel=rollout.abandoned, queue="bulk"
        ),
        jobs.JobKind(rollout.UNDO, undo_roll_out, queue="bulk"),
        jobs.JobKind(rollout.SETTLE, settle_roll_out, queue="bulk"),
    )
