"""Who listens to what, and the calling of them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import msgspec

from platform_core import database

E = TypeVar("E", bound=msgspec.Struct)
Listener = Callable[[E], Awaitable[None] | None]

_log = logging.getLogger("tradewind.events")
_now: dict[type, list[Listener[Any]]] = {}
_after_commit: dict[type, list[Listener[Any]]] = {}


def subscribe(kind: type[E], listener: Listener[E]) -> Callable[[], None]:
    """Calls `listener(event)` inside `publish`, in the order of subscription. Returns the function that ends it.

    What it raises reaches the publisher and, uncaught, rolls its transaction back.
    """
    return _add(_now, kind, listener)


def subscribe_after_commit(kind: type[E], listener: Listener[E]) -> Callable[[], None]:
    """Calls `listener(event)` after the commit of the publisher's transaction, never after a rollback."""
    return _add(_after_commit, kind, listener)


async def publish(event: msgspec.Struct) -> None:
    """Tells everybody who subscribed to exactly this type of event."""
    kind = type(event)
    for listener in tuple(_now.get(kind, ())):
        answer = listener(event)
        if answer is not None:
            await answer
    for listener in tuple(_after_commit.get(kind, ())):
        database.after_commit(partial(_tell, listener, event))


async def _tell(listener: Listener[Any], event: msgspec.Struct) -> None:
    try:
        answer = listener(event)
        if answer is not None:
            await answer
    except Exception:  # noqa: BLE001 - the event has happened; one listener must not take the others along
        _log.exception("a listener to %s failed after the commit", type(event).__name__)


def reset() -> None:
    """Forgets every subscription: an application that is assembled anew in the same process starts clean."""
    _now.clear()
    _after_commit.clear()


def _add(
    listeners: dict[type, list[Listener[Any]]], kind: type, listener: Listener[Any]
) -> Callable[[], None]:
    if not (issubclass(kind, msgspec.Struct) and kind.__struct_config__.frozen):
        raise TypeError(f"{kind.__name__} is not a frozen msgspec.Struct; an event is one")
    entries = listeners.setdefault(kind, [])
    entries.append(listener)

    def unsubscribe() -> None:
        if listener in entries:
            entries.remove(listener)

    return unsubscribe
