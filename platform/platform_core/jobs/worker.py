"""The worker: claims jobs, runs as many at a time as it has hands, as tasks of this event loop, keeps their leases."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Collection, Coroutine
from datetime import datetime
from typing import Any

from platform_core import clock, database
from platform_core.jobs import duties, registry, wake
from platform_core.jobs.backlog import Backlog
from platform_core.jobs.claim import claim, promote, renew, upcoming
from platform_core.jobs.ending import give_back
from platform_core.jobs.endings import Endings
from platform_core.jobs.firing import next_fire
from platform_core.jobs.model import Job
from platform_core.jobs.registry import QUEUES, Queue
from platform_core.jobs.running import LOOK_SECONDS, attempt, execute
from platform_core.jobs.sweeper import SWEEP_SECONDS, Sweeper

_log = logging.getLogger("tradewind.jobs")
_AFTER_ERROR_SECONDS = 2.0
_SHORTEST_REST = 0.01
_PROMOTE_SECONDS = 0.2
_MOST_UNRECORDED = 500


class Worker:
    """Works on jobs until stopped. `kinds` limits it to some kinds, `queues` to some queues; `poll` is the longest it
    overlooks a job, in seconds.

    Long work (queue `bulk`) never takes its last hand, where it has more than one: somebody may wait for another job.
    """

    def __init__(
        self,
        concurrency: int = 2,
        kinds: Collection[str] | None = None,
        *,
        queues: Collection[Queue] = QUEUES,
        poll: float = 1.0,
        mode: duties.Mode = "embedded",
    ) -> None:
        if concurrency < 1:
            raise ValueError("a worker needs at least one hand")
        self.owner = duties.new_owner()
        self._concurrency = concurrency
        self._bulk_hands = concurrency if set(queues) == {"bulk"} else max(1, concurrency - 1)
        self._only = kinds
        self._queues = queues
        self._poll = poll
        self._mode = mode
        self._backlog = Backlog(concurrency)
        self._endings = Endings()
        self._running: dict[asyncio.Task[None], Job] = {}
        self._loops: list[asyncio.Task[None]] = []
        self._stopping = False
        self._on_duty = False
        self._wake = asyncio.Event()
        self._upcoming: datetime | None = None
        self._promoted_at = float("-inf")

    @property
    def busy(self) -> int:
        """How many jobs it works on at this moment."""
        return len(self._running)

    @property
    def on_duty(self) -> bool:
        """False while it stands by: on SQLite one process at a time works."""
        return self._on_duty

    async def start(self) -> None:
        """Begins to work in the background."""
        self._stopping = False
        self._started_at = clock.now()
        wake.join(self._wake)
        await database.listen(wake.CHANNEL, self._heard)
        await self._take_duty()
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
            )  # it may be claiming: its claim comes to an end
        await self._give_back(self._backlog.empty())
        if self._running:
            await asyncio.wait(set(self._running), timeout=grace)
        tasks = [*self._loops, *self._running]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._endings.settle()
        self._loops = []
        await _quietly(duties.show_gone(self.owner))
        if self._on_duty and not wake.others():
            await _quietly(duties.leave_duty(duties.WORKING))

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
            jobs = await claim(self.owner, 1, only=self._kinds(bulk=True))
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
                if self._on_duty:
                    await self._fill()
                    self._begin_jobs()
                await self._rest(self._seconds_to_rest())
            except database.DatabaseError:
                _log.exception("the worker cannot reach its jobs; it tries again")
                await asyncio.sleep(_AFTER_ERROR_SECONDS)

    async def _fill(self) -> None:
        """Claims the next portion where it is time."""
        await self._promote()
        free = self._concurrency - len(self._running)
        if self._stopping or not self._backlog.is_low or len(self._endings.jobs) > _MOST_UNRECORDED:
            return
        free = max(0, free - len(self._backlog))
        portion = max(free, self._backlog.portion(free))
        if portion:
            self._backlog.fill(await self._claim(free, portion), portion)

    async def _claim(self, free: int, portion: int) -> list[Job]:
        """A job for each free hand, and ahead of that only jobs for which a lost claim means nothing."""
        claimed = await claim(self.owner, free, only=self._kinds(bulk=self._bulk_is_free()))
        if len(claimed) < free or portion == free:
            return claimed
        return claimed + await claim(self.owner, portion - free, only=self._kinds_ahead())

    async def _promote(self) -> None:
        now = clock.monotonic()
        is_time = self._upcoming is not None and self._upcoming <= clock.now()
        if is_time or now - self._promoted_at >= _PROMOTE_SECONDS:
            await promote()
            self._upcoming = await upcoming()
            self._promoted_at = now

    def _kinds(self, *, bulk: bool) -> list[str]:
        return [
            name
            for name, kind in registry.kinds().items()
            if (self._only is None or name in self._only)
            and kind.queue in self._queues
            and (bulk or kind.queue != "bulk")
        ]

    def _kinds_ahead(self) -> list[str]:
        """Effects outside and single attempts wait in the table: a worker that dies with them would leave a doubt."""
        known = registry.kinds()
        return [
            name
            for name in self._kinds(bulk=False)
            if known[name].queue == "human" and known[name].max_attempts > 1
        ]

    def _bulk_is_free(self) -> bool:
        in_hand = [*self._running.values(), *self._backlog.jobs]
        return sum(1 for job in in_hand if _is_bulk(job)) < self._bulk_hands

    def _may_run(self, job: Job) -> bool:
        if not _is_bulk(job):
            return True
        return sum(1 for other in self._running.values() if _is_bulk(other)) < self._bulk_hands

    def _begin_jobs(self) -> None:
        while len(self._running) < self._concurrency and not self._stopping:
            job = self._backlog.take(self._may_run)
            if job is None:
                return
            task = _task(self._run(job))
            self._running[task] = job
            task.add_done_callback(self._ended)

    async def _run(self, job: Job) -> None:
        if await attempt(job):
            self._endings.add(job)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a job could not be recorded; its lease will run out", exc_info=error)
        self._begin_jobs()
        if self._backlog.is_low:
            self._wake.set()

    def _seconds_to_rest(self) -> float | None:
        """None until a hand is free, else until the next job comes due, at most one poll."""
        if len(self._running) >= self._concurrency:
            return None
        if self._upcoming is None:
            return self._poll
        return min(self._poll, max((self._upcoming - clock.now()).total_seconds(), _SHORTEST_REST))

    async def _rest(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self._give_back(self._backlog.empty_if_stale())
            held = (*self._running.values(), *self._endings.jobs, *self._backlog.jobs)
            if held:
                await _quietly(renew(held))

    async def _give_back(self, jobs: list[Job]) -> None:
        if jobs:
            await _quietly(give_back(jobs))

    async def _keep_house(self) -> None:
        sweeper = Sweeper()
        while True:
            await _quietly(self._take_duty())
            if self._on_duty:
                await _quietly(sweeper.sweep())
            await _quietly(
                duties.show_alive(self.owner, self._mode, list(self._queues), self.busy, self._started_at)
            )
            await asyncio.sleep(await self._seconds_to_sweep())

    async def _take_duty(self) -> None:
        before = self._on_duty
        self._on_duty = database.dialect().is_postgresql or await duties.take_duty(duties.WORKING)
        if self._on_duty != before and self._on_duty:
            self._wake.set()
        elif not self._on_duty and (before or not self._loops):
            _log.warning("another process works on the jobs of this SQLite file; this worker stands by")

    async def _seconds_to_sweep(self) -> float:
        try:
            following = await next_fire()
        except database.DatabaseError:
            following = None
        if following is None or not self._on_duty:
            return SWEEP_SECONDS
        return min(SWEEP_SECONDS, max((following - clock.now()).total_seconds(), _SHORTEST_REST * 10))


def _is_bulk(job: Job) -> bool:
    kind = registry.kinds().get(job.kind)
    return kind is not None and kind.queue == "bulk"


def _task(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    # A fresh context: neither a transaction nor an actor of whoever started the worker reaches into a job.
    return asyncio.get_running_loop().create_task(work, context=contextvars.Context())


async def _quietly(work: Awaitable[object]) -> None:
    try:
        await work
    except database.DatabaseError:
        _log.exception("the worker could not look after its jobs; it tries again")
