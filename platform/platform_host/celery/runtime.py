"""What stands in a worker process: one event loop in a thread, one pool, opened after the fork."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Collection, Coroutine
from concurrent.futures import CancelledError
from typing import Any

import redis.asyncio
import uvloop

from platform_core import database, jobs, settings
from platform_core.errors import TradewindError
from platform_core.plugins import Registry
from platform_host.lifecycle import running

_log = logging.getLogger("tradewind.jobs")
_RETRY_SECONDS = 2.0
_READY_SECONDS = 30.0
_STOP_SECONDS = 10.0


class Runtime:
    """Made once in each worker process. `lifeline` is a pipe whose other end the parent holds: when it is closed,
    by the parent's will or with the parent's death, running jobs are given back."""

    def __init__(self, registry: Registry, queues: Collection[jobs.Queue], lifeline: int) -> None:
        self._registry = registry
        self._queues = queues
        self._lifeline = lifeline
        self._ready = threading.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._standby: jobs.Standby | None = None
        self._thread = threading.Thread(target=self._run, name="tradewind-jobs", daemon=True)

    def start(self) -> None:
        """Opens everything in the background; work waits for it."""
        self._thread.start()

    def stop(self) -> None:
        """Closes everything; called when the process has no more to do."""
        if self._ready.is_set():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(_STOP_SECONDS)

    def work(self, job_id: str) -> None:
        """Runs a job and returns when it has ended. What cannot be done now is left to the sweeper."""
        self._call(jobs.run(job_id))

    def sweep(self) -> None:
        """One round of the sweeper."""
        if self._ready.wait(_READY_SECONDS) and self._standby is not None:
            self._call(self._standby.sweeper.sweep())

    def _call(self, work: Coroutine[Any, Any, object]) -> None:
        if not self._ready.wait(_READY_SECONDS):
            work.close()
            return
        try:
            asyncio.run_coroutine_threadsafe(self._counted(work), self._loop).result()
        except CancelledError:
            _log.info("the worker stops; the job is given back")
        except database.DatabaseError:
            _log.warning("the database cannot be reached; the job goes on when it is back", exc_info=True)

    async def _counted(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        try:
            await task
        finally:
            self._tasks.discard(task)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._loop.add_reader(self._lifeline, self._parent_lets_go)
        while not self._stop.is_set():
            try:
                async with running(self._registry, worker=False, install=False, role="celery"):
                    await self._open()
                return
            except TradewindError as exc:
                _log.warning("the worker cannot start yet: %s", exc.text)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _open(self) -> None:
        client = redis.asyncio.Redis.from_url(
            str(settings.current().redis_url), socket_connect_timeout=1.0, socket_timeout=1.0
        )
        self._standby = jobs.Standby(lambda: len(self._tasks), lambda: _answers(client), self._queues)
        standing_by = asyncio.create_task(self._standby.live())
        self._ready.set()
        await self._stop.wait()
        standing_by.cancel()
        await asyncio.gather(standing_by, *self._tasks, return_exceptions=True)
        await client.aclose()

    def _parent_lets_go(self) -> None:
        self._loop.remove_reader(self._lifeline)
        os.close(self._lifeline)
        for task in self._tasks:
            task.cancel()


async def _answers(client: redis.asyncio.Redis) -> bool:
    try:
        await client.ping()
    except (redis.RedisError, OSError):
        return False
    return True
