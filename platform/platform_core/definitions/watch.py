"""Noticing what other processes publish, also while nothing is asked of this one.

PostgreSQL tells (LISTEN); SQLite is asked for its version row twice a second. Either way requests and jobs read that
row themselves: this only makes sure that a quiet process is not behind when it wakes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from platform_core import database
from platform_core.definitions.catalog import current, refresh
from platform_core.definitions.model import Key
from platform_core.errors import TradewindError

_CHANNEL = "tradewind_definitions"
_POLL_SECONDS = 0.5
_SAFETY_SECONDS = 15.0
"""How often a listener looks by itself, should a signal be lost."""

_log = logging.getLogger("tradewind.definitions")


async def recover() -> Mapping[Key, str]:
    """What the start of a program owes the store: after it everything published is compiled by today's code.

    There is nothing else to finish or undo. A publish is one transaction, table changes included, on both engines, so
    one that was interrupted left nothing behind. Returns what does not compile, with the reason.
    """
    found = await refresh(anew=True)
    for key, reason in found.broken.items():
        _log.error("%s is published but does not work: %s", key.text, reason)
    return found.broken


async def announce(version: int) -> None:
    """Wakes the other processes when the publishing transaction commits."""
    await database.notify(_CHANNEL, str(version))


async def watch() -> Watcher:
    """Loads the catalog and keeps it up to date until `stop()` of the watcher that this returns."""
    watcher = Watcher()
    await watcher.start()
    return watcher


class Watcher:
    """Keeps the catalog of this process up to date from `start` to `stop`."""

    def __init__(self, *, poll_seconds: float = _POLL_SECONDS) -> None:
        self._poll_seconds = poll_seconds
        self._woken = asyncio.Event()
        self._looked = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Loads the catalog, then watches."""
        await refresh()
        listening = await database.listen(_CHANNEL, lambda _payload: self._woken.set())
        interval = _SAFETY_SECONDS if listening else self._poll_seconds
        self._task = asyncio.create_task(self._watch(interval))

    async def stop(self) -> None:
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def reached(self, version: int) -> None:
        """Returns once this process works with that version of the catalog, or a later one."""
        async with self._looked:
            await self._looked.wait_for(lambda: current().version >= version)

    async def _watch(self, interval: float) -> None:
        while True:
            try:
                async with asyncio.timeout(interval):
                    await self._woken.wait()
            except TimeoutError:
                pass  # nobody called: look anyway
            self._woken.clear()
            try:
                await refresh()
                async with self._looked:
                    self._looked.notify_all()
            except TradewindError:
                _log.warning("the catalog could not be refreshed; trying again", exc_info=True)
