"""The one way to take jobs, and to keep what was taken."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from platform_core import clock, database
from platform_core.database import Row
from platform_core.jobs.model import LEASE, Job
from platform_core.jobs.registry import kinds
from platform_core.jobs.rows import COLUMNS, job_of
from platform_core.jobs.wake import Notice, notice

# Of several jobs with one lock key only the first may be taken, and only while none of them is leased; the unique
# index on lock_key holds against two workers that look at the same moment.
_CLAIM = """WITH free AS (
    SELECT j.id FROM tw_job j
    WHERE j.state = 'ready' AND {which} AND {kinds}
    AND (j.lock_key IS NULL OR (
        NOT EXISTS (SELECT 1 FROM tw_job l WHERE l.lock_key = j.lock_key AND l.state = 'leased')
        AND NOT EXISTS (SELECT 1 FROM tw_job e WHERE e.lock_key = j.lock_key AND e.state = 'ready' AND e.due
                        AND (e.priority, e.run_at, e.id) < (j.priority, j.run_at, j.id))))
    ORDER BY j.priority, j.run_at, j.id LIMIT ? {lock})
UPDATE tw_job SET state = 'leased', due = FALSE, resting = FALSE, lease_owner = ?, lease_until = ?, fence = fence + 1,
attempt = attempt + 1 WHERE id IN (SELECT id FROM free) RETURNING {columns}"""
_PROMOTE = "UPDATE tw_job SET due = TRUE WHERE state = 'ready' AND NOT due AND run_at <= ? RETURNING id, kind"
_UPCOMING = "SELECT MIN(run_at) FROM tw_job WHERE state = 'ready' AND NOT due"
_ATTEMPTS = 3
_HELD = "WHERE id = ? AND fence = ? AND state = 'leased'"


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
        which="j.id = ? AND (j.due OR j.run_at <= ?)" if job_id else "j.due",
        lock=" FOR UPDATE OF j SKIP LOCKED" if words.is_postgresql else "",
        columns=COLUMNS,
    )
    now = clock.now()
    rows = await _rows(sql, (*((job_id, now) if job_id else ()), names, limit, owner, now + LEASE))
    claimed = [job_of(row, forget_payload=kinds()[str(row["kind"])].forget_payload) for row in rows]
    return sorted(claimed, key=lambda job: (job.priority, job.run_at, job.id))


async def _rows(sql: str, params: tuple[object, ...]) -> list[Row]:
    for _ in range(_ATTEMPTS):
        try:
            return await database.fetch_all(sql, params, write=True)
        except (database.UniqueViolation, database.Retryable):
            continue  # another worker took a job with the same lock key at this very moment
    return []


async def promote() -> list[Notice]:
    """Marks the jobs whose time has come as due. Returns notices of them."""
    at = await upcoming()
    now = clock.now()
    if at is None or at > now:
        return []
    rows = await database.fetch_tuples(_PROMOTE, (now,), write=True)
    return [notice(str(job_id), str(kind)) for job_id, kind in rows]


async def upcoming() -> datetime | None:
    """When the next job that waits for its time comes due, or None."""
    return _instant(await database.fetch_value(_UPCOMING))


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
        elif (
            job.lease_until is None or abs(until - job.lease_until) > LEASE / 3
        ):  # far ahead: the clock went back
            await database.execute(f"UPDATE tw_job SET lease_until = ? {_HELD}", (until, job.id, job.fence))
            job.lease_until = until
