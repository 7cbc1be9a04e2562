"""What everybody may do with jobs: add, look, cancel, try again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from platform_core import clock, database
from platform_core.jobs import registry
from platform_core.jobs.model import Job, State
from platform_core.jobs.rows import COLUMNS, job_of
from platform_core.jobs.wake import wake_after_commit

_PORTION = 2000
_PURGE = """DELETE FROM tw_job WHERE id IN (
SELECT id FROM tw_job WHERE state IN ('done', 'cancelled') AND finished_at < ? LIMIT ?)"""
_EMPTY: Mapping[str, object] = MappingProxyType({})
_DEFAULT_ATTEMPTS = 8
_INSERT = """INSERT INTO tw_job (id, kind, subject, priority, run_at, due, state, max_attempts, idem_key, lock_key,
payload, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, 'ready', ?, ?, ?, ?, ?, ?)
ON CONFLICT (idem_key) DO NOTHING"""
_CANCEL = """SET state = 'cancelled', due = FALSE, fence = fence + 1, finished_at = ?, lease_owner = NULL,
lease_until = NULL WHERE state IN ('ready', 'leased')"""


async def add(
    kind: str,
    payload: Mapping[str, object] = _EMPTY,
    *,
    subject: str | None = None,
    idem_key: str | None = None,
    run_at: datetime | None = None,
    priority: int = 0,
    lock_key: str | None = None,
    created_by: str | None = None,
) -> str:
    """Writes a job in the caller's transaction and wakes a worker after the commit. Returns its id.

    Smaller `priority` runs first. `run_at` is when (now where not given). A second job with the same `idem_key` is
    not added: the id of the first comes back, finished or not. Jobs with the same `lock_key` never run at the same
    time. The payload is JSON: ids and plain values, not records.
    """
    job_id, now = database.new_id(), clock.now()
    when = run_at or now
    due = when <= now
    known = registry.kinds().get(kind)
    attempts = known.max_attempts if known else _DEFAULT_ATTEMPTS
    values = (
        *(job_id, kind, subject, priority, when, due, attempts),
        *(idem_key, lock_key, dict(payload), now, created_by),
    )
    if not await database.execute(_INSERT, values):
        return str(await database.fetch_value("SELECT id FROM tw_job WHERE idem_key = ?", (idem_key,)))
    if due:
        wake_after_commit(job_id, kind)
    return job_id


async def get(job_id: str) -> Job | None:
    """The job, or None (also for text that is no id)."""
    if not database.is_id(job_id):
        return None
    row = await database.fetch_one(f"SELECT {COLUMNS} FROM tw_job WHERE id = ?", (job_id,))
    return job_of(row) if row else None


async def find(
    *, kind: str | None = None, state: State | None = None, subject: str | None = None, limit: int = 50
) -> list[Job]:
    """Jobs, the newest first."""
    wanted = {"kind": kind, "state": state, "subject": subject}
    given = {name: value for name, value in wanted.items() if value is not None}
    where = " AND ".join(f"{name} = ?" for name in given) or "TRUE"
    rows = await database.fetch_all(
        f"SELECT {COLUMNS} FROM tw_job WHERE {where} ORDER BY id DESC LIMIT ?", (*given.values(), limit)
    )
    return [job_of(row) for row in rows]


async def counts() -> dict[str, dict[str, int]]:
    """How many jobs there are, by kind and state."""
    found: dict[str, dict[str, int]] = {}
    for kind, state, count in await database.fetch_tuples(
        "SELECT kind, state, COUNT(*) FROM tw_job GROUP BY 1, 2"
    ):
        found.setdefault(str(kind), {})[str(state)] = int(str(count))
    return found


async def cancel(job_id: str) -> bool:
    """Cancels a job that is not finished; one that runs notices it soon and can no longer commit."""
    async with database.transaction():
        if not await database.execute(f"UPDATE tw_job {_CANCEL} AND id = ?", (clock.now(), job_id)):
            return False
        job = await get(job_id)
        kind = registry.kinds().get(job.kind) if job else None
        if job is not None and kind is not None and kind.on_cancel is not None:
            await kind.on_cancel(job)
    return True


async def cancel_subject(subject: str) -> int:
    """Cancels every unfinished job of a subject and tells how many."""
    return await database.execute(f"UPDATE tw_job {_CANCEL} AND subject = ?", (clock.now(), subject))


async def retry(job_id: str) -> bool:
    """Lets a dead or cancelled job run again from its first attempt; False for any other."""
    kind = await database.fetch_value(
        "UPDATE tw_job SET state = 'ready', due = TRUE, run_at = ?, attempt = 0, finished_at = NULL, progress = NULL "
        "WHERE id = ? AND state IN ('dead', 'cancelled') RETURNING kind",
        (clock.now(), job_id),
        write=True,
    )
    if kind is not None:
        wake_after_commit(job_id, str(kind))
    return kind is not None


async def retry_dead(kind: str | None = None) -> int:
    """Lets every dead job (of one kind) run again from its first attempt, and tells how many."""
    rows = await database.fetch_tuples(
        "SELECT id FROM tw_job WHERE state = 'dead' AND (CAST(? AS text) IS NULL OR kind = ?) ORDER BY id",
        (kind, kind),
    )
    return sum([await retry(str(job_id)) for (job_id,) in rows])


async def skip(job_id: str) -> bool:
    """Leaves a dead job undone for good: it is cancelled, and its kind is told in the same transaction."""
    async with database.transaction():
        sql = "UPDATE tw_job SET state = 'cancelled', finished_at = ? WHERE id = ? AND state = 'dead'"
        if not await database.execute(sql, (clock.now(), job_id)):
            return False
        job = await get(job_id)
        kind = registry.kinds().get(job.kind) if job else None
        if job is not None and kind is not None and kind.on_skip is not None:
            await kind.on_skip(job)
    return True


async def purge(before: datetime) -> int:
    """Deletes done and cancelled jobs that ended before that instant, with their results; dead ones stay.

    In portions, so that nobody waits for it.
    """
    gone = 0
    while True:
        portion = await database.execute(_PURGE, (before, _PORTION))
        gone += portion
        if portion < _PORTION:
            return gone
