"""Wake-ups between processes: PostgreSQL's LISTEN and NOTIFY. SQLite has none; there callers poll.

A signal only wakes: the truth is in the tables. A listener that lost its connection is called once with an empty
payload after it is back, so that it looks for what it missed.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any

import asyncpg

from platform_core.database.backend import Backend
from platform_core.database.postgresql import PostgresPool
from platform_core.database.session import backend
from platform_core.database.statements import execute

Listener = Callable[[str], None]

_log = logging.getLogger("tradewind.database")
_CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,40}")
_RETRY_SECONDS = (0.2, 1.0, 5.0)


class _Signals:
    """The listening connection of one open database, kept alive by a task."""

    def __init__(self, pool: PostgresPool) -> None:
        self.pool = pool
        self.listeners: dict[str, list[Listener]] = {}
        self.connection: Any = None  # asyncpg's connection has no useful static type
        self.lost = asyncio.Event()
        self.keeper: asyncio.Task[None] | None = None

    async def add(self, channel: str, listener: Listener) -> None:
        first = channel not in self.listeners
        self.listeners.setdefault(channel, []).append(listener)
        if self.connection is None:
            await self._connect()
            self.keeper = asyncio.create_task(self._keep())
        elif first:
            await self.connection.add_listener(channel, self._heard)

    async def _connect(self) -> None:
        connection = await self.pool.get_new_connection()
        self.lost.clear()
        connection.add_termination_listener(lambda _: self.lost.set())
        for channel in self.listeners:
            await connection.add_listener(channel, self._heard)
        self.connection = connection

    def _heard(self, _connection: object, _pid: int, channel: str, payload: object) -> None:
        for listener in tuple(self.listeners.get(channel, ())):
            listener(str(payload))

    async def _keep(self) -> None:
        attempt = 0
        while True:
            await self.lost.wait()
            try:
                await self._connect()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(_RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)])
                attempt += 1
                continue
            attempt = 0
            _log.info("listening again after the connection was lost")
            for channel in self.listeners:
                self._heard(None, 0, channel, "")

    async def close(self) -> None:
        if self.keeper is not None:
            self.keeper.cancel()
        if self.connection is not None and not self.connection.is_closed():
            await self.connection.close(timeout=5)


_signals: dict[int, _Signals] = {}


def _checked(channel: str) -> str:
    if not _CHANNEL.fullmatch(channel):
        raise ValueError(f"{channel!r} is not a channel name (small letters, digits, _)")
    return channel


async def listen(channel: str, listener: Listener) -> bool:
    """Calls `listener(payload)` in the event loop for each signal. False on SQLite: nothing will come, poll."""
    database = backend()
    if not isinstance(database, PostgresPool):
        return False
    signals = _signals.setdefault(id(database), _Signals(database))
    await signals.add(_checked(channel), listener)
    return True


def unlisten(channel: str, listener: Listener) -> None:
    """The listener hears no more."""
    for signals in _signals.values():
        if listener in signals.listeners.get(channel, ()):
            signals.listeners[channel].remove(listener)


async def notify(channel: str, payload: str = "") -> bool:
    """Signals the listeners of all processes; in a transaction after its commit, never after a rollback.

    `payload` holds at most 7,999 bytes. False on SQLite.
    """
    if not isinstance(backend(), PostgresPool):
        return False
    await execute("SELECT pg_notify(?, ?)", (_checked(channel), payload))
    return True


async def stop_listening(database: Backend) -> None:
    """Ends the listening of a database that closes."""
    signals = _signals.pop(id(database), None)
    if signals is not None:
        await signals.close()
