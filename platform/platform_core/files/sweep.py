"""Removes uploads that no record took, and bytes that no row names any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from platform_core import clock, database, jobs
from platform_core.files.blobs import Blobs
from platform_core.files.local_blobs import LocalBlobs
from platform_core.files.place import blobs, is_remote
from platform_core.i18n import N_

SWEEP = "files.sweep"
SWEEPING = jobs.Schedule(SWEEP, every=timedelta(hours=1), title=N_("Clear away loose uploads"))
SWEEP_STORE = "files.sweep_store"
SWEEPING_STORE = jobs.Schedule(SWEEP_STORE, cron="20 3 * * *", title=N_("Remove bytes that no file needs"))
_LOOSE_HOURS = 24
_BATCH = 500


async def sweep(job: jobs.Job) -> dict[str, object]:
    """The job SWEEP: forget loose uploads older than a day. Their bytes go with the next SWEEP_STORE."""
    before = clock.now() - timedelta(hours=_LOOSE_HOURS)
    rows = await database.fetch_all(
        "SELECT id FROM tw_file WHERE record IS NULL AND created_at < ? LIMIT ?", (before, _BATCH)
    )
    for row in rows:
        await database.execute("DELETE FROM tw_file WHERE id = ? AND record IS NULL", (row["id"],))
    return {"removed": len(rows)}


async def sweep_store(job: jobs.Job) -> dict[str, object]:
    """The job SWEEP_STORE: remove bytes that no row names and that nobody has brought for a day.

    They wait that long because an upload puts its bytes first and writes its row afterwards.
    """
    before = clock.now() - timedelta(hours=_LOOSE_HOURS)
    orphans = await _sweep_bytes(blobs(), before, job)
    copies = await _sweep_copies(before) if is_remote() else 0
    return {"orphans": orphans, "copies": copies}


async def _sweep_bytes(store: Blobs, before: datetime, job: jobs.Job) -> int:
    """Removes bytes that no row names and nobody has brought again for a day."""
    removed = 0
    old: list[str] = []
    async for blob in store.every():
        if blob.modified < before:
            old.append(blob.sha256)
        if len(old) >= _BATCH:
            removed += await _remove_unnamed(store, old)
            job.check_cancelled()
            old = []
    return removed + await _remove_unnamed(store, old)


async def _remove_unnamed(store: Blobs, hashes: Sequence[str]) -> int:
    if not hashes:
        return 0
    condition = database.dialect().in_list("sha256", "text")
    rows = await database.fetch_tuples(
        f"SELECT DISTINCT sha256 FROM tw_file WHERE {condition}", (list(hashes),)
    )
    unnamed = set(hashes) - {str(sha256) for (sha256,) in rows}
    for sha256 in sorted(unnamed):
        await store.remove(sha256)
    return len(unnamed)


async def _sweep_copies(before: datetime) -> int:
    """Removes local copies of a remote store's bytes, once they are old and surely there."""
    removed = 0
    async for blob in _LOCAL.every():
        if blob.modified < before and await blobs().head(blob.sha256) is not None:
            await _LOCAL.remove(blob.sha256)
            removed += 1
    return removed


_LOCAL = LocalBlobs()
