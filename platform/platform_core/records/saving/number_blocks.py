"""Blocks of numbers that this process holds, so that writers need not wait for each other."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush

from platform_core import clock, database

BlockKey = tuple[str, str, str]
"""Form, field ("code"), period."""

_LARGEST = 64
_BUSY = 1.0
"""Seconds: who comes back for more within them gets twice as many."""
_KEPT = 30.0
"""Seconds after which numbers left over are forgotten: a gap, never a number given out twice."""


@dataclass
class _Block:
    free: list[int] = field(default_factory=list)
    size: int = 1
    filled: float = 0.0


_blocks: dict[BlockKey, _Block] = {}
_owner = (0, 0)
"""Process and database that the blocks belong to."""


async def take(key: BlockKey, advance: Callable[[BlockKey, int], Awaitable[int]]) -> int:
    """The next number. `advance` moves the stored sequence by so many and answers the last one."""
    block = _block(key)
    if block.free:
        return heappop(block.free)
    now = clock.monotonic()
    block.size = min(block.size * 2, _LARGEST) if now - block.filled < _BUSY else 1
    block.filled = now
    size = block.size
    last = await advance(key, size)
    for number in range(last - size + 2, last + 1):
        heappush(block.free, number)
    return last - size + 1


def put_back(key: BlockKey, number: int) -> None:
    """A number that was not used; the next one gets it."""
    heappush(_block(key).free, number)


def _block(key: BlockKey) -> _Block:
    global _owner
    owner = (os.getpid(), database.generation())
    if _owner != owner:
        # After a fork both processes hold the same numbers; only the one that took them may use them.
        _blocks.clear()
        _owner = owner
    block = _blocks.setdefault(key, _Block())
    if block.free and clock.monotonic() - block.filled > _KEPT:
        block.free.clear()
    return block
