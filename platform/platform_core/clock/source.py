"""The replaceable source of time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

TimeSource = Callable[[], datetime]
"""Answers with an aware datetime; a naive one is refused."""

_source: TimeSource | None = None
_stopped: ContextVar[datetime | None] = ContextVar("tradewind_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    stopped = _stopped.get()
    if stopped is not None:
        return stopped
    if _source is None:
        return datetime.now(UTC)
    instant = _source()
    if instant.tzinfo is None:
        raise ValueError("the time source gave a naive datetime; give it a time zone")
    return instant.astimezone(UTC)


def monotonic() -> float:
    """Seconds since some fixed point; follows the source while one is set, so that leases and caches age with it."""
    return time.monotonic() if _source is None else _source().timestamp()


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """In this block `now()` is an aware moment, for this task and what it awaits. `monotonic` goes on: leases and
    caches of others know nothing of it."""
    if moment.tzinfo is None:
        raise ValueError("a naive moment; give it a time zone")
    token = _stopped.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.reset(token)


def set_source(source: TimeSource | None) -> TimeSource | None:
    """Replaces the source of time (`None` brings the real clock back) and returns the one before."""
    global _source
    before, _source = _source, source
    return before
