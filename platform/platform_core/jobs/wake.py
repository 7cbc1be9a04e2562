"""Wakes whoever may work: workers of this process at once, other processes by a signal, Celery by its announcer.

All of this only saves time. A worker that heard nothing finds the job within its poll, one second; what Celery has
lost is announced again by the sweeper.
"""

from __future__ import annotations

from asyncio import Event
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from platform_core import database
from platform_core.jobs.registry import Queue, kinds

CHANNEL = "tw_job"


class Notice(NamedTuple):
    """A job that may run now, and the queue of its kind."""

    job_id: str
    queue: Queue


Announcer = Callable[[Sequence[Notice]], Awaitable[None]]

_local: set[Event] = set()
_announcer: Announcer | None = None
_carrier_problem: str | None = None


def set_announcer(announcer: Announcer | None) -> None:
    """Sends notices of jobs somewhere after the commit (the host gives Celery's or Redis's; `None` ends it)."""
    global _announcer, _carrier_problem
    _announcer, _carrier_problem = announcer, None


def is_carried() -> bool:
    """Whether this installation sends notices through a carrier (Redis)."""
    return _announcer is not None


def note_carrier(problem: str | None) -> None:
    """The carrier tells how it is: what keeps it from carrying, or None."""
    global _carrier_problem
    _carrier_problem = problem


def carrier_problem() -> str | None:
    """What keeps the carrier from carrying, or None; work goes on by the sweeper then."""
    return _carrier_problem


def notice(job_id: str, kind: str) -> Notice:
    """The notice of a job of this kind."""
    known = kinds().get(kind)
    return Notice(job_id, known.queue if known else "human")


def wake_after_commit(job_id: str, kind: str) -> None:
    """The caller has written a job that may run now."""
    database.after_commit_with(announce, notice(job_id, kind))


async def announce(notices: Sequence[Notice]) -> None:
    """Wakes the workers for these jobs."""
    wake_here()
    if _announcer is not None:
        await _announcer(notices)
    elif not _local:
        await database.notify(CHANNEL)


def wake_here() -> None:
    """Wakes the workers of this process: there may be something to do."""
    for event in _local:
        event.set()


def join(event: Event) -> None:
    """A worker of this process wants to be woken."""
    _local.add(event)


def leave(event: Event) -> None:
    """The worker has stopped."""
    _local.discard(event)


def others() -> bool:
    """Whether another worker of this process still works."""
    return bool(_local)
