"""What one actor sees, as expressions need to know it: names of fields, rows behind links."""

from __future__ import annotations

from platform_core import permissions
from platform_core.entities import Entity, Sight
from platform_core.identity import Actor
from platform_core.records.scoping import row_condition


class ActorSight:
    """The eyes of one actor; see `entities.Sight`."""

    __slots__ = ("_actor",)

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def field(self, entity: Entity, name: str) -> bool:
        return permissions.access(entity, self._actor).unrestricted(name)

    def rows(self, entity: Entity) -> tuple[str, tuple[object, ...]]:
        held = row_condition(permissions.access(entity, self._actor), "read", self._actor)
        return held.sql, held.params


def sight_of(actor: Actor) -> Sight | None:
    """The actor's sight; None for an admin and the system, who see everything."""
    return None if actor.is_unbounded else ActorSight(actor)
