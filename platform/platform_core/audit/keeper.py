"""Looks after the audit in a process that stays: writes looks, seals lines, keeps the anchor, lets old looks go."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from datetime import timedelta

from platform_core import clock, database, settings
from platform_core.audit.access import flush_access, purge_access
from platform_core.audit.anchor import write_anchor
from platform_core.audit.chain import head
from platform_core.audit.errors import ChainBroken
from platform_core.audit.sealing import BATCH, seal

_SECOND = 1.0
_ANCHOR_SECONDS = 60.0
_PURGE_SECONDS = 3600.0
_TELL_SECONDS = 60.0

_log = logging.getLogger("tradewind.audit")


class Keeper:
    """Start one in each process that stays; among all of them one seals at a time. `every` is in seconds."""

    def __init__(self, *, every: float = _SECOND) -> None:
        self._every = every
        self._task: asyncio.Task[None] | None = None
        self._anchored = self._purged = self._told = float("-inf")

    async def start(self) -> None:
        """Begin in the background."""
        # A context of its own: no transaction of the starter reaches into it.
        self._task = asyncio.get_running_loop().create_task(self._keep(), context=contextvars.Context())

    async def stop(self) -> None:
        """Write and seal what is there, then end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._anchored = float("-inf")
        await self._round()

    async def _keep(self) -> None:
        while True:
            await self._round()
            await asyncio.sleep(self._every)

    async def _round(self) -> None:
        """One second's work. What fails is told, once a minute, and tried again."""
        try:
            await flush_access()
            while await seal() == BATCH:
                await asyncio.sleep(0)
            await self._now_and_then()
        except (database.DatabaseError, ChainBroken, OSError) as exc:
            if clock.monotonic() - self._told > _TELL_SECONDS:
                self._told = clock.monotonic()
                _log.error("the audit could not be looked after; it is tried again: %s", exc)

    async def _now_and_then(self) -> None:
        now = clock.monotonic()
        if now - self._anchored > _ANCHOR_SECONDS:
            self._anchored = now
            if (end := await head()) is not None and end.is_genuine:
                await asyncio.to_thread(write_anchor, end)
        if now - self._purged > _PURGE_SECONDS:
            self._purged = now
            await purge_access(clock.now() - timedelta(days=settings.current().access_log_days))
