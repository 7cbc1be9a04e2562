"""The fields of other forms that computed fields are made from, as far as the definition alone tells."""

from __future__ import annotations

from collections.abc import Iterator

from form_engine.definition import FieldDef, FormDef
from form_engine.fields.children import ChildrenField
from form_engine.fields.formula import FormulaField
from form_engine.fields.link import LinkField
from form_engine.fields.lookup import LookupField
from form_engine.fields.rollup import RollupField
from form_engine.kind.computed_places import computed_fields, paths_in
from platform_core.definitions import AmbiguousName, Reference, World
from platform_core.entities import SYSTEM_FIELDS


def computed_references(definition: FormDef) -> Iterator[Reference]:
    """What would break the form if it went: "breaks" is told by these."""
    for place, each in computed_fields(definition):
        at = f"/fields/{place}"
        if isinstance(each, LookupField):
            yield from _behind(definition, tuple(each.path.split(".")), f"{at}/path")
        elif isinstance(each, FormulaField):
            for path in sorted(paths_in(each.expr)):
                yield from _behind(definition, path, f"{at}/expr")
        elif isinstance(each, RollupField):
            yield from _of_rollup(definition, each, at)


def _behind(definition: FormDef, path: tuple[str, ...], at: str) -> Iterator[Reference]:
    field = definition.field_named(path[0])
    if len(path) > 1 and isinstance(field, LinkField) and field.form:
        yield Reference("form", field.form, path[1], at)


def _of_rollup(definition: FormDef, each: RollupField, at: str) -> Iterator[Reference]:
    form, _, name = each.of.rpartition(".")
    own: FieldDef | None = definition.field_named(name) if not form else None
    if isinstance(own, ChildrenField):
        form, name = own.form, own.by
    if not form:
        return
    yield Reference("form", form, name, f"{at}/of")
    read = each.read
    if read is not None and read.argument and read.argument not in SYSTEM_FIELDS:
        yield Reference("form", form, read.argument, f"{at}/compute")
    for path in sorted(paths_in(each.where or "")):
        yield Reference("form", form, path[0], f"{at}/where")


def untold_references(definition: FormDef, world: World) -> Iterator[Reference]:
    """Those that point nowhere: `definitions` reports them, and nobody else needs to."""
    for reference in computed_references(definition):
        try:
            made = world.find("form", reference.name)
        except AmbiguousName:
            made = None
        part = reference.part or ""
        if not isinstance(made, FormDef) or (part not in SYSTEM_FIELDS and made.field_named(part) is None):
            yield reference
