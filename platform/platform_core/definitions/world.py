"""What a check sees: the published definitions with the change set laid over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from platform_core.definitions.errors import AmbiguousName
from platform_core.definitions.model import LOCAL, Definition, Key
from platform_core.definitions.snapshot import Catalog, Compiled, choose


class World:
    """Everything as it would be after the publish. Reads nothing: all of it is in memory.

    `key` is the definition that is being checked. Bare names are looked for in its app first.
    """

    def __init__(
        self, catalog: Catalog, changes: Mapping[Key, Definition | None], key: Key | None = None
    ) -> None:
        """`changes` maps a key to its new definition; None for one that goes."""
        self.key = key or Key("", LOCAL, "")
        self._catalog = catalog
        self._changes = changes
        self._by_name: dict[tuple[str, str], list[Key]] = {}
        gone = {changed for changed, definition in changes.items() if definition is None}
        there = {*catalog.by_key, *catalog.broken, *changes} - gone
        for found in sorted(there):
            self._by_name.setdefault((found.kind, found.name), []).append(found)

    def at(self, key: Key) -> World:
        """The same world seen from another definition."""
        other = object.__new__(World)
        other.__dict__.update(self.__dict__)
        other.key = key
        return other

    def resolve(self, kind: str, name: str, app: str | None = None) -> Key | None:
        """The key behind a name, or None. Raises AmbiguousName."""
        return choose(self._by_name, kind, name, app or self.key.app)

    def find(self, kind: str, name: str, app: str | None = None) -> Definition | None:
        """The definition as it would be; None for an unknown, ambiguous or broken one."""
        try:
            key = self.resolve(kind, name, app)
        except AmbiguousName:
            return None
        return self.definition(key) if key else None

    def definition(self, key: Key) -> Definition | None:
        """The definition of a key as it would be."""
        if key in self._changes:
            return self._changes[key]
        standing = self._catalog.by_key.get(key)
        return standing.definition if standing else None

    def revision(self, kind: str, name: str, app: str | None = None) -> Compiled | None:
        """The published one, with its `meta` and compiled `object`, as it is before the publish."""
        try:
            key = self.resolve(kind, name, app)
        except AmbiguousName:
            return None
        return self._catalog.by_key.get(key) if key else None

    def all(self, kind: str) -> list[tuple[Key, Definition]]:
        """Every definition of a kind, by app and name; broken ones are left out."""
        keys = sorted(
            key for (of_kind, _name), found in self._by_name.items() if of_kind == kind for key in found
        )
        pairs = ((key, self.definition(key)) for key in keys)
        return [(key, definition) for key, definition in pairs if definition is not None]

    def names(self, kind: str) -> Iterable[str]:
        """What definitions of a kind are called here: bare where that is enough, else with the app."""
        for (of_kind, name), found in self._by_name.items():
            if of_kind == kind:
                yield from (name,) if len(found) == 1 else (key.full_name for key in found)
