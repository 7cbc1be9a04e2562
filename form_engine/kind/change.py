"""A publish of one form as this engine sees it: both revisions, and where every field is kept before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import msgspec

from form_engine.definition import FieldDef, FormDef
from form_engine.dictionary.definition import DictionaryDef
from form_engine.fields.registry import FieldTypes
from form_engine.kind.allot import Allotment, Allotter
from form_engine.kind.check_expressions import stored_expressions
from form_engine.kind.compile import compile_form
from form_engine.kind.computed_check import ComputedCheck
from form_engine.kind.computed_places import computed_fields
from form_engine.kind.computed_results import computed_meta, settled, settled_by
from form_engine.kind.mapping import mappings_in
from form_engine.kind.meta import FormMeta, read_meta, write_meta
from form_engine.kind.names import NO_NAMES, ResolvedNames, names_in
from platform_core import settings
from platform_core.definitions import Revision, World
from platform_core.entities import Entity, table_name


@dataclass(frozen=True)
class FormChange:
    """What changes between the newest revision of a form (None: there is none) and a definition."""

    types: FieldTypes
    world: World
    old: FormDef | None
    old_meta: FormMeta
    new: FormDef
    """With the fields that hold computed values in the place of those that say how to compute them; so is `old`."""
    source: FormDef
    """The new definition as it was written."""
    names: ResolvedNames
    allotment: Allotment

    @classmethod
    def between(cls, old: Revision | None, new: FormDef, types: FieldTypes, world: World) -> FormChange:
        """The change from `old` to `new`, both seen from `world`."""
        meta = read_meta(old.meta if old is not None else None)
        readable = _readable(old, types) if old is not None else None
        before = settled_by(readable, types, meta.computed) if readable is not None else None
        source, new = new, settled(new, types, world)
        names = names_in(new, types, world)
        until = world.now + timedelta(days=settings.current().tombstone_days)
        table = meta.table or table_name(world.key.app, new.name)
        made = frozenset(each.name for _place, each in computed_fields(source))
        allotter = Allotter(types, names, world.now, until, mappings_in(world, new.fields), made)
        allotment = allotter.allot(table, new.fields, before.fields if before else (), meta.layout)
        # What is computed is computed anew, and does not go over what people had entered before.
        allotment.moves = [
            move
            for move in allotment.moves
            if move.field not in made and not (move.revived and move.old.name in meta.computed)
        ]
        return cls(types, world, before, meta, new, source, names, allotment)

    @property
    def is_first(self) -> bool:
        """Whether the form has no table yet."""
        return not self.old_meta.table

    @property
    def both_names(self) -> ResolvedNames:
        """The names of the new definition, and of the old one where they differ: conversions read old values."""
        old = ResolvedNames(self.old_meta.forms, self.old_meta.dictionaries) if self.old else NO_NAMES
        return self.names.beside(old)

    @cached_property
    def meta(self) -> FormMeta:
        """What the new revision remembers."""
        return FormMeta(
            table=self.allotment.table,
            layout=self.allotment.layout,
            forms=dict(self.names.forms),
            dictionaries=dict(self.names.dictionaries),
            expressions={
                **stored_expressions(self.source, self.types, self.world),
                **ComputedCheck(self.source, self.types, self.world).expressions(),
            },
            computed=computed_meta(self.source, self.types, self.world),
        )

    @cached_property
    def new_entity(self) -> Entity:
        """The entity that the publish will make; its revision number is not known yet."""
        return compile_form(self.types, self.source, write_meta(self.meta), self.world.key, 0, "").entity

    @cached_property
    def old_entity(self) -> Entity | None:
        """The entity of the newest revision; None for a new form or one that cannot be read any more."""
        if self.old is None or self.is_first:
            return None
        return compile_form(self.types, self.old, write_meta(self.old_meta), self.world.key, 0, "").entity

    def position(self, name: str) -> str:
        """The pointer of a field in the new definition."""
        place = next((place for place, each in enumerate(self.new.fields) if each.name == name), None)
        return "" if place is None else f"/fields/{place}"

    def unpublished_dictionaries(self, *fields: FieldDef) -> dict[str, Any]:
        """The dictionaries that the fields use, as they will be: data steps run before the catalog has them."""
        found: dict[str, Any] = {}
        for each in fields:
            name = self.types.of(each).dictionary(each)
            made = self.world.find("dictionary", name) if name else None
            if name and isinstance(made, DictionaryDef):
                found[self.both_names.dictionary_key(name)] = msgspec.to_builtins(made)
        return found


def _readable(old: Revision, types: FieldTypes) -> FormDef | None:
    """The old definition; without the fields that nobody can read any more where their plugin is gone."""
    if isinstance(old.definition, FormDef):
        return old.definition
    raw = old.raw.get("fields")
    fields = (types.decode(each) for each in (raw if isinstance(raw, list) else ()) if isinstance(each, dict))
    known = tuple(each for each in fields if each is not None)
    return FormDef(name=old.key.name, label={}, fields=known) if known else None


def title_changes(change: FormChange, old: Entity, new: Entity) -> bool:
    """Whether stored titles no longer say what they should."""
    touched = {*change.allotment.added, *change.allotment.revived, *change.allotment.dropped}
    touched |= {move.field for move in change.allotment.moves}
    return old.title != new.title or any(part.field in touched for part in new.title)
