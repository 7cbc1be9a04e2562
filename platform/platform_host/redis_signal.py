"""Wake-ups through Redis for a worker process of its own on SQLite, where the database has no signals.

One short message without content: "there may be something to do". A lost one costs a second, the worker's poll.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import redis
import redis.asyncio

from platform_core import jobs

CHANNEL = "tradewind:jobs"
_PAUSE_SECONDS = 5.0
PROBLEM = "Redis does not answer: {reason}"
_log = logging.getLogger("tradewind.jobs")


class RedisSignal:
    """Tells other processes of new jobs, and wakes this one's workers when another tells."""

    def __init__(self, url: str) -> None:
        self._client = redis.asyncio.Redis.from_url(url, socket_connect_timeout=1.0, socket_timeout=1.0)
        # Listening waits for as long as nobody speaks; the health check notices a dead connection.
        self._ear = redis.asyncio.Redis.from_url(url, socket_connect_timeout=1.0, health_check_interval=10)
        self._listening: asyncio.Task[None] | None = None
        self._silent_until = 0.0

    async def start(self) -> None:
        """Begins to tell and to listen."""
        self._listening = asyncio.create_task(self._listen())
        jobs.set_announcer(self.announce)

    async def stop(self) -> None:
        """Ends both."""
        jobs.set_announcer(None)
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await self._client.aclose()
        await self._ear.aclose()

    async def announce(self, _notices: Sequence[jobs.Notice]) -> None:
        """Tells the others; after a failure it says nothing for a while."""
        now = asyncio.get_running_loop().time()
        if now < self._silent_until:
            return
        try:
            await self._client.publish(CHANNEL, b"")
        except (redis.RedisError, OSError) as exc:
            self._silent_until = now + _PAUSE_SECONDS
            self._failed(exc)
        else:
            jobs.note_carrier(None)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._ear.pubsub(ignore_subscribe_messages=True) as subscription:
                    await subscription.subscribe(CHANNEL)
                    jobs.note_carrier(None)
                    jobs.wake_here()  # for what was told while nobody listened
                    async for _message in subscription.listen():
                        jobs.wake_here()
            except (redis.RedisError, OSError) as exc:
                self._failed(exc)
                await asyncio.sleep(_PAUSE_SECONDS)

    def _failed(self, exc: Exception) -> None:
        if jobs.carrier_problem() is None:
            _log.warning("Redis does not answer (%s); jobs are found by looking every second", exc)
        jobs.note_carrier(PROBLEM.format(reason=str(exc) or type(exc).__name__))
