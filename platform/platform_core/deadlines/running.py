"""Starting, pausing and ending clocks. Every function runs in the caller's transaction, or in one of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import msgspec

from platform_core import calendars, clock, database
from platform_core.calendars import Duration
from platform_core.deadlines import planning
from platform_core.deadlines.model import Deadline
from platform_core.deadlines.reckoning import checked_points
from platform_core.deadlines.rows import insert, load, open_of
from platform_core.errors import NotFound
from platform_core.i18n import N_

_NOTHING: Mapping[str, object] = MappingProxyType({})
WAITING = "waiting"
"""The reason of a pause where none is given."""


async def start(
    subject: str,
    name: str,
    duration: Duration | str,
    *,
    scope: str = calendars.INSTALLATION,
    base: datetime | None = None,
    points: Sequence[str] = ("80%",),
    data: Mapping[str, object] = _NOTHING,
) -> Deadline:
    """Starts a clock at `base` (now where not given). One that is open already under this name goes on as it is.

    `duration` is a Duration or its text ("work PT8H"). Raises Invalid for a text that is none.
    """
    span = calendars.duration(duration) if isinstance(duration, str) else duration
    told = checked_points(tuple(points))
    async with database.transaction():
        known = await open_of(subject, name, lock=True)
        if known is not None:
            return known
        made = Deadline(
            id=database.new_id(), subject=subject, name=name, state="running", base=base or clock.now(),
            duration_text=span.text, scope=scope, stamp="", points=told, data=dict(data),
        )  # fmt: skip
        if not await insert(made):  # somebody was quicker
            return await _open(subject, name)
        return await planning.plan(made)


async def change(
    subject: str,
    name: str,
    *,
    base: datetime | None = None,
    duration: Duration | str | None = None,
    scope: str | None = None,
) -> Deadline:
    """Reckons an open clock anew from another base, for another duration, by another calendar. Raises NotFound.

    A point that was told of and now lies ahead again is told of again.
    """
    span = calendars.duration(duration) if isinstance(duration, str) else duration

    async def moved(old: Deadline) -> Deadline:
        new = msgspec.structs.replace(
            old,
            base=base or old.base,
            duration_text=span.text if span else old.duration_text,
            scope=old.scope if scope is None else scope,
        )
        return await planning.plan(await planning.forget_what_lies_ahead(new))

    return await _with_open(subject, name, moved)


async def pause(subject: str, name: str, reason: str = WAITING) -> Deadline:
    """Stops a clock while somebody else is waited for; several reasons add up. Raises NotFound."""

    async def paused(old: Deadline) -> Deadline:
        if reason in old.waiting:
            return old
        pauses = old.pauses if old.waiting else (*old.pauses, (clock.now(), None))
        new = msgspec.structs.replace(old, state="paused", waiting=(*old.waiting, reason), pauses=pauses)
        return await planning.plan(new)

    return await _with_open(subject, name, paused)


async def resume(subject: str, name: str, reason: str = WAITING) -> Deadline:
    """Takes a reason away; without any left the clock runs on. Raises NotFound."""

    async def resumed(old: Deadline) -> Deadline:
        left = tuple(one for one in old.waiting if one != reason)
        if left == old.waiting:
            return old
        new = msgspec.structs.replace(old, waiting=left)
        if not left:
            since = old.pauses[-1][0]
            new = msgspec.structs.replace(
                new, state="running", pauses=(*old.pauses[:-1], (since, max(since, clock.now())))
            )
        return await planning.plan(new)

    return await _with_open(subject, name, resumed)


async def meet(subject: str, name: str) -> Deadline | None:
    """What was due has happened: the clock ends, `was_in_time` tells how. None where none is open."""
    return await _end(subject, name, met=True)


async def cancel(subject: str, name: str | None = None) -> int:
    """Ends clocks without judging them, all of a subject where no name is given. Returns how many."""
    async with database.transaction():
        names = [one.name for one in await of(subject) if one.is_open] if name is None else [name]
        ended = [await _end(subject, one, met=False) for one in names]
    return len([one for one in ended if one is not None])


async def of(subject: str) -> list[Deadline]:
    """The clocks of a subject, ended ones too, the oldest first."""
    return await load("subject = ? ORDER BY id", (subject,))


async def _end(subject: str, name: str, *, met: bool) -> Deadline | None:
    async with database.transaction():
        old = await open_of(subject, name, lock=True)
        if old is None:
            return None
        now = clock.now()
        pauses = old.pauses
        if old.waiting:
            pauses = (*pauses[:-1], (pauses[-1][0], max(pauses[-1][0], now)))
        ended = msgspec.structs.replace(
            old, state="met" if met else "cancelled", ended_at=now, waiting=(), pauses=pauses
        )
        return await planning.settle(ended)


async def _with_open(subject: str, name: str, step: Callable[[Deadline], Awaitable[Deadline]]) -> Deadline:
    async with database.transaction():
        return await step(await _open(subject, name))


async def _open(subject: str, name: str) -> Deadline:
    found = await open_of(subject, name, lock=True)
    if found is None:
        raise NotFound(N_("No such deadline is open."))
    return found
