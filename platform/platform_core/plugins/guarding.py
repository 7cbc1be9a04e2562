"""The wall around a plugin's code: time-outs, savepoints, and counting of failures.

A failure is told (`on_failure`) and swallowed where the program can go on without the plugin: a hook is passed over,
a listener is passed over. What a plugin refuses on purpose (an error with a status below 500) is an answer, no
failure. Failures are counted until the plugin does something well again.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import wraps
from typing import Any

import msgspec
from litestar.exceptions import HTTPException

from platform_core import database, jobs, records, settings
from platform_core.errors import TradewindError
from platform_core.plugins.rooms import Room

_log = logging.getLogger("tradewind.plugins")

OnFailure = Callable[[str, str, BaseException], None]
"""(plugin, where, what): called for each failure; must not raise."""

_off: set[str] = set()
"""Plugins whose hooks are passed over from this moment on, before the rest of the switching off has happened."""
_in_a_row: dict[str, int] = {}
_listeners: list[OnFailure] = []


def on_failure(listener: OnFailure) -> Callable[[], None]:
    """Hear of every failure. Returns what ends it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def failed(plugin: str, where: str, exc: BaseException) -> int:
    """Count and tell a failure; returns how many there were in a row."""
    count = _in_a_row[plugin] = _in_a_row.get(plugin, 0) + 1
    _log.error("the plugin '%s' failed in %s (%d in a row)", plugin, where, count, exc_info=exc)
    for listener in tuple(_listeners):
        listener(plugin, where, exc)
    return count


def worked(plugin: str) -> None:
    """Something of the plugin went well: the row of failures is broken."""
    _in_a_row.pop(plugin, None)


def failures_in_a_row(plugin: str) -> int:
    """Failures since something of the plugin last went well, in this process."""
    return _in_a_row.get(plugin, 0)


def pass_over(plugin: str) -> None:
    """Call nothing of the plugin any more."""
    _off.add(plugin)


def let_in(plugin: str) -> None:
    """Call the plugin again, with a clean record."""
    _off.discard(plugin)
    _in_a_row.pop(plugin, None)


def is_passed_over(plugin: str) -> bool:
    """Whether the plugin has just been switched off in this process."""
    return plugin in _off


def seconds_of(room: Room) -> float:
    """How long one call of a hook may take."""
    own = room.manifest.hook_seconds if room.manifest else None
    return own if own is not None else settings.current().plugin_hook_seconds


def is_deliberate(exc: BaseException) -> bool:
    """Whether a plugin refuses on purpose, as our own code does."""
    if isinstance(exc, HTTPException):
        return exc.status_code < 500
    if isinstance(exc, database.DatabaseError):
        return False
    return isinstance(exc, TradewindError) and exc.status < 500


@contextlib.asynccontextmanager
async def _savepoint() -> AsyncIterator[None]:
    """What a failing hook wrote is taken back, and the caller's transaction can go on."""
    if not database.in_transaction():
        yield
        return
    async with database.transaction():
        yield


async def _call(room: Room, where: str, call: Callable[[], Awaitable[None] | None]) -> bool:
    """One call inside the wall; False where it failed."""
    try:
        async with asyncio.timeout(seconds_of(room)), _savepoint():
            answer = call()
            if inspect.isawaitable(answer):
                await answer
    except Exception as exc:
        if is_deliberate(exc):
            raise
        failed(room.name, where, exc)
        return False
    worked(room.name)
    return True


def guarded_hook(room: Room, slot: str, handler: records.SlotHandler) -> records.SlotHandler:
    """A record hook that cannot keep a record from being saved by failing or by taking too long."""

    @wraps(handler)
    async def call(saves: Sequence[records.Save]) -> None:
        if room.name in _off:
            return
        kept = [(dict(one.raw), dict(one.values), len(one.problems), set(one.failed)) for one in saves]
        if await _call(room, f"the hook {slot}", lambda: handler(saves)):
            return
        for save, (raw, values, problems, marked) in zip(saves, kept, strict=True):
            save.raw, save.values, save.failed = raw, values, marked
            del save.problems[problems:]

    return call


def guarded_listener(room: Room, kind: type, listener: Callable[[Any], Awaitable[None] | None]) -> Any:
    """A listener to an event that cannot undo what happened by failing."""

    @wraps(listener)
    async def call(event: Any) -> None:
        if room.name not in _off:
            await _call(room, f"a listener to {kind.__name__}", lambda: listener(event))

    return call


def guarded_job(room: Room, kind: jobs.JobKind) -> jobs.JobKind:
    """A job kind whose failures count; the job itself is tried again like any other."""

    @wraps(kind.handler)
    async def call(job: jobs.Job) -> Any:
        try:
            answer = await kind.handler(job)
        except (jobs.TryLater, jobs.GiveUp, jobs.JobCancelled, jobs.LeaseLost):
            raise
        except Exception as exc:
            failed(room.name, f"the job {kind.name}", exc)
            raise
        worked(room.name)
        return answer

    return msgspec.structs.replace(kind, handler=call)
