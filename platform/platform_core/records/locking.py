"""What has to be locked before a record: whoever adds it up is locked first, so that two savers always take the same way.

A saver that held a child and then asked for its parent would meet one that holds the parent and asks for its children,
and the database would have to send one of them back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from platform_core.entities import Entity

LockFirst = Callable[[Entity, Sequence[str]], Awaitable[None]]
"""Locks, in the caller's transaction, what comes before these records."""

_first: list[LockFirst] = []


def on_lock(handler: LockFirst) -> Callable[[], None]:
    """Calls `handler` before stored records are locked for a change. Returns the function that ends it."""
    _first.append(handler)
    return lambda: _first.remove(handler)


async def lock_first(entity: Entity, ids: Sequence[str]) -> None:
    """Asks every handler."""
    for handler in tuple(_first):
        await handler(entity, ids)
