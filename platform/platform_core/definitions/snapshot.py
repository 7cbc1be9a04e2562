"""One moment of everything that is published: immutable, compiled, found by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import msgspec

from platform_core.definitions import store
from platform_core.definitions.errors import AmbiguousName
from platform_core.definitions.model import Definition, Key, Raw


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


_MOST_RESOLVED = 10_000
"""Names remembered with their keys; anybody may ask for names that are not there."""


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
        object.__setattr__(self, "_resolved", {})
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
        resolved: dict[tuple[str, str, str | None], Key | None] = self.__dict__["_resolved"]
        asked = (kind, name, app)
        if asked not in resolved:
            by_name: Mapping[tuple[str, str], Sequence[Key]] = self.__dict__["_by_name"]
            found = choose(by_name, kind, name, app)
            if len(resolved) >= _MOST_RESOLVED:
                resolved.clear()
            resolved[asked] = found
        return resolved[asked]

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
