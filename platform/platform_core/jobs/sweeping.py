"""Puts right what a crash left behind. Any process may sweep at any time."""

from __future__ import annotations

from datetime import timedelta

from platform_core import clock, database
from platform_core.jobs.claim import promote
from platform_core.jobs.duties import note_sweep
from platform_core.jobs.ending import fail
from platform_core.jobs.firing import fire_schedules
from platform_core.jobs.model import LEASE
from platform_core.jobs.registry import kinds
from platform_core.jobs.rows import COLUMNS, job_of
from platform_core.jobs.wake import Notice, announce, notice

_BATCH = 100
_SILENT = timedelta(seconds=10)
_LONGEST_LEASE = 2 * LEASE
"""No lease is longer: one that ends later was taken while the clock was ahead."""
_LONGEST_REST = timedelta(hours=2)
KEEP = timedelta(days=30)


async def sweep(*, free: bool = True) -> int:
    """Fires schedules, frees expired leases, marks unknown kinds, announces what waits too long. Returns how many
    leases it freed; none where `free` is false (the clock has jumped: living workers renew theirs first)."""
    await fire_schedules()
    promoted = await promote()
    freed = await _free_expired() if free else 0
    await _explain_unknown_kinds()
    waiting = await silent_jobs(_SILENT)
    if promoted or waiting:
        await announce(list(dict.fromkeys([*promoted, *waiting])))
    await note_sweep()
    return freed


async def silent_jobs(since: timedelta) -> list[Notice]:
    """Jobs that could have run for that long and that nobody has taken, the most urgent first."""
    known = database.dialect().in_list("kind", "text")
    rows = await database.fetch_tuples(
        f"SELECT id, kind FROM tw_job WHERE state = 'ready' AND due AND run_at <= ? AND {known} "
        "ORDER BY priority, run_at, id LIMIT ?",
        (clock.now() - since, list(kinds()), _BATCH),
    )
    return [notice(str(job_id), str(kind)) for job_id, kind in rows]


async def mend_rests() -> int:
    """After the clock went back: pauses that were planned while it was ahead end now. Returns how many."""
    longest = clock.now() + _LONGEST_REST
    sql = "UPDATE tw_job SET due = TRUE, run_at = ? WHERE state = 'ready' AND NOT due AND resting AND run_at > ?"
    return await database.execute(sql, (clock.now(), longest))


async def _free_expired() -> int:
    now = clock.now()
    rows = await database.fetch_all(
        f"SELECT {COLUMNS} FROM tw_job WHERE state = 'leased' AND (lease_until < ? OR lease_until > ?) "
        "ORDER BY lease_until LIMIT ?",
        (now, now + _LONGEST_LEASE, _BATCH),
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
            "lease_until = NULL, last_error = ? WHERE id = ? AND fence = ? AND state = 'leased' AND lease_until = ?",
            (now, "The worker stopped answering.", job.id, job.fence, job.lease_until),
        )
    if rows:
        await announce([notice(str(row["id"]), str(row["kind"])) for row in rows])
    return len(rows)


async def _explain_unknown_kinds() -> None:
    known = database.dialect().in_list("kind", "text")
    await database.execute(
        f"UPDATE tw_job SET last_error = ? WHERE state = 'ready' AND due AND last_error IS NULL AND NOT ({known})",
        ("No program here knows this kind of job. Is a plugin switched off?", list(kinds())),
    )
