"""Puts right what a crash left behind. Any process may sweep at any time."""

from __future__ import annotations

from datetime import timedelta

from platform_core import clock, database
from platform_core.jobs.claim import fail, promote
from platform_core.jobs.firing import fire_schedules
from platform_core.jobs.registry import kinds
from platform_core.jobs.rows import COLUMNS, job_of
from platform_core.jobs.wake import announce

_BATCH = 100
_SILENT = timedelta(seconds=10)
KEEP = timedelta(days=30)


async def sweep() -> int:
    """Fires schedules, frees expired leases, marks unknown kinds, announces what waits too long. Returns how many leases it freed."""
    await fire_schedules()
    await promote()
    freed = await _free_expired()
    await _explain_unknown_kinds()
    waiting = await database.fetch_tuples(
        "SELECT id FROM tw_job WHERE state = 'ready' AND due AND run_at < ? ORDER BY priority, run_at, id LIMIT ?",
        (clock.now() - _SILENT, _BATCH),
    )
    if waiting:
        await announce([str(job_id) for (job_id,) in waiting])
    return freed


async def _free_expired() -> int:
    rows = await database.fetch_all(
        f"SELECT {COLUMNS} FROM tw_job WHERE state = 'leased' AND lease_until < ? ORDER BY lease_until LIMIT ?",
        (clock.now(), _BATCH),
    )
    for row in rows:
        job = job_of(row)
        if job.attempt >= job.max_attempts:
            await fail(
                job, kinds().get(job.kind), "The worker stopped answering at the last attempt.", final=True
            )
            continue
        await database.execute(
            "UPDATE tw_job SET state = 'ready', due = TRUE, run_at = ?, lost = lost + 1, lease_owner = NULL, "
            "lease_until = NULL, last_error = ? WHERE id = ? AND fence = ? AND state = 'leased' AND lease_until < ?",
            (clock.now(), "The worker stopped answering.", job.id, job.fence, clock.now()),
        )
    return len(rows)


async def _explain_unknown_kinds() -> None:
    known = database.dialect().in_list("kind", "text")
    await database.execute(
        f"UPDATE tw_job SET last_error = ? WHERE state = 'ready' AND due AND last_error IS NULL AND NOT ({known})",
        ("No program here knows this kind of job. Is a plugin switched off?", list(kinds())),
    )
