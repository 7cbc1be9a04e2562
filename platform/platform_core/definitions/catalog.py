"""The compiled definitions: one immutable snapshot per version of the catalog, swapped whole.

A request or job pins the snapshot it started with. `refresh` asks the database for the version and, where that has
moved, compiles only what has changed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import cast
from weakref import WeakKeyDictionary

import msgspec

from platform_core import database
from platform_core.definitions import store
from platform_core.definitions.errors import AmbiguousName
from platform_core.definitions.kinds import kind_named, known
from platform_core.definitions.model import Definition, Key, Raw
from platform_core.definitions.parse import lift
from platform_core.errors import TradewindError

_log = logging.getLogger("tradewind.definitions")


@dataclass(frozen=True, slots=True)
class Compiled:
    """A published definition, ready to work with. `object` is what its kind compiled it to."""

    key: Key
    revision: int
    hash: str
    definition: Definition
    meta: Mapping[str, object]
    source: bytes
    object: object

    @property
    def raw(self) -> Raw:
        """The definition as JSON, as it was published."""
        return cast("Raw", msgspec.json.decode(self.source))


@dataclass(frozen=True)
class Catalog:
    """All published definitions at one moment. `broken` says why a definition is left out."""

    version: int = -1
    change_set: str | None = None
    by_key: Mapping[Key, Compiled] = field(default_factory=dict)
    broken: Mapping[Key, str] = field(default_factory=dict)
    stamps: Mapping[Key, store.Stamp] = field(default_factory=dict)
    """Where every definition stands, retired and broken ones included."""

    def __post_init__(self) -> None:
        by_name: dict[tuple[str, str], list[Key]] = {}
        by_kind: dict[str, list[Compiled]] = {}
        for key in sorted(self.by_key):
            by_name.setdefault((key.kind, key.name), []).append(key)
            by_kind.setdefault(key.kind, []).append(self.by_key[key])
        object.__setattr__(self, "_by_name", by_name)
        object.__setattr__(self, "_by_kind", {kind: tuple(found) for kind, found in by_kind.items()})

    @property
    def epoch(self) -> str:
        """Different after every publish and in every database: what to key a cache by."""
        return self.change_set or ""

    def get(self, kind: str, name: str, app: str | None = None) -> Compiled | None:
        """The definition called `name` ("account" where only one app has it, else "trade_crm.account"), or None.

        Raises AmbiguousName for a bare name that several apps have.
        """
        key = self.resolve(kind, name, app)
        return self.by_key.get(key) if key else None

    def resolve(self, kind: str, name: str, app: str | None = None) -> Key | None:
        """The key behind a name; see `get`. With `app` that app is asked first."""
        by_name: Mapping[tuple[str, str], Sequence[Key]] = self.__dict__["_by_name"]
        return choose(by_name, kind, name, app)

    def all(self, kind: str) -> tuple[Compiled, ...]:
        """All of one kind, by app and name."""
        by_kind: Mapping[str, tuple[Compiled, ...]] = self.__dict__["_by_kind"]
        return by_kind.get(kind, ())


def choose(
    by_name: Mapping[tuple[str, str], Sequence[Key]], kind: str, name: str, app: str | None
) -> Key | None:
    """The one key meant by "app.name" or "name"; `app` is asked first. Raises AmbiguousName."""
    home, dot, bare = name.partition(".")
    wanted_app, wanted = (home, bare) if dot else (None, name)
    found = by_name.get((kind, wanted), ())
    if wanted_app is not None:
        return next((key for key in found if key.app == wanted_app), None)
    if app is not None:
        own = next((key for key in found if key.app == app), None)
        if own is not None:
            return own
    if len(found) > 1:
        raise AmbiguousName(kind, name, [key.full_name for key in found])
    return found[0] if found else None


_current = Catalog()
_pinned: ContextVar[Catalog | None] = ContextVar("tradewind_catalog", default=None)
_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


def catalog() -> Catalog:
    """The snapshot pinned by this request or job; the newest one known to the process where nothing is pinned."""
    return _pinned.get() or _current


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
            async with database.snapshot():
                _current = await load(Catalog() if anew else _current)
    return _current


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
