"""A clock that stands still for one task goes on for all others."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from platform_core import clock

THEN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


async def test_it_stands_for_the_task_and_what_it_awaits_and_for_nobody_else() -> None:
    inside, outside = asyncio.Event(), asyncio.Event()
    seen: list[datetime] = []

    async def beside() -> None:
        await inside.wait()
        seen.append(clock.now())
        outside.set()

    other = asyncio.create_task(beside())
    with clock.stopped_at(THEN):
        before = clock.monotonic()
        assert await _asked() == THEN
        inside.set()
        await outside.wait()
        assert clock.now() == THEN
        assert 0 <= clock.monotonic() - before < 60
    await other
    assert seen[0] > THEN
    assert clock.now() > THEN


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"), clock.stopped_at(datetime(2026, 1, 2)):
        raise AssertionError("not reached")


async def _asked() -> datetime:
    return clock.now()
