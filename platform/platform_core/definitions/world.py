"""What a check sees: the published definitions with the change set laid over them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from platform_core import clock
from platform_core.definitions.errors import AmbiguousName
from platform_core.definitions.model import LOCAL, Answers, Definition, Key
from platform_core.definitions.snapshot import Catalog, Compiled, choose


class World:
    """Everything as it would be after the publish. Reads nothing: all of it is in memory.

    `key` is the definition that is being checked. Bare names are looked for in its app first.
    """

    def __init__(
        self,
        catalog: Catalog,
        changes: Mapping[Key, Definition | None],
        key: Key | None = None,
        *,
        answers: Answers | None = None,
        accept: Collection[str] = (),
        now: datetime | None = None,
    ) -> None:
        """`changes` maps a key to its new definition; None for one that goes. `now` is when the publish began."""
        self.key = key or Key("", LOCAL, "")
        self.now = now or clock.now()
        self._answers = answers or {}
        self._accept = frozenset(accept)
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

    def answer(self, item: str) -> Mapping[str, object]:
        """What was said to a plan item of this definition; empty where nothing was."""
        found = self._answers.get(f"{self.key.text}:{item}", self._answers.get(item))
        return found if isinstance(found, Mapping) else {}

    def accepts(self, item: str) -> bool:
        """Whether a destructive plan item of this definition is agreed to."""
        return item in self._accept or f"{self.key.text}:{item}" in self._accept

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
