"""The expressions of a form: filters of lists and defaults of fields, checked and kept in their checked form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from form_engine.definition import FormDef
from form_engine.fields.base import problem
from form_engine.fields.link import LinkField
from form_engine.fields.registry import FieldTypes
from form_engine.kind.check_fields import below
from form_engine.kind.check_rules import stored_rules
from form_engine.kind.compile import is_expression
from form_engine.kind.names import names_in
from form_engine.kind.provisional import changed_entities, provisional_entity
from form_engine.kind.scope import HOPS, FormScope
from form_engine.stages.compiled import place_of
from platform_core import entities, expressions
from platform_core.definitions import Reference, World
from platform_core.entities import SYSTEM_FIELDS, EntityColumns
from platform_core.errors import Problem
from platform_core.expressions import BOOL, Checked, ExpressionError, ExpressionErrors, NotSqlable, Type


@dataclass(frozen=True)
class Written:
    """One expression of a definition: `place` is its name in the meta, `pointer` where it stands."""

    place: str
    pointer: str
    text: str
    expect: Type
    is_filter: bool
    hops: int = 0
    """Links that its paths may follow; a default is computed before the values behind links are read."""


def written_in(definition: FormDef, types: FieldTypes, world: World) -> Iterator[Written]:
    """Every expression of a form."""
    names = names_in(definition, types, world)
    for place, each in enumerate(definition.lists):
        if each.filter is not None:
            yield Written(f"list.{each.name}", f"/lists/{place}/filter", each.filter, BOOL, is_filter=True)
    for place, field in enumerate(definition.fields):
        if is_expression(field.default):
            text = cast("Mapping[str, object]", field.default)["expr"]
            wanted = types.of(field).expression_type(field, names)
            pointer = f"/fields/{place}/default/expr"
            yield Written(f"default.{field.name}", pointer, str(text), wanted, is_filter=False)
    for place, move in enumerate(definition.stages.transitions if definition.stages else ()):
        if move.when is not None:
            yield Written(
                place_of(move),
                f"/stages/transitions/{place}/when",
                move.when,
                BOOL,
                is_filter=False,
                hops=HOPS,
            )


def checked(written: Written, definition: FormDef, types: FieldTypes, world: World) -> Checked:
    """The checked form; ExpressionErrors with everything that is wrong."""
    scope = FormScope(definition, types, world, hops=HOPS if written.is_filter else written.hops)
    return expressions.check(written.text, scope, expect=written.expect)


def check_expressions(definition: FormDef, types: FieldTypes, world: World) -> Iterator[Problem]:
    """What is wrong with each expression, at its place."""
    told = {one.pointer for one in far_references(definition) if not _is_there(one, world)}
    written = [each for each in written_in(definition, types, world) if each.pointer not in told]
    filters: list[tuple[Written, Checked]] = []
    for each in written:  # what `told` has is reported by `definitions`, as a broken reference
        try:
            found = checked(each, definition, types, world)
        except ExpressionErrors as refusal:
            yield from below(each.pointer, refusal.errors)
        else:
            filters += [(each, found)] if each.is_filter else []
    if filters:
        yield from _without_sql(filters, definition, types, world)


def _without_sql(
    filters: Sequence[tuple[Written, Checked]], definition: FormDef, types: FieldTypes, world: World
) -> Iterator[Problem]:
    """Filters run in the database, over the columns as they will be; those that cannot are named."""
    with entities.overlay(changed_entities(types, world)):
        columns = EntityColumns(provisional_entity(definition, types, world), "t")
        for written, found in filters:
            try:
                expressions.require_sqlable(found, columns)
            except (NotSqlable, ExpressionError) as refusal:
                yield problem(
                    written.pointer, refusal.code, refusal.message, remedy=refusal.remedy, **refusal.params
                )


def stored_expressions(definition: FormDef, types: FieldTypes, world: World) -> dict[str, dict[str, Any]]:
    """The checked forms by place, for the meta of a sound definition."""
    fields_and_lists = {
        written.place: checked(written, definition, types, world).to_json()
        for written in written_in(definition, types, world)
    }
    return {**fields_and_lists, **stored_rules(definition, types, world)}


def far_references(definition: FormDef) -> Iterator[Reference]:
    """The fields of other forms that filters and transitions read through a link: "breaks" is told by these."""
    texts = [(f"/lists/{place}/filter", each.filter) for place, each in enumerate(definition.lists)]
    moves = definition.stages.transitions if definition.stages else ()
    texts += [(f"/stages/transitions/{place}/when", each.when) for place, each in enumerate(moves)]
    for pointer, text in texts:
        for path in _paths(text or ""):
            field = definition.field_named(path[0])
            if isinstance(field, LinkField) and field.form and len(path) > 1:
                yield Reference("form", field.form, path[1], pointer)


def _is_there(reference: Reference, world: World) -> bool:
    made = world.find("form", reference.name)
    if not isinstance(made, FormDef):
        return False
    return reference.part in SYSTEM_FIELDS or made.field_named(reference.part or "") is not None


def _paths(text: str) -> set[tuple[str, ...]]:
    """The paths in a text; none where it cannot be read (its problems are told elsewhere)."""
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
        if node.op == "path" and node.name in ("", "record"):
            found.add(node.path)
    return found
