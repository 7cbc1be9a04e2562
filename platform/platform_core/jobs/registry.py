"""The kinds of jobs that this process can do, and the schedules that come with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from platform_core.jobs.errors import BadSchedule
from platform_core.jobs.model import Job
from platform_core.jobs.schedule_rules import Schedule

Result = Mapping[str, object] | None
Handler = Callable[[Job], Awaitable[Result]]
OnDead = Callable[[Job, str], Awaitable[None]]
OnSkip = Callable[[Job], Awaitable[None]]
Queue = Literal["human", "effect", "bulk"]
QUEUES: tuple[Queue, ...] = ("human", "effect", "bulk")


class JobKind(msgspec.Struct, frozen=True):
    """What to do for jobs of this name ("<room>.<verb>").

    `handler` may run twice with the same result. What it returns is kept as the job's result. Failures are tried
    again after a growing pause, `max_attempts` runs in all. `on_dead(job, error)` runs in the transaction that
    declares the job dead, `on_skip(job)` in the one in which somebody
    decides to leave it undone, `on_cancel(job)` in the one in which somebody cancels it. With `forget_payload` the payload is erased at completion (it held people's data).
    `queue` routes to Celery: someone waits (`human`), outside effects (`effect`), long work (`bulk`).
    """

    name: str
    handler: Handler
    max_attempts: int = 8
    on_dead: OnDead | None = None
    on_skip: OnSkip | None = None
    on_cancel: OnSkip | None = None
    forget_payload: bool = False
    queue: Queue = "human"

    def __post_init__(self) -> None:
        if self.max_attempts < 1:
            raise ValueError(f"job kind {self.name}: max_attempts is at least 1")


_kinds: dict[str, JobKind] = {}
_schedules: dict[str, Schedule] = {}


def register(kind: JobKind) -> None:
    """Makes a kind known. ValueError where another handler has the name already."""
    known = _kinds.get(kind.name)
    if known is not None and known.handler is not kind.handler:
        raise ValueError(f"two handlers want the job kind {kind.name}")
    _kinds[kind.name] = kind


def kinds() -> Mapping[str, JobKind]:
    """Every kind by name."""
    return MappingProxyType(_kinds)


def register_schedule(schedule: Schedule) -> None:
    """A schedule that comes with the program; `plant_schedules` gives it its row. BadSchedule for a taken name."""
    if _schedules.setdefault(schedule.key, schedule) != schedule:
        raise BadSchedule("Two schedules are called {name}.", params={"name": schedule.key})


def registered_schedules() -> Mapping[str, Schedule]:
    """What the program brings, by name."""
    return MappingProxyType(_schedules)


def forget(name: str) -> None:
    """Takes a kind away: its plugin was switched off. Jobs of that kind wait until it is known again."""
    _kinds.pop(name, None)


def forget_schedule(name: str) -> None:
    """Takes a schedule away: its plugin was switched off. Its row is the caller's (`remove_schedule`)."""
    _schedules.pop(name, None)


def reset() -> None:
    """Forgets every kind and schedule: an application assembled anew in the same process starts clean."""
    _kinds.clear()
    _schedules.clear()
