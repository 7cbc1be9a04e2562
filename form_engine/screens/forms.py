"""The compiled forms behind the screens, and how their values are written for the reader."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from form_engine.dictionary.compiled import Dictionary
from form_engine.fields.base import AnyFieldType
from form_engine.kind.compile import CompiledForm
from form_engine.screens.choices import choice_sign
from form_engine.screens.types import field_types
from platform_core import definitions, entities, i18n
from platform_core.definitions import LOCAL
from platform_core.entities import Entity, EntityField
from platform_core.errors import NotFound


def compiled_form(entity: Entity) -> CompiledForm:
    """The compiled form of an entity of the pinned catalog."""
    found = definitions.catalog().get("form", entity.key)
    if found is None or not isinstance(found.object, CompiledForm):
        raise NotFound()
    return found.object


def entity_named(name: str) -> Entity:
    """The entity of a path segment ("account", "trade_crm.account"). Raises NotFound."""
    found = entities.find(name)
    if found is None:
        raise NotFound()
    return found


def path_of(entity: Entity) -> str:
    """How an entity is called in addresses: by its name where that is unique, else by its key."""
    alone = sum(1 for other in entities.all() if other.name == entity.name) == 1
    return entity.name if alone or entity.app == LOCAL and alone else entity.key


def type_of(field: EntityField) -> AnyFieldType | None:
    """The field type that made the field; None for a system field."""
    return field_types().named(field.type) if field.definition is not None else None


def shown(field: EntityField, wire: object) -> str:
    """A wire value as plain text in the reader's language; empty for an empty one."""
    if wire is None or wire == "" or wire == []:
        return ""
    kind = type_of(field)
    if kind is None:
        return _shown_system(field, wire)
    if field.dictionary is not None:
        keys = wire if isinstance(wire, list) else [wire]
        return i18n.join_list([choice_sign(field, str(key))[0] for key in keys])
    definition = cast("object", field.definition)
    return kind.show(definition, NAMES, wire, i18n.current())  # type: ignore[arg-type]  # the struct is the type's own


def as_instant(wire: str) -> datetime:
    """The instant of a wire value."""
    return datetime.fromisoformat(wire)


def _shown_system(field: EntityField, wire: object) -> str:
    if isinstance(wire, dict):
        return str(wire.get("title") or wire.get("code") or "")
    if field.type == "datetime" and isinstance(wire, str):
        return i18n.format_datetime(as_instant(wire))
    return str(wire)


class _CatalogNames:
    """Names as the published catalog has them; a stored field already holds full keys or unique names."""

    def form_key(self, name: str) -> str:
        found = entities.find(name)
        return found.key if found is not None else name

    def dictionary_key(self, name: str) -> str:
        found = definitions.catalog().get("dictionary", name)
        return f"{found.key.app}.{found.key.name}" if found is not None else name

    def dictionary(self, name: str) -> Dictionary | None:
        found = definitions.catalog().get("dictionary", name)
        return found.object if found is not None and isinstance(found.object, Dictionary) else None


NAMES = _CatalogNames()
