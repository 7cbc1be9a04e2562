"""The worker: claims as many jobs as it has hands, runs them as tasks of this event loop, keeps their leases."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Collection, Coroutine
from datetime import datetime
from typing import Any

from platform_core import clock, database
from platform_core.jobs import wake
from platform_core.jobs.claim import claim, promote, renew
from platform_core.jobs.model import Job
from platform_core.jobs.queue import purge
from platform_core.jobs.run import LOOK_SECONDS, execute, new_owner
from platform_core.jobs.sweep import KEEP, sweep

_log = logging.getLogger("tradewind.jobs")
_SWEEP_SECONDS = 5.0
_PURGE_SECONDS = 3600.0
_AFTER_ERROR_SECONDS = 2.0
_SHORTEST_REST = 0.01


class Worker:
    """Works on jobs until stopped. `kinds` limits it to some; `poll` is the longest it overlooks a job, in seconds."""

    def __init__(
        self, concurrency: int = 2, kinds: Collection[str] | None = None, *, poll: float = 1.0
    ) -> None:
        if concurrency < 1:
            raise ValueError("a worker needs at least one hand")
        self.owner = new_owner()
        self._concurrency = concurrency
        self._kinds = kinds
        self._poll = poll
        self._running: dict[asyncio.Task[None], Job] = {}
        self._loops: list[asyncio.Task[None]] = []
        self._stopping = False
        self._wake = asyncio.Event()

    @property
    def busy(self) -> int:
        """How many jobs it works on at this moment."""
        return len(self._running)

    async def start(self) -> None:
        """Begins to work in the background."""
        self._stopping = False
        wake.join(self._wake)
        await database.listen(wake.CHANNEL, self._heard)
        self._loops = [_task(self._work()), _task(self._keep_leases()), _task(self._keep_house())]

    async def stop(self, grace: float = 10.0) -> None:
        """Takes no more jobs, gives running ones `grace` seconds, then cancels them: they are ready again."""
        self._stopping = True
        wake.leave(self._wake)
        database.unlisten(wake.CHANNEL, self._heard)
        self._wake.set()
        if self._loops:
            await asyncio.wait(
                self._loops[:1], timeout=grace
            )  # it may be claiming: let it begin what it claims
        if self._running:
            await asyncio.wait(set(self._running), timeout=grace)
        tasks = [*self._loops, *self._running]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._loops = []

    async def run_once(self, limit: int = 1000) -> int:
        """Runs every job that may run now, and those that they add, one after the other. Returns how many runs.

        For tests and for a worker that only empties the list: the order is that of priority and time.
        """
        if database.in_transaction():
            raise database.TransactionMisuse(
                "Jobs have transactions of their own: run them outside of yours."
            )
        runs = 0
        while runs < limit:
            await promote()
            jobs = await claim(self.owner, 1, only=self._kinds)
            if not jobs:
                break
            await _task(execute(jobs[0]))
            runs += 1
        return runs

    def _heard(self, _payload: str) -> None:
        self._wake.set()

    async def _work(self) -> None:
        while not self._stopping:
            try:
                self._wake.clear()
                upcoming = await promote()
                if self._stopping:
                    return
                hands = self._concurrency - len(self._running)
                for job in await claim(self.owner, hands, only=self._kinds):
                    self._begin(job)
                await self._rest(self._seconds_until(upcoming))
            except database.DatabaseError:
                _log.exception("the worker cannot reach its jobs; it tries again")
                await asyncio.sleep(_AFTER_ERROR_SECONDS)

    def _seconds_until(self, upcoming: datetime | None) -> float | None:
        """How long to rest: None until a hand is free, else until the next job comes due, at most one poll."""
        if len(self._running) >= self._concurrency:
            return None
        if upcoming is None:
            return self._poll
        return min(self._poll, max((upcoming - clock.now()).total_seconds(), _SHORTEST_REST))

    async def _rest(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    def _begin(self, job: Job) -> None:
        task = _task(execute(job))
        self._running[task] = job
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a job could not be recorded; its lease will run out", exc_info=error)

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._running:
                await _quietly(renew(tuple(self._running.values())))

    async def _keep_house(self) -> None:
        purged = 0.0
        while True:
            await _quietly(sweep())
            if clock.monotonic() - purged > _PURGE_SECONDS:
                purged = clock.monotonic()
                await _quietly(purge(clock.now() - KEEP))
            await asyncio.sleep(_SWEEP_SECONDS)


def _task(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    # A fresh context: neither a transaction nor an actor of whoever started the worker reaches into a job.
    return asyncio.get_running_loop().create_task(work, context=contextvars.Context())


async def _quietly(work: Awaitable[object]) -> None:
    try:
        await work
    except database.DatabaseError:
        _log.exception("the worker could not look after its jobs; it tries again")
