"""What ids mean: users, teams, territories and whatever a higher room registers (files). Records are built in.

A source answers for many ids at once and for one actor; an id that it leaves out is missing or not for this actor,
which from outside looks the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from platform_core import clock, database, identity
from platform_core.database import is_id
from platform_core.identity import Actor, Team, Territory
from platform_core.records.model import Wire

RESTRICTED: Wire = {"id": None, "restricted": True}
"""What stands in place of a reference that the actor may not see."""


class ReferenceSource(Protocol):
    """How ids of one kind are shown and found."""

    async def present(self, ids: Collection[str], actor: Actor) -> Mapping[str, Wire]:
        """The wire form by id: {"id", "title", …}."""

    async def find(self, keys: Collection[str], actor: Actor) -> Mapping[str, str]:
        """Ids by what a person or program wrote: the id itself, or a code (an e-mail address, a name)."""


_sources: dict[str, ReferenceSource] = {}


def register_reference(kind: str, source: ReferenceSource) -> None:
    """Sets how references of `kind` ("file", …) are shown and found; the last one counts."""
    _sources[kind] = source


def source_of(kind: str) -> ReferenceSource:
    """The source of a kind; a field whose kind nobody answers for shows nothing and finds nothing."""
    return _sources.get(kind, _NOBODY)


class _Nobody:
    async def present(self, ids: Collection[str], actor: Actor) -> Mapping[str, Wire]:
        return {}

    async def find(self, keys: Collection[str], actor: Actor) -> Mapping[str, str]:
        return {}


class _Users:
    """Accounts: closed ones are shown, only active ones are found."""

    async def present(self, ids: Collection[str], actor: Actor) -> Mapping[str, Wire]:
        names = await identity.names(ids)
        return {user: {"id": user, "title": name} for user, name in names.items()}

    async def find(self, keys: Collection[str], actor: Actor) -> Mapping[str, str]:
        return {key: person.id for key, person in (await identity.find_people(keys)).items()}


_REMEMBERED = 30.0
"""Seconds for which the names of teams and territories are kept; there are few, and they rarely change."""


class _Places:
    """Teams or territories, all of them at once."""

    def __init__(self, *, teams: bool) -> None:
        self._teams = teams
        self._until = 0.0
        self._of = -1
        """The database that the names were read from."""
        self._names: dict[str, str] = {}

    async def present(self, ids: Collection[str], actor: Actor) -> Mapping[str, Wire]:
        now = clock.monotonic()
        fresh = self._of == database.generation() and self._until - _REMEMBERED <= now < self._until
        if not fresh or not self._names.keys() >= set(ids):
            self._of = database.generation()
            self._names = {place.id: place.name for place in await self._all()}
            self._until = now + _REMEMBERED
        return {place: {"id": place, "title": self._names[place]} for place in ids if place in self._names}

    async def find(self, keys: Collection[str], actor: Actor) -> Mapping[str, str]:
        places = await self._all()
        by_key = {place.name.casefold(): place.id for place in places} | {
            place.id: place.id for place in places
        }
        called = ((key, key if is_id(key) else key.strip().casefold()) for key in keys)
        return {key: by_key[name] for key, name in called if name in by_key}

    async def _all(self) -> list[Team] | list[Territory]:
        return await (identity.teams() if self._teams else identity.territories())


_NOBODY = _Nobody()
register_reference("user", _Users())
register_reference("team", _Places(teams=True))
register_reference("territory", _Places(teams=False))
