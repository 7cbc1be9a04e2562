"""Sends the ids of new jobs to Celery, from a thread: Redis may be slow or gone, a commit never waits for it."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence

import redis
from celery import Celery
from kombu.exceptions import KombuError

from platform_core import jobs
from platform_core.settings import Settings
from platform_host.celery.app import RUN, make_app
from platform_host.redis_signal import PROBLEM

_log = logging.getLogger("tradewind.jobs")
_MOST_WAITING = 10_000
_IDLE_SECONDS = 5.0
_PAUSE_SECONDS = 5.0


class Carrier:
    """`announce` is given to `jobs.set_announcer`. What cannot be sent is dropped: the sweeper announces it again."""

    def __init__(self, current: Settings) -> None:
        self._app: Celery = make_app(current)
        self._redis = redis.Redis.from_url(
            str(current.redis_url), socket_connect_timeout=2.0, socket_timeout=2.0
        )
        self._notices: queue.Queue[jobs.Notice | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._send_all, name="tradewind-carrier", daemon=True)
        self._silent_until = 0.0

    def start(self) -> None:
        """Begins to send, and makes this the announcer."""
        self._thread.start()
        jobs.set_announcer(self.announce)

    def stop(self) -> None:
        """Sends what waits and ends."""
        jobs.set_announcer(None)
        self._notices.put(None)
        self._thread.join(timeout=5.0)
        self._app.close()
        self._redis.close()

    async def announce(self, notices: Sequence[jobs.Notice]) -> None:
        """Takes notices; never waits."""
        for one in notices:
            try:
                self._notices.put_nowait(one)
            except queue.Full:
                return

    def _send_all(self) -> None:
        while True:
            try:
                one = self._notices.get(timeout=_IDLE_SECONDS)
            except queue.Empty:
                self._try(self._redis.ping)
                continue
            if one is None:
                return
            if time.monotonic() >= self._silent_until:
                self._send(one)

    def _send(self, one: jobs.Notice) -> None:
        self._try(
            lambda: self._app.send_task(RUN, (one.job_id,), queue=one.queue, retry=False, ignore_result=True)
        )

    def _try(self, call: Callable[[], object]) -> None:
        try:
            call()
        except (KombuError, redis.RedisError, OSError) as exc:
            if jobs.carrier_problem() is None:
                _log.warning("Redis does not answer (%s); jobs go on by the sweeper", exc)
            jobs.note_carrier(PROBLEM.format(reason=str(exc) or type(exc).__name__))
            self._silent_until = time.monotonic() + _PAUSE_SECONDS
            return
        if jobs.carrier_problem() is not None:
            _log.warning("Redis answers again")
            jobs.note_carrier(None)
