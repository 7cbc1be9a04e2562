"""How a run of a job ends. Every end is guarded by the fence of its claim: whoever lost the lease changes nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from platform_core import clock, database
from platform_core.jobs.model import Job
from platform_core.jobs.registry import JobKind

_FIRST_PAUSE, _LONGEST_PAUSE, _JITTER = 5.0, 3600.0, 0.1
_ERROR_CHARACTERS = 2000
_HELD = "WHERE id = ? AND fence = ? AND state = 'leased'"
_FREED = "lease_owner = NULL, lease_until = NULL"


async def complete(job: Job, kind: JobKind, result: dict[str, object] | None) -> bool:
    """Ends a job well; False where it was not ours any more, then nothing of this run counts."""
    payload: tuple[object, ...] = ({},) if kind.forget_payload else ()
    erased = ", payload = ?" if kind.forget_payload else ""
    changed = await database.execute(
        f"UPDATE tw_job SET state = 'done', result = ?, finished_at = ?, last_error = NULL, {_FREED}{erased} {_HELD}",
        (result, clock.now(), *payload, job.id, job.fence),
    )
    return changed > 0


async def complete_many(jobs: Sequence[Job]) -> set[str]:
    """Ends jobs that have no result and keep their payload, in one statement. Returns the ids that were still ours."""
    done = f"state = 'done', finished_at = ?, last_error = NULL, {_FREED}"
    return await _change(jobs, done, (clock.now(),))


async def give_back(jobs: Sequence[Job]) -> None:
    """Gives back jobs that were claimed and not begun: they may run now, and the attempt does not count."""
    await _change(jobs, f"state = 'ready', due = TRUE, attempt = attempt - 1, {_FREED}", ())


async def _change(jobs: Sequence[Job], assignments: str, values: tuple[object, ...]) -> set[str]:
    if database.dialect().is_postgresql:
        source = "unnest(CAST(? AS uuid[]), CAST(? AS bigint[])) AS held (id, fence)"
        pairs: tuple[object, ...] = ([job.id for job in jobs], [job.fence for job in jobs])
    else:
        source = "(SELECT value ->> 0 AS id, value ->> 1 AS fence FROM json_each(?)) AS held"
        pairs = ([[job.id, job.fence] for job in jobs],)
    sql = (
        f"UPDATE tw_job SET {assignments} FROM {source} WHERE tw_job.id = held.id AND tw_job.fence = held.fence "
        "AND tw_job.state = 'leased' RETURNING tw_job.id"
    )
    return {str(job_id) for (job_id,) in await database.fetch_tuples(sql, (*values, *pairs), write=True)}


async def fail(job: Job, kind: JobKind | None, error: str, *, final: bool = False) -> None:
    """Ends a run badly: ready again after a pause, or dead after the last attempt or where it is `final`."""
    error = error[:_ERROR_CHARACTERS]
    if final or job.attempt >= job.max_attempts:
        async with database.transaction():
            changed = await database.execute(
                f"UPDATE tw_job SET state = 'dead', last_error = ?, finished_at = ?, {_FREED} {_HELD}",
                (error, clock.now(), job.id, job.fence),
            )
            if changed and kind is not None and kind.on_dead is not None:
                await kind.on_dead(job, error)
        return
    await database.execute(
        f"UPDATE tw_job SET state = 'ready', due = FALSE, resting = TRUE, run_at = ?, last_error = ?, {_FREED} {_HELD}",
        (clock.now() + pause_before(job.attempt + 1), error, job.id, job.fence),
    )


async def postpone(job: Job, until: datetime, note: str) -> None:
    """Gives a job back without counting the attempt."""
    due = until <= clock.now()
    await database.execute(
        "UPDATE tw_job SET state = 'ready', due = ?, run_at = ?, attempt = attempt - 1, last_error = ?, "
        f"{_FREED} {_HELD}",
        (due, until, note[:_ERROR_CHARACTERS] or None, job.id, job.fence),
    )


def pause_before(attempt: int) -> timedelta:
    """The pause before the given attempt (2 is the first repetition): 5 s x 4^n and up to 10 % more, at most an hour."""
    seconds = min(_FIRST_PAUSE * 4 ** max(attempt - 2, 0), _LONGEST_PAUSE / (1 + _JITTER))
    return timedelta(seconds=seconds * (1 + _JITTER * random.random()))
