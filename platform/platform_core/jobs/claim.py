"""The one way to take jobs, and the ways a run of one ends. Every end is guarded by the fence of its claim."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from platform_core import clock, database
from platform_core.jobs.model import LEASE, Job
from platform_core.jobs.registry import JobKind, kinds
from platform_core.jobs.rows import COLUMNS, job_of

_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 3600.0
_ERROR_CHARACTERS = 2000

# Of several jobs with one lock key only the first may be taken, and only while none of them is leased; the unique
# index on lock_key holds against two workers that look at the same moment.
_CLAIM = """WITH free AS (
    SELECT j.id FROM tw_job j
    WHERE j.state = 'ready' AND j.due AND {kinds} {one}
    AND (j.lock_key IS NULL OR (
        NOT EXISTS (SELECT 1 FROM tw_job l WHERE l.lock_key = j.lock_key AND l.state = 'leased')
        AND NOT EXISTS (SELECT 1 FROM tw_job e WHERE e.lock_key = j.lock_key AND e.state = 'ready' AND e.due
                        AND (e.priority, e.run_at, e.id) < (j.priority, j.run_at, j.id))))
    ORDER BY j.priority, j.run_at, j.id LIMIT ? {lock})
UPDATE tw_job SET state = 'leased', due = FALSE, lease_owner = ?, lease_until = ?, fence = fence + 1,
attempt = attempt + 1 WHERE id IN (SELECT id FROM free) RETURNING {columns}"""
_HELD = "WHERE id = ? AND fence = ? AND state = 'leased'"
_FREED = "lease_owner = NULL, lease_until = NULL"


async def claim(
    owner: str, limit: int, *, only: Collection[str] | None = None, job_id: str | None = None
) -> list[Job]:
    """Leases up to `limit` jobs that may run now, the most urgent first; of known kinds, or of `only` those."""
    names = [name for name in kinds() if only is None or name in only]
    if not names or limit < 1:
        return []
    words = database.dialect()
    sql = _CLAIM.format(
        kinds=words.in_list("j.kind", "text"),
        one="AND j.id = ?" if job_id else "",
        lock=" FOR UPDATE OF j SKIP LOCKED" if words.is_postgresql else "",
        columns=COLUMNS,
    )
    params = (names, *((job_id,) if job_id else ()), limit, owner, clock.now() + LEASE)
    try:
        rows = await database.fetch_all(sql, params, write=True)
    except (database.UniqueViolation, database.Retryable):
        return []  # another worker took a job with the same lock key at this very moment
    claimed = [job_of(row, forget_payload=kinds()[str(row["kind"])].forget_payload) for row in rows]
    return sorted(claimed, key=lambda job: (job.priority, job.run_at, job.id))


async def promote() -> datetime | None:
    """Marks the jobs whose time has come as due. Returns when the next one comes, or None."""
    now = clock.now()
    upcoming = "SELECT MIN(run_at) FROM tw_job WHERE state = 'ready' AND NOT due"
    at = _instant(await database.fetch_value(upcoming))
    if at is None or at > now:
        return at
    await database.execute(
        "UPDATE tw_job SET due = TRUE WHERE state = 'ready' AND NOT due AND run_at <= ?", (now,)
    )
    return _instant(await database.fetch_value(upcoming))


def _instant(value: object) -> datetime | None:
    read = database.from_db(database.INSTANT, value)
    return read if isinstance(read, datetime) else None


async def renew(jobs: Sequence[Job]) -> None:
    """Looks after running jobs: lengthens leases that have run a third, marks as `stopped` what is no longer ours."""
    ids = [job.id for job in jobs]
    rows = await database.fetch_tuples(
        f"SELECT id, fence FROM tw_job WHERE state = 'leased' AND {database.dialect().in_list('id')}", (ids,)
    )
    held = {str(job_id): fence for job_id, fence in rows}
    until = clock.now() + LEASE
    for job in jobs:
        if held.get(job.id) != job.fence:
            job.stopped = not job.committed
        elif job.lease_until is None or until - job.lease_until > LEASE / 3:
            await database.execute(f"UPDATE tw_job SET lease_until = ? {_HELD}", (until, job.id, job.fence))
            job.lease_until = until


async def complete(job: Job, kind: JobKind, result: dict[str, object] | None) -> bool:
    """Ends a job well; False where it was not ours any more, then nothing of this run counts."""
    payload: tuple[object, ...] = ({},) if kind.forget_payload else ()
    erased = ", payload = ?" if kind.forget_payload else ""
    changed = await database.execute(
        f"UPDATE tw_job SET state = 'done', result = ?, finished_at = ?, last_error = NULL, {_FREED}{erased} {_HELD}",
        (result, clock.now(), *payload, job.id, job.fence),
    )
    return changed > 0


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
        f"UPDATE tw_job SET state = 'ready', due = FALSE, run_at = ?, last_error = ?, {_FREED} {_HELD}",
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
    """The pause before the given attempt (2 is the first repetition): 5 s x 4^n, at most an hour, up to 10 % more."""
    seconds = min(_FIRST_PAUSE * 4 ** max(attempt - 2, 0), _LONGEST_PAUSE)
    return timedelta(seconds=seconds * (1 + random.random() / 10))
