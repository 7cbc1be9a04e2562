"""Forms as they will be, for checks that need entities: the published ones, and those of the change set over them."""

from __future__ import annotations

from collections.abc import Iterator

from form_engine.definition import FormDef
from form_engine.fields.registry import FieldTypes
from form_engine.kind.allot import Allotter
from form_engine.kind.compile import compile_form
from form_engine.kind.computed_results import computed_meta, settled
from form_engine.kind.meta import FormMeta, Layout, write_meta
from form_engine.kind.names import names_in
from platform_core import clock
from platform_core.definitions import Key, World
from platform_core.entities import Entity, table_name


def provisional_entity(definition: FormDef, types: FieldTypes, world: World) -> Entity:
    """The entity of a definition that is not published: right in everything but the names of its columns."""
    key = Key("form", world.key.app, definition.name)
    standing = settled(definition, types, world)
    names = names_in(standing, types, world)
    table = table_name(key.app, key.name)
    now = clock.now()
    layout = Allotter(types, names, now, now).allot(table, standing.fields, (), Layout()).layout
    computed = computed_meta(definition, types, world)
    meta = FormMeta(table, layout, dict(names.forms), dict(names.dictionaries), computed=computed)
    return compile_form(types, definition, write_meta(meta), key, 0, "").entity


def changed_entities(types: FieldTypes, world: World) -> Iterator[Entity]:
    """The entities of every form that the change set makes or changes."""
    for key, definition in world.all("form"):
        if not isinstance(definition, FormDef):
            continue
        standing = world.revision("form", key.full_name)
        if standing is None or standing.definition is not definition:
            yield provisional_entity(definition, types, world.at(key))
