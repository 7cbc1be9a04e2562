"""Who works: the list of workers that live, and the duties that one process at a time has.

On SQLite only one process works on jobs: the file has one writer and gives no fairness, so a second worker process
stands by until the first is gone. Everything here is for order and for screens; that a job is done once rests on its
lease and fence alone.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, cast

import msgspec

from platform_core import clock, database
from platform_core.database import Row

Mode = Literal["embedded", "process", "celery"]

WORKING, SWEEPING = "work", "sweep"
DUTY = timedelta(seconds=20)
"""How long a duty holds without a sign of life."""
SEEN = timedelta(seconds=30)
"""A worker that has not been seen for this long counts as gone."""
_FORGET = timedelta(hours=1)
_TAKE = """INSERT INTO tw_job_duty (name, owner, until) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE
SET owner = excluded.owner, until = excluded.until
WHERE tw_job_duty.owner = excluded.owner OR tw_job_duty.until < ? OR tw_job_duty.until > ?"""
_SWEPT = """INSERT INTO tw_job_duty (name, owner, until, done_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE
SET owner = excluded.owner, until = excluded.until, done_at = excluded.done_at"""
_SEEN = """INSERT INTO tw_worker (id, mode, host, pid, queues, busy, started_at, seen_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET busy = excluded.busy, seen_at = excluded.seen_at"""

_process: tuple[int, str] = (0, "")


class WorkerState(msgspec.Struct, frozen=True, kw_only=True):
    """A worker as the list has it. `busy` is how many jobs it had in hand when it was last seen."""

    id: str
    mode: Mode
    host: str
    pid: int
    queues: list[str]
    busy: int
    started_at: datetime
    seen_at: datetime


def new_owner() -> str:
    """A name for one holder of leases, different at every start."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def this_process() -> str:
    """The name of this process as the holder of duties; a forked child has its own."""
    global _process
    if _process[0] != os.getpid():
        _process = (os.getpid(), new_owner())
    return _process[1]


async def take_duty(name: str) -> bool:
    """Takes or keeps a duty. False while another living process has it."""
    owner, now = this_process(), clock.now()
    if await database.execute(_TAKE, (name, owner, now + DUTY, now, now + 3 * DUTY)):
        return True
    holder = await database.fetch_value("SELECT owner FROM tw_job_duty WHERE name = ?", (name,))
    if holder is None or not _has_died(str(holder)):
        return False
    await leave_duty(name, str(holder))
    return await database.execute(_TAKE, (name, owner, now + DUTY, now, now + 3 * DUTY)) > 0


async def leave_duty(name: str, owner: str | None = None) -> None:
    """Gives a duty up, so that another process need not wait."""
    await database.execute(
        "DELETE FROM tw_job_duty WHERE name = ? AND owner = ?", (name, owner or this_process())
    )


def _has_died(owner: str) -> bool:
    """Whether a process of this machine is gone; of another machine nobody knows."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


async def note_sweep() -> None:
    """Writes down that the sweeper has run."""
    now = clock.now()
    await database.execute(_SWEPT, (SWEEPING, this_process(), now, now))


async def last_sweep() -> datetime | None:
    """When the sweeper ran last."""
    at = await database.fetch_one("SELECT done_at FROM tw_job_duty WHERE name = ?", (SWEEPING,))
    return cast(datetime | None, at["done_at"]) if at else None  # the column's type


async def show_alive(owner: str, mode: Mode, queues: Sequence[str], busy: int, started_at: datetime) -> None:
    """Puts a worker on the list, or says that it still lives; the long gone are taken off."""
    now = clock.now()
    values = (owner, mode, socket.gethostname(), os.getpid(), list(queues), busy, started_at, now)
    await database.execute(_SEEN, values)
    await database.execute(
        "DELETE FROM tw_worker WHERE seen_at < ? OR seen_at > ?", (now - _FORGET, now + _FORGET)
    )


async def show_gone(owner: str) -> None:
    """Takes a worker off the list."""
    await database.execute("DELETE FROM tw_worker WHERE id = ?", (owner,))


async def workers() -> list[WorkerState]:
    """The workers that were seen in the last half minute."""
    rows = await database.fetch_all(
        "SELECT id, mode, host, pid, queues, busy, started_at, seen_at FROM tw_worker WHERE seen_at > ? ORDER BY id",
        (clock.now() - SEEN,),
    )
    return [_worker(row) for row in rows]


def _worker(row: Row) -> WorkerState:
    return msgspec.convert(row, WorkerState)
