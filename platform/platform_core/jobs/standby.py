"""What a worker process does beside the messages that it gets: it lives on the list, and stands in for what is lost.

Redis may be down or flushed, beat may not run: then nobody sends messages. So an idle process takes jobs that have
waited too long, and sweeps where nobody has.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta

from platform_core import clock, database
from platform_core.jobs import duties
from platform_core.jobs.registry import QUEUES, Queue
from platform_core.jobs.running import run
from platform_core.jobs.sweeper import SWEEP_SECONDS, Sweeper
from platform_core.jobs.sweeping import silent_jobs

_log = logging.getLogger("tradewind.jobs")
_LOOK_SECONDS = 2.0
_SILENT, _SILENT_WITHOUT_CARRIER = timedelta(seconds=15), timedelta(seconds=1)


class Standby:
    """`busy` tells how many messages are being worked on, `carrier_works` whether messages can come at all."""

    def __init__(
        self,
        busy: Callable[[], int],
        carrier_works: Callable[[], Awaitable[bool]],
        queues: Collection[Queue] = QUEUES,
    ) -> None:
        self.owner = duties.new_owner()
        self.sweeper = Sweeper()
        self._busy = busy
        self._carrier_works = carrier_works
        self._queues = queues
        self._started_at = clock.now()

    async def live(self) -> None:
        """Until it is cancelled."""
        shown = float("-inf")
        loop = asyncio.get_running_loop()
        try:
            while True:
                try:
                    if loop.time() - shown >= SWEEP_SECONDS:
                        shown = loop.time()
                        await self._show()
                        await self.sweeper.sweep_if_nobody_does()
                    worked = await self._take_silent()
                except database.DatabaseError:
                    _log.warning("the jobs cannot be reached; trying again", exc_info=True)
                    worked = False
                if not worked:
                    await asyncio.sleep(_LOOK_SECONDS)
        finally:
            await self._leave()

    async def _show(self) -> None:
        await duties.show_alive(self.owner, "celery", sorted(self._queues), self._busy(), self._started_at)

    async def _leave(self) -> None:
        try:
            await duties.show_gone(self.owner)
        except database.DatabaseError:
            _log.info("a worker could not take itself off the list; it is forgotten after a while")

    async def _take_silent(self) -> bool:
        """Runs one job for which no message came. False where there is none, or this process has messages."""
        if self._busy():
            return False
        silent = await silent_jobs(_SILENT)
        if not silent and not await self._carrier_works():
            silent = await silent_jobs(_SILENT_WITHOUT_CARRIER)
        mine = [one.job_id for one in silent if one.queue in self._queues]
        return bool(mine) and await run(random.choice(mine[:20]))  # not the same one as every other process
