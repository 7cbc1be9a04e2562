"""Finding entities in the pinned catalog, and who points to whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, runtime_checkable

import msgspec

from platform_core import definitions
from platform_core.entities.model import Entity, EntityField
from platform_core.errors import Conflict, NotFound
from platform_core.i18n import N_


@runtime_checkable
class HasEntity(Protocol):
    """What a kind may compile to instead of a bare `Entity`: its own object that carries one."""

    @property
    def entity(self) -> Entity: ...


class UnknownEntity(NotFound):
    """There is no such form, or the name is not spelt as "name" or "app.name"."""

    code = "unknown_form"
    default_message = N_("There is no form '{form}'.")

    def __init__(self, name: str) -> None:
        super().__init__(params={"form": name[:100]})


class AmbiguousEntity(Conflict):
    """Several apps have a form of that name."""

    code = "ambiguous_form"
    default_message = N_("Several apps have a form '{form}': {names}.")

    def __init__(self, name: str, keys: Iterable[str]) -> None:
        params = {"form": name, "names": ", ".join(sorted(keys))}
        super().__init__(params=params, remedy=N_("Write the app before it, as in {names}."))


class Incoming(msgspec.Struct, frozen=True):
    """A field of another form (or of this one) whose values point to an entity."""

    entity: Entity
    field: EntityField


class _Index:
    """The entities of one catalog by full and by bare name."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self.by_key: Mapping[str, Entity] = {entity.key: entity for entity in entities}
        self.by_name: dict[str, list[Entity]] = {}
        self._incoming: dict[str, tuple[Incoming, ...]] = {}
        for entity in self.by_key.values():
            self.by_name.setdefault(entity.name, []).append(entity)

    def find(self, name: str, app: str | None) -> Entity | None:
        found = self.by_key.get(name)
        if found is not None:
            return found
        named = self.by_name.get(name, [])
        if len(named) > 1 and app is not None:
            named = [entity for entity in named if entity.app == app] or named
        if len(named) > 1:
            raise AmbiguousEntity(name, (entity.key for entity in named))
        return named[0] if named else None

    def incoming(self, key: str) -> tuple[Incoming, ...]:
        if key not in self._incoming:
            self._incoming[key] = tuple(
                Incoming(entity, field)
                for entity in self.by_key.values()
                for field in entity.fields.values()
                if field.reference is not None
                and field.reference.kind == "record"
                and field.computed is None
                and key in field.reference.forms
            )
        return self._incoming[key]


_KEPT = 4
_indexes: list[tuple[definitions.Catalog, _Index]] = []
_overlay: ContextVar[_Index | None] = ContextVar("tradewind_entities", default=None)


def find(name: str, app: str | None = None) -> Entity | None:
    """The entity called "trade_crm.account", or "account" where that is unique (or in `app`); else None.

    Raises AmbiguousEntity.
    """
    previewed = _overlay.get()
    if previewed is not None and (found := previewed.find(name, app)) is not None:
        return found
    return _index().find(name, app)


def get(name: str, app: str | None = None) -> Entity:
    """As `find`; raises UnknownEntity instead of answering None."""
    found = find(name, app)
    if found is None:
        raise UnknownEntity(name)
    return found


def all_entities() -> tuple[Entity, ...]:
    """Every entity of the pinned catalog, by key."""
    previewed = _overlay.get()
    by_key = {**_index().by_key, **(previewed.by_key if previewed else {})}
    return tuple(by_key[key] for key in sorted(by_key))


def incoming(entity: Entity) -> Sequence[Incoming]:
    """The fields of all forms that link to records of `entity`."""
    previewed = _overlay.get()
    if previewed is None:
        return _index().incoming(entity.key)
    return _Index(all_entities()).incoming(entity.key)


@contextmanager
def overlay(entities: Iterable[Entity]) -> Iterator[None]:
    """In this block these entities stand before those of the catalog: a form that is not published yet."""
    token = _overlay.set(_Index(entities))
    try:
        yield
    finally:
        _overlay.reset(token)


def _index() -> _Index:
    catalog = definitions.catalog()
    for known, index in _indexes:
        if known is catalog:
            return index
    index = _Index(_entities_of(catalog))
    _indexes.insert(0, (catalog, index))
    del _indexes[_KEPT:]
    return index


def _entities_of(catalog: definitions.Catalog) -> Iterator[Entity]:
    for compiled in catalog.by_key.values():
        if isinstance(compiled.object, Entity):
            yield compiled.object
        elif isinstance(compiled.object, HasEntity) and compiled.object.entity.key == compiled.key.full_name:
            yield compiled.object.entity
