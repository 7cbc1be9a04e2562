"""Which lists of a form an actor is offered: those that lean on nothing that they may not know."""

from __future__ import annotations

from platform_core.entities import Entity, EntityView
from platform_core.identity import Actor
from platform_core.permissions import Access
from platform_core.records.reading.filtering import is_known
from platform_core.records.titling import title_is_clear


def lists(entity: Entity, actor: Actor) -> tuple[EntityView, ...]:
    """The form's lists in their order. One whose condition asks for a field that the actor does not read in clear
    does not exist for them: its rows would tell what the field holds."""
    return tuple(view for view in entity.views.values() if is_offered(entity, view, actor))


def is_offered(entity: Entity, view: EntityView, actor: Actor) -> bool:
    """Whether the list exists for this actor."""
    return view.filter is None or is_known(entity, actor, view.filter)


def list_order(entity: Entity, access: Access, view: EntityView | None) -> tuple[str, ...]:
    """The order of a list, as far as the actor may know it; empty without a list."""
    order = view.sort if view is not None else ()
    return tuple(spelt for spelt in order if _sorts(entity, access, spelt.removeprefix("-")))


def _sorts(entity: Entity, access: Access, name: str) -> bool:
    if name == "title" and name not in entity.fields:
        return title_is_clear(entity, access)
    return access.unrestricted(name)
