"""What may be wrong with the fields of a form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from form_engine.definition import FieldDef, FormDef
from form_engine.fields.base import problem
from form_engine.fields.children import ChildrenField
from form_engine.fields.country import CountryField
from form_engine.fields.link import LinkField
from form_engine.fields.phone import PhoneField
from form_engine.fields.registry import FieldTypes
from form_engine.fields.table import TableField
from form_engine.kind.compile import is_expression
from form_engine.kind.names import ResolvedNames
from platform_core.definitions import World, did_you_mean
from platform_core.entities import SYSTEM_NAMES, FieldProblem, ParseContext
from platform_core.errors import Problem
from platform_core.expressions import RESERVED_NAMES
from platform_core.i18n import N_

MOST_FIELDS = 300
"""Fields of one form: a table of PostgreSQL has room for 1,600 columns in its whole life."""


def below(pointer: str, found: Iterable[Problem]) -> Iterator[Problem]:
    """The problems with their pointers below `pointer`."""
    for each in found:
        yield msgspec.structs.replace(each, pointer=pointer + each.pointer)


def check_fields(
    definition: FormDef, types: FieldTypes, names: ResolvedNames, world: World
) -> Iterator[Problem]:
    """Names, options, defaults and relations of every field."""
    yield from _check_names(definition.fields)
    if len(definition.fields) > MOST_FIELDS:
        message = N_("A form has at most {limit} fields; this one has {count}.")
        yield problem("/fields", "too_many_fields", message, limit=MOST_FIELDS, count=len(definition.fields))
    for place, each in enumerate(definition.fields):
        at = f"/fields/{place}"
        yield from below(at, types.of(each).check(each))
        yield from below(at, _check_default(each, types, names))
        if isinstance(each, TableField):
            for column_place, column in enumerate(each.fields):
                found = _check_default(column, types, names, in_rows=True)
                yield from below(f"{at}/fields/{column_place}", found)
        if isinstance(each, ChildrenField):
            yield from below(at, _check_children(each, world))
        if isinstance(each, PhoneField) and each.region_from is not None:
            yield from below(at, _check_region(each.region_from, definition))


def _check_names(fields: tuple[FieldDef, ...]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for place, each in enumerate(fields):
        at = f"/fields/{place}/name"
        if each.name in first:
            message = N_("There are two fields '{name}'; the first is number {first}.")
            remedy = N_("Rename one of them.")
            yield problem(at, "duplicate", message, remedy=remedy, name=each.name, first=first[each.name] + 1)
        first.setdefault(each.name, place)
        if (
            each.name in SYSTEM_NAMES
            or each.name == "title"
            or each.name in RESERVED_NAMES
            or "__" in each.name
        ):
            message = N_("'{name}' is a name of the system.")
            yield problem(at, "reserved", message, remedy=N_("Choose another name."), name=each.name)
    for place, each in enumerate(fields):
        if each.was is not None and each.was in first:
            message = N_("The former name '{name}' is the name of a field of today.")
            yield problem(
                f"/fields/{place}/was", "was", message, remedy=N_("Take 'was' away."), name=each.was
            )


def _check_default(
    each: FieldDef, types: FieldTypes, names: ResolvedNames, *, in_rows: bool = False
) -> Iterator[Problem]:
    """Constants are read by the field itself; expressions are checked elsewhere, with all others."""
    if is_expression(each.default):
        if in_rows:
            message = N_("A column of a table takes a constant as its default, no expression.")
            yield problem("/default", "not_in_rows", message, remedy=N_("Write a constant."))
        return
    if each.default is None:
        return
    try:
        types.of(each).codec(each, names).parse(each.default, ParseContext())
    except FieldProblem as refusal:
        remedy = refusal.remedy or N_("Write the default as the API takes the value.")
        yield problem(
            f"/default{refusal.pointer}", refusal.code, refusal.message, remedy=remedy, **refusal.params
        )


def _check_region(name: str, definition: FormDef) -> Iterator[Problem]:
    """The field that a phone number takes its country from."""
    countries = [each.name for each in definition.fields if isinstance(each, CountryField)]
    if name not in countries:
        remedy, hints = did_you_mean(name, countries)
        message = N_("There is no country field '{name}'.")
        yield problem("/region_from", "unknown_field", message, remedy=remedy, name=name, **hints)


def _check_children(each: ChildrenField, world: World) -> Iterator[Problem]:
    """The other form's field must be a link that points here; that it is there at all is checked as a reference."""
    other = world.find("form", each.form)
    if not isinstance(other, FormDef):
        return
    by = other.field_named(each.by)
    if by is None:
        return
    target = world.resolve("form", each.form)
    there = world.at(target) if target is not None else world
    if isinstance(by, LinkField) and any(there.resolve("form", name) == world.key for name in by.targets):
        return
    links = [field.name for field in other.fields if isinstance(field, LinkField)]
    remedy, hints = did_you_mean(each.by, [name for name in links if name != each.by])
    message = N_("The field '{by}' of '{form}' is not a link to this form.")
    yield problem("/by", "not_a_link", message, remedy=remedy, by=each.by, form=each.form, **hints)
