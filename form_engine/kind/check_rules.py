"""What may be wrong with the rules of a form, and their expressions in checked form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from form_engine.definition import FieldDef, FormDef, RuleDef
from form_engine.fields.base import problem
from form_engine.fields.children import ChildrenField
from form_engine.fields.link import LinkField
from form_engine.fields.registry import FieldTypes
from form_engine.fields.table import TableField
from form_engine.kind.check_fields import below
from form_engine.kind.scope import FormScope
from form_engine.rules.circles import circle_of
from form_engine.rules.scopes import scopes_for
from form_engine.rules.targets import aims_of, column_of, table_of
from form_engine.rules.written import RuleText, texts_of
from platform_core import expressions
from platform_core.definitions import Reference, World, did_you_mean
from platform_core.entities import SYSTEM_FIELDS
from platform_core.errors import Problem
from platform_core.expressions import BOOL, Checked, ExpressionError, ExpressionErrors
from platform_core.i18n import N_

_NARROWED = frozenset({"choice", "choices", "link"})
"""Types whose offer a rule can narrow."""


def check_rules(definition: FormDef, types: FieldTypes, world: World) -> Iterator[Problem]:
    """Names, aims and expressions of every rule; circles of `set`."""
    found = [*_check_ids(definition), *_Aims(definition, types, world).problems()]
    yield from found
    broken = {each.pointer for each in found}
    told = {each.pointer for each in rule_references(definition) if not _is_there(each, world)}
    sound: list[tuple[RuleText, Checked]] = []
    for text in texts_of(definition):
        if text.pointer in broken or text.pointer in told:
            continue  # what `told` has is reported by `definitions`, as a broken reference
        try:
            sound.append((text, checked_rule(text, definition, types, world)))
        except ExpressionErrors as refusal:
            yield from below(text.pointer, refusal.errors)
    yield from _check_circles(definition, sound)


def checked_rule(text: RuleText, definition: FormDef, types: FieldTypes, world: World) -> Checked:
    """The checked form of one expression; ExpressionErrors with everything that is wrong."""
    form = FormScope(definition, types, world)
    before = FormScope(definition, types, world, hops=0)
    refusals: list[ExpressionErrors] = []
    for scope in scopes_for(form, before, text.rows, text.picked):
        wanted = _type_of(text.target, form) if text.target else BOOL
        try:
            return expressions.check(text.text, scope, expect=wanted)
        except ExpressionErrors as refusal:
            refusals.append(refusal)
    raise refusals[0]


def stored_rules(definition: FormDef, types: FieldTypes, world: World) -> dict[str, dict[str, Any]]:
    """The checked forms by place, for the meta of a sound definition."""
    return {
        text.place: checked_rule(text, definition, types, world).to_json() for text in texts_of(definition)
    }


def rule_references(definition: FormDef) -> Iterator[Reference]:
    """The fields of other forms that rules read or aim at: "breaks" is told by these."""
    for text in texts_of(definition):
        for path in _paths(text.text):
            yield from _reference(definition, path, text.pointer)
    for number, rule in enumerate(definition.rules):
        for pointer, aim in aims_of(rule):
            if table_of(aim):
                yield from _reference(definition, tuple(aim.split(".")), f"/rules/{number}{pointer}")


def _reference(definition: FormDef, path: tuple[str, ...], pointer: str) -> Iterator[Reference]:
    field = definition.field_named(path[0])
    if isinstance(field, LinkField | ChildrenField) and field.form and len(path) > 1:
        yield Reference("form", field.form, path[1], pointer)


def _is_there(reference: Reference, world: World) -> bool:
    made = world.find("form", reference.name)
    if not isinstance(made, FormDef):
        return False
    return reference.part in SYSTEM_FIELDS or made.field_named(reference.part or "") is not None


def _paths(text: str) -> set[tuple[str, ...]]:
    """The paths of the record in a text; none where it cannot be read (its problems are told elsewhere)."""
    try:
        waiting = [expressions.parse(text)]
    except ExpressionError:
        return set()
    found: set[tuple[str, ...]] = set()
    while waiting:
        node = waiting.pop()
        waiting.extend(node.args)
        if node.op == "path" and node.name in ("", "record"):
            found.add(node.path[1:] if node.path[0] in ("record", "old") else node.path)
    return {path for path in found if path}


def _type_of(path: str, form: FormScope) -> expressions.Type | None:
    found = form.field(tuple(path.split(".")))
    return found.of if found is not None and table_of(path) and found.of is not None else found


def _check_ids(definition: FormDef) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, rule in enumerate(definition.rules):
        if rule.id in first:
            message = N_("There are two rules '{name}'; the first is number {first}.")
            yield problem(
                f"/rules/{number}/id", "duplicate", message,
                remedy=N_("Rename one of them."), name=rule.id, first=first[rule.id] + 1,
            )  # fmt: skip
        first.setdefault(rule.id, number)
        if rule.check is None and (rule.at is not None or rule.message):
            message = N_("Only a check has a place and a message.")
            at = "at" if rule.at is not None else "message"
            yield problem(
                f"/rules/{number}/{at}", "no_check", message, remedy=N_("Add a check, or take this away.")
            )


def _check_circles(definition: FormDef, sound: Sequence[tuple[RuleText, Checked]]) -> Iterator[Problem]:
    """Fields that set each other for ever."""
    circle = circle_of(definition, {text.place: checked for text, checked in sound})
    if circle is not None:
        number = next(place for place, rule in enumerate(definition.rules) if circle[0] in rule.set)
        message = N_("The rules fill these fields in a circle: {names}.")
        yield problem(
            f"/rules/{number}/set/{circle[0]}", "circle", message,
            remedy=N_("Let one of them be filled in by hand."), names=" → ".join((*circle, circle[0])),
        )  # fmt: skip


class _Aims:
    """The places that rules aim at: are they there, and can the effect do anything with them?"""

    def __init__(self, definition: FormDef, types: FieldTypes, world: World) -> None:
        self._definition = definition
        self._types = types
        self._world = world

    def problems(self) -> Iterator[Problem]:
        for number, rule in enumerate(self._definition.rules):
            for pointer, path in aims_of(rule):
                yield from below(f"/rules/{number}{pointer}", self._aim(rule, pointer, path))

    def _aim(self, rule: RuleDef, pointer: str, path: str) -> Iterator[Problem]:
        columns = self._columns(table_of(path))
        if columns is None:
            if self._definition.field_named(table_of(path)) is None:
                yield self._unknown(path)
            return  # a related form that is not there is a broken reference
        found = next((each for each in columns if each.name == column_of(path)), None)
        if found is None:
            if not isinstance(self._definition.field_named(table_of(path)), ChildrenField):
                yield self._unknown(path)
            return
        effect = pointer.split("/")[1]
        kind = self._types.of(found)
        narrowed = kind.name in _NARROWED and not (isinstance(found, LinkField) and not found.form)
        if effect == "options" and not narrowed:
            message = N_("Only a choice or a link to one form has an offer that can be narrowed.")
            yield problem("", "no_options", message, field=path)
        elif effect == "require" and (isinstance(found, ChildrenField) or not kind.writable):
            yield problem(
                "", "not_fillable", N_("Nobody fills '{field}' in, so it cannot be required."), field=path
            )
        elif effect == "set" and (kind.virtual or not kind.writable):
            yield problem("", "not_settable", N_("A rule cannot fill '{field}' in."), field=path)

    def _columns(self, table: str) -> Sequence[FieldDef] | None:
        """The fields that may stand behind "table."; the form's own for ""."""
        if not table:
            return self._definition.fields
        each = self._definition.field_named(table)
        if isinstance(each, TableField):
            return each.fields
        other = self._world.find("form", each.form) if isinstance(each, ChildrenField) else None
        return other.fields if isinstance(other, FormDef) else None

    def _unknown(self, path: str) -> Problem:
        columns = self._columns(table_of(path)) or self._definition.fields
        prefix = f"{table_of(path)}." if table_of(path) and self._columns(table_of(path)) else ""
        remedy, hints = did_you_mean(path, [prefix + each.name for each in columns])
        return problem(
            "", "unknown_field", N_("There is no field '{name}'."), remedy=remedy, name=path, **hints
        )
