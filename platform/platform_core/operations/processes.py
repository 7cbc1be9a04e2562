"""Which processes of the installation are alive, told by themselves in a table every few seconds."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import os
import socket
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from platform_core import clock, database, definitions, settings, telemetry

Role = Literal["web", "worker", "celery", "beat"]

_EVERY = 5.0
ALIVE = timedelta(seconds=30)
"""A process that has not told of itself for so long is taken for dead."""
_FORGET = timedelta(days=1)

_UPSERT = """INSERT INTO tw_process (id, role, host, pid, version, started_at, seen_at, facts)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, facts = excluded.facts"""
_UPSERT_SLOW = """INSERT INTO tw_slow_statement (digest, shape, count, total_ms, longest_ms, last_at)
VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (digest) DO UPDATE SET
count = tw_slow_statement.count + excluded.count, total_ms = tw_slow_statement.total_ms + excluded.total_ms,
longest_ms = CASE WHEN excluded.longest_ms > tw_slow_statement.longest_ms THEN excluded.longest_ms
ELSE tw_slow_statement.longest_ms END, last_at = excluded.last_at"""
_KEPT_SHAPES = 500

_log = logging.getLogger("tradewind.operations")


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """A process of the installation. `facts` holds "catalog" (the version it works with)."""

    id: str
    role: str
    host: str
    pid: int
    version: str
    started_at: datetime
    seen_at: datetime
    facts: dict[str, object]

    @property
    def is_alive(self) -> bool:
        return clock.now() - self.seen_at < ALIVE


class Presence:
    """Tells of this process while it runs, and keeps what it has noted of slow statements."""

    def __init__(self, role: Role) -> None:
        self.id = database.new_id()
        self._role = role
        self._started = clock.now()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin in the background."""
        self._task = asyncio.get_running_loop().create_task(self._stay(), context=contextvars.Context())

    async def stop(self) -> None:
        """Sign off."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        with contextlib.suppress(database.DatabaseError):
            await keep_slow_statements()
            await database.execute("DELETE FROM tw_process WHERE id = ?", (self.id,))

    async def _stay(self) -> None:
        while True:
            try:
                await self.tell()
                await keep_slow_statements()
            except database.DatabaseError:
                _log.warning("this process cannot tell that it is alive; it tries again")
            await asyncio.sleep(_EVERY)

    async def tell(self) -> None:
        """Once."""
        now = clock.now()
        facts = {"catalog": definitions.catalog().version}
        async with database.transaction():
            await database.execute(
                _UPSERT,
                (self.id, self._role, socket.gethostname(), os.getpid(), settings.current().version, self._started, now, facts),
            )  # fmt: skip
            await database.execute("DELETE FROM tw_process WHERE seen_at < ?", (now - _FORGET,))


async def processes() -> list[Process]:
    """Every process that told of itself within a day, the latest first."""
    rows = await database.fetch_all("SELECT * FROM tw_process ORDER BY seen_at DESC, id")
    return [msgspec.convert(row, Process) for row in rows]


async def keep_slow_statements() -> None:
    """Put what this process has noted since the last call to what the others noted."""
    taken = telemetry.take_slow()
    if not taken:
        return
    rows = [
        (one.digest, one.shape, one.count, round(one.total * 1000), round(one.longest * 1000),
         datetime.fromtimestamp(one.last_at, UTC))
        for one in taken
    ]  # fmt: skip
    await database.execute_many(_UPSERT_SLOW, rows)
    await database.execute(
        "DELETE FROM tw_slow_statement WHERE digest NOT IN "
        f"(SELECT digest FROM tw_slow_statement ORDER BY last_at DESC LIMIT {_KEPT_SHAPES})"
    )


class SlowShape(msgspec.Struct, frozen=True, kw_only=True):
    """One shape of statement over all processes, in milliseconds."""

    digest: str
    shape: str
    count: int
    total_ms: int
    longest_ms: int
    last_at: datetime


async def slow_shapes(limit: int = 20) -> list[SlowShape]:
    """The costliest shapes, by their time in all."""
    rows = await database.fetch_all(
        "SELECT * FROM tw_slow_statement ORDER BY total_ms DESC, digest LIMIT ?", (limit,)
    )
    return [msgspec.convert(row, SlowShape) for row in rows]


async def forget_slow_statements() -> int:
    """Begin the list anew; how many shapes were on it."""
    telemetry.take_slow()
    return await database.execute("DELETE FROM tw_slow_statement")
