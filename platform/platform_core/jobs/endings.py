"""Good ends, recorded together: whatever ends while one statement runs goes into the next."""

from __future__ import annotations

import asyncio
import logging

from platform_core import database
from platform_core.jobs.model import Job
from platform_core.jobs.running import record_done

_log = logging.getLogger("tradewind.jobs")
_PAUSES = (
    0.2,
    1.0,
    5.0,
    10.0,
)  # seconds; a database that restarts is back by then, and the lease still holds


class Endings:
    """Collects and records; `settle` waits until all is recorded."""

    def __init__(self) -> None:
        self._waiting: list[Job] = []
        self._recording: list[Job] = []
        self._task: asyncio.Task[None] | None = None

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Done, and not yet recorded: their leases must be kept."""
        return (*self._waiting, *self._recording)

    def add(self, job: Job) -> None:
        """To be recorded as done."""
        self._waiting.append(job)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._record())

    async def settle(self) -> None:
        """Returns when everything is recorded, or could not be."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _record(self) -> None:
        while self._waiting:
            self._recording, self._waiting = self._waiting, []
            await self._record_all(self._recording)
            self._recording = []

    async def _record_all(self, jobs: list[Job]) -> None:
        for pause in _PAUSES:
            try:
                await record_done(jobs)
                return
            except database.DatabaseError:
                _log.warning("%d ended jobs could not be recorded; trying again", len(jobs), exc_info=True)
                await asyncio.sleep(pause)
        _log.error("%d ended jobs could not be recorded; their leases will run out", len(jobs))
