"""Where the inputs of a computed field lie: forms as they will be, links followed, rows that point here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from form_engine.definition import FieldDef, FormDef
from form_engine.fields.children import ChildrenField
from form_engine.fields.computed import ComputedField
from form_engine.fields.formula import FormulaField
from form_engine.fields.link import LinkField
from form_engine.fields.lookup import LookupField
from form_engine.fields.rollup import RollupField
from form_engine.fields.table import TableField
from platform_core import expressions
from platform_core.definitions import AmbiguousName, Key, World
from platform_core.expressions import ExpressionError

Input = tuple["Place", str]
"""A field that a computed one is made from, and the form it belongs to."""


@dataclass(frozen=True)
class Place:
    """A form as it would be after the publish: its key, its definition, and the world seen from it."""

    key: Key
    definition: FormDef
    world: World

    @classmethod
    def of(cls, definition: FormDef, world: World) -> Place:
        return cls(Key("form", world.key.app, definition.name), definition, world)

    def at(self, name: str) -> Place | None:
        """The form that a name in this one means."""
        try:
            key = self.world.resolve("form", name)
        except AmbiguousName:
            return None
        made = self.definition if key == self.key else self.world.definition(key) if key is not None else None
        if key is None or not isinstance(made, FormDef):
            return None
        return Place(key, made, self.world.at(key))


@dataclass(frozen=True)
class Source:
    """The rows of a rollup: records of `place` that point here by `by`, or the rows of the table field `by`."""

    place: Place
    by: str
    fields: tuple[FieldDef, ...]
    is_table: bool = False

    def field(self, name: str) -> FieldDef | None:
        return next((each for each in self.fields if each.name == name), None)


def source_of(each: RollupField, here: Place) -> Source | None:
    """The rows that a rollup goes over; None where `of` names none."""
    form, _, name = each.of.rpartition(".")
    if not form:
        own = here.definition.field_named(name)
        if isinstance(own, TableField):
            return Source(here, name, own.fields, is_table=True)
        if not isinstance(own, ChildrenField):
            return None
        form, name = own.form, own.by
    there = here.at(form)
    by = there.definition.field_named(name) if there is not None else None
    if there is None or not isinstance(by, LinkField) or by.form is None or there.at(by.form) is None:
        return None
    target = there.at(by.form)
    if target is None or target.key != here.key:
        return None
    return Source(there, name, there.definition.fields)


def followed(path: tuple[str, ...], here: Place) -> list[tuple[Place, str]]:
    """The form and field of each step of a path over links, as far as it leads."""
    found: list[tuple[Place, str]] = []
    place: Place | None = here
    for step in path:
        if place is None:
            break
        found.append((place, step))
        own = place.definition.field_named(step)
        place = place.at(own.form) if isinstance(own, LinkField) and own.form else None
    return found


def inputs_of(each: ComputedField, here: Place) -> list[Input]:
    """The fields that a computed one reads, links on the way included. What leads nowhere is left out."""
    if isinstance(each, LookupField):
        return followed(tuple(each.path.split(".")), here)
    if isinstance(each, RollupField):
        return _of_rollup(each, here)
    if not isinstance(each, FormulaField):
        return []
    return [found for path in sorted(paths_in(each.expr)) for found in followed(path, here)]


def _of_rollup(each: RollupField, here: Place) -> list[Input]:
    source, read = source_of(each, here), each.read
    if source is None:
        return []
    if source.is_table:
        return [(here, source.by)]
    found: list[Input] = [(source.place, source.by)]
    if read is not None and read.argument:
        found.append((source.place, read.argument))
    found += [one for path in sorted(paths_in(each.where or "")) for one in followed(path, source.place)]
    return found


def paths_in(text: str) -> set[tuple[str, ...]]:
    """The paths of the record in a text; none where it cannot be read (its problems are told elsewhere)."""
    if not text:
        return set()
    try:
        waiting = [expressions.parse(text)]
    except ExpressionError:
        return set()
    found: set[tuple[str, ...]] = set()
    while waiting:
        node = waiting.pop()
        waiting.extend(node.args)
        if node.op == "path":
            found.add(node.path[1:] if node.path[0] == "record" else node.path)
    return {path for path in found if path}


def computed_fields(definition: FormDef) -> Iterator[tuple[int, ComputedField]]:
    """The computed fields of a form with their places."""
    for place, each in enumerate(definition.fields):
        if isinstance(each, ComputedField):
            yield place, each
