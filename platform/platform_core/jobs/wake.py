"""Wakes whoever may work: workers of this process at once, other processes by a signal, Celery by its announcer.

All of this only saves time. A worker that heard nothing finds the job within its poll, one second.
"""

from __future__ import annotations

from asyncio import Event
from collections.abc import Awaitable, Callable

from platform_core import database

CHANNEL = "tw_job"
Announcer = Callable[[list[str]], Awaitable[None]]

_local: set[Event] = set()
_announcer: Announcer | None = None


def set_announcer(announcer: Announcer | None) -> None:
    """Sends the ids of new jobs somewhere after the commit (the host gives Celery's; `None` ends it)."""
    global _announcer
    _announcer = announcer


def wake_after_commit(job_id: str) -> None:
    """The caller has written a job that may run now."""
    database.after_commit_with(announce, job_id)


async def announce(job_ids: list[str]) -> None:
    """Wakes the workers for these jobs."""
    for event in _local:
        event.set()
    if _announcer is not None:
        await _announcer(job_ids)
    elif not _local:
        await database.notify(CHANNEL)


def join(event: Event) -> None:
    """A worker of this process wants to be woken."""
    _local.add(event)


def leave(event: Event) -> None:
    """The worker has stopped."""
    _local.discard(event)


def others() -> bool:
    """Whether another worker of this process still works."""
    return bool(_local)
