"""The compiled definitions of this process: one snapshot per version of the catalog, swapped whole.

A request or job pins the snapshot it started with. `refresh` asks the database for the version and, where that has
moved, compiles only what has changed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from weakref import WeakKeyDictionary

from platform_core import database
from platform_core.definitions import store
from platform_core.definitions.kinds import kind_named, known
from platform_core.definitions.model import Definition, Key
from platform_core.definitions.parse import lift
from platform_core.definitions.snapshot import Catalog, Compiled
from platform_core.errors import TradewindError

_log = logging.getLogger("tradewind.definitions")


_current = Catalog()
_pinned: ContextVar[Catalog | None] = ContextVar("tradewind_catalog", default=None)
_beforehand: list[Callable[[], Awaitable[bool]]] = []
_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def catalog() -> Catalog:
    """The snapshot pinned by this request or job; the newest one known to the process where nothing is pinned."""
    return _pinned.get() or _current


def current() -> Catalog:
    """The newest snapshot known to the process, whatever is pinned."""
    return _current


@contextmanager
def pinned(snapshot: Catalog | None = None) -> Iterator[Catalog]:
    """Everything in this block sees one catalog: `snapshot`, or the newest one known to the process."""
    chosen = snapshot or _current
    token = _pinned.set(chosen)
    try:
        yield chosen
    finally:
        _pinned.reset(token)


async def refresh(*, anew: bool = False) -> Catalog:
    """Reads the version row (one SELECT) and, where it has moved, what has changed. Returns the newest snapshot.

    `anew` compiles everything again: kinds or their plugins have come or gone. Inside a transaction it only answers
    what is known: what that reads may never be committed.
    """
    global _current
    if database.in_transaction() or not (anew or await _is_behind()):
        return _current
    async with _loading():
        if anew or await _is_behind():
            anew = await _prepared() or anew
            async with database.snapshot():
                _current = await load(Catalog() if anew else _current)
    return _current


def before_loading(step: Callable[[], Awaitable[bool]]) -> Callable[[], None]:
    """Calls `step` whenever the version has moved, before what has changed is compiled; True from it compiles
    everything again, because kinds or field types have come or gone. Returns the function that ends it."""
    _beforehand.append(step)
    return lambda: _beforehand.remove(step)


async def _prepared() -> bool:
    return any([await step() for step in tuple(_beforehand)])


async def _is_behind() -> bool:
    return await store.catalog_version() != store.CatalogVersion(_current.version, _current.change_set)


def _loading() -> asyncio.Lock:
    """One reload at a time; a lock belongs to one event loop."""
    return _locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())


async def load(before: Catalog) -> Catalog:
    """The catalog as the database has it at this moment; what stands unchanged in `before` is taken over."""
    now = await store.catalog_version()
    stamps = await store.stamps()
    live = {key for key, stamp in stamps.items() if stamp.state == store.PUBLISHED}
    by_key = {key: before.by_key[key] for key in live if _stands(before, key, stamps[key])}
    broken: dict[Key, str] = {}
    for stored in await store.current_revisions(sorted(live - by_key.keys())):
        try:
            by_key[stored.key] = compiled(stored)
        except Exception as exc:  # noqa: BLE001 - one that no longer compiles must not take the others down
            broken[stored.key] = reason_of(exc)
            _log.exception("definition %s is left out: it does not compile", stored.key.text)
    return Catalog(now.version, now.change_set, by_key=by_key, broken=broken, stamps=stamps)


def _stands(before: Catalog, key: Key, stamp: store.Stamp) -> bool:
    return key in before.by_key and before.stamps.get(key) == stamp


def reason_of(exc: Exception) -> str:
    """One line for `doctor` and the list of definitions."""
    text = exc.text if isinstance(exc, TradewindError) else str(exc)
    return f"{type(exc).__name__}: {text}"


def decoded(stored: store.StoredRevision) -> Definition:
    """Lifts and decodes what was published, perhaps years ago. Raises whatever is in the way."""
    kind_name = stored.key.kind
    if not known(kind_name):
        raise LookupError(f"the kind '{kind_name}' is not installed")
    kind = kind_named(kind_name)
    raw, problem = lift(kind, stored.raw)
    if problem is not None:
        raise ValueError(problem.text)
    return kind.decode(raw)


def compiled(stored: store.StoredRevision) -> Compiled:
    """The stored revision ready to work with. Raises whatever is in the way."""
    key = stored.key
    definition = decoded(stored)
    made = kind_named(key.kind).compile(definition, stored.meta, key, stored.number, stored.hash)
    return Compiled(key, stored.number, stored.hash, definition, stored.meta, stored.source, made)
