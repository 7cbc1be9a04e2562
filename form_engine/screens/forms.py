"""Which form an address means, and how its values are written for the reader."""

from __future__ import annotations

from datetime import datetime

from form_engine.definition import FieldDef
from form_engine.fields.in_use import types_in_use
from form_engine.kind.names import NO_NAMES
from form_engine.screens.choices import choice_sign
from form_engine.showing import is_masked, show_system
from platform_core import entities, i18n, web
from platform_core.entities import Entity, EntityField
from platform_core.errors import NotFound


def entity_named(name: str) -> Entity:
    """The entity of a path segment ("account", "trade_crm.account"). Raises NotFound."""
    found = entities.find(name)
    if found is None:
        raise NotFound()
    return found


def path_of(entity: Entity) -> str:
    """How an entity is called in addresses: by its name where that is unique, else by its key."""
    return web.form_url(entity).removeprefix("/r/")


def shown(field: EntityField, wire: object) -> str:
    """A wire value as plain text in the reader's language; empty for an empty one, a mask as it is."""
    if wire is None or wire in ("", [], ()):
        return ""
    if is_masked(wire):
        return str(wire)
    if field.dictionary is not None:
        keys = wire if isinstance(wire, list) else [wire]
        return i18n.join_list([choice_sign(field, str(key))[0] for key in keys])
    if isinstance(field.definition, FieldDef):
        # Only choices need the names of the form, and they are shown above by their full key.
        return types_in_use().of(field.definition).show(field.definition, NO_NAMES, wire, i18n.current())
    return show_system(field, wire, i18n.current())


def as_instant(wire: str) -> datetime:
    """The instant of a wire value."""
    return datetime.fromisoformat(wire)
