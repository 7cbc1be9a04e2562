"""Removes uploads that no record took, and bytes that no row names any more."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from platform_core import clock, database, jobs
from platform_core.files.store import store_path
from platform_core.i18n import N_

SWEEP = "files.sweep"
SWEEPING = jobs.Schedule(SWEEP, every=timedelta(hours=1), title=N_("Clear away loose uploads"))
_LOOSE_HOURS = 24
_BATCH = 500


async def sweep(job: jobs.Job) -> dict[str, object]:
    """The job: forget loose uploads older than a day; their bytes go when no other row has them."""
    before = clock.now() - timedelta(hours=_LOOSE_HOURS)
    rows = await database.fetch_all(
        "SELECT id, sha256 FROM tw_file WHERE record IS NULL AND created_at < ? LIMIT ?", (before, _BATCH)
    )
    for row in rows:
        await _forget(str(row["id"]), str(row["sha256"]))
    return {"removed": len(rows)}


async def _forget(file_id: str, sha256: str) -> None:
    async with database.transaction():
        gone = await database.execute("DELETE FROM tw_file WHERE id = ? AND record IS NULL", (file_id,))
        left = await database.fetch_value("SELECT count(*) FROM tw_file WHERE sha256 = ?", (sha256,))
    if gone and not left:
        await asyncio.to_thread(store_path(sha256).unlink, missing_ok=True)
