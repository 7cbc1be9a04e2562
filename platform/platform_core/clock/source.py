"""The replaceable source of time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

TimeSource = Callable[[], datetime]
"""Answers with an aware datetime; a naive one is refused."""

_source: TimeSource | None = None


def now() -> datetime:
    """The present instant, aware, in UTC."""
    if _source is None:
        return datetime.now(UTC)
    instant = _source()
    if instant.tzinfo is None:
        raise ValueError("the time source gave a naive datetime; give it a time zone")
    return instant.astimezone(UTC)


def monotonic() -> float:
    """Seconds since some fixed point; follows the source while one is set, so that leases and caches age with it."""
    return time.monotonic() if _source is None else now().timestamp()


def set_source(source: TimeSource | None) -> TimeSource | None:
    """Replaces the source of time (`None` brings the real clock back) and returns the one before."""
    global _source
    before, _source = _source, source
    return before
