"""What a new record would hold before anything is typed."""

from __future__ import annotations

from platform_core import permissions
from platform_core.entities import Entity
from platform_core.identity import Actor
from platform_core.records.model import DEFAULT_OPTIONS
from platform_core.records.saving.commands import new_save
from platform_core.records.saving.defaults import fill_defaults


def default_values(entity: Entity, actor: Actor) -> dict[str, object]:
    """Canonical defaults of the fields that this actor may fill in; a default that cannot be computed yet is left
    out, and stands where the save finds it."""
    access = permissions.access(entity, actor)
    save = new_save(entity, access, actor, {}, DEFAULT_OPTIONS)
    fill_defaults(save)
    return {
        name: value
        for name, value in save.values.items()
        if value is not None and name not in save.failed and access.creatable(name)
    }
