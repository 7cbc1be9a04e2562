"""Waiting for what happens, with a deadline, where the one who is waited for has no event to await."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

_BETWEEN_QUESTIONS = 0.02


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Asks again and again until it holds. TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while not await holds():
            await breathe()


async def breathe(seconds: float = _BETWEEN_QUESTIONS) -> None:
    """Lets others go on between two questions; only for loops that ask for something and have a deadline."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()
