"""What may be wrong with computed fields, and their expressions in checked form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from form_engine.definition import FormDef
from form_engine.fields.autonumber import AutonumberField
from form_engine.fields.base import problem
from form_engine.fields.children import ChildrenField
from form_engine.fields.computed import ComputedField
from form_engine.fields.formula import FormulaField
from form_engine.fields.link import LinkField
from form_engine.fields.lookup import LookupField
from form_engine.fields.registry import FieldTypes
from form_engine.fields.rollup import RollupField
from form_engine.kind.check_fields import below
from form_engine.kind.computed_circles import circle_of
from form_engine.kind.computed_places import (
    Place,
    Source,
    computed_fields,
    followed,
    inputs_of,
    paths_in,
    source_of,
)
from form_engine.kind.computed_references import untold_references
from form_engine.kind.computed_results import Results
from form_engine.kind.provisional import changed_entities, provisional_entity
from form_engine.kind.scope import FormScope, RowScope
from platform_core import entities, expressions
from platform_core.definitions import World, did_you_mean
from platform_core.entities import SYSTEM_FIELDS, EntityColumns
from platform_core.errors import Problem
from platform_core.expressions import (
    BOOL,
    Checked,
    ExpressionError,
    ExpressionErrors,
    NotSqlable,
    Scope,
    Type,
)
from platform_core.i18n import N_

MADE_LATER = frozenset({"code", "version", "updated_at", "updated_by", "archived_at", "import_batch"})
"""System fields that get their value after the formulas have, or change without them."""


class _FormulaScope:
    """The fields of a form without a person: a stored value must not depend on who saved last."""

    def __init__(self, inner: FormScope) -> None:
        self._inner = inner

    @property
    def roots(self) -> Mapping[str, Scope]:
        return {}

    def field(self, path: tuple[str, ...]) -> Type | None:
        return self._inner.field(path)

    def names(self, path: tuple[str, ...] = ()) -> Iterable[str]:
        return self._inner.names(path)


class ComputedCheck:
    """One check of the computed fields of one form."""

    def __init__(self, definition: FormDef, types: FieldTypes, world: World) -> None:
        self._definition = definition
        self._types = types
        self._world = world
        self._here = Place.of(definition, world)
        self._results = Results(types)

    def problems(self) -> Iterator[Problem]:
        """Everything that is wrong, with pointers into the definition."""
        untold = {found.pointer for found in untold_references(self._definition, self._world)}
        for place, each in computed_fields(self._definition):
            at = f"/fields/{place}"
            circle = circle_of(each, self._here)
            if circle:
                message = N_("'{name}' is made from itself: {circle}.")
                remedy = N_("Take one of them out of the circle.")
                yield problem(at, "circle", message, remedy=remedy, name=each.name, circle=" → ".join(circle))
                continue
            for found in below(at, self._field(each)):
                if not any(found.pointer.startswith(known) for known in untold):
                    yield found

    def _field(self, each: ComputedField) -> Iterator[Problem]:
        if isinstance(each, FormulaField):
            yield from self._formula(each)
        elif isinstance(each, LookupField):
            yield from self._lookup(each)
        elif isinstance(each, RollupField):
            yield from self._rollup(each)
        yield from self._inputs(each)

    def _inputs(self, each: ComputedField) -> Iterator[Problem]:
        at = {"formula": "/expr", "lookup": "/path"}.get(self._types.of(each).name, "/of")
        for place, name in inputs_of(each, self._here):
            own = place.definition.field_named(name)
            if isinstance(own, FormulaField) and own.volatile:
                message = N_("'{name}' is worked out when it is read, so nothing stored can be made from it.")
                remedy = N_("Use the fields that it is made from.")
                yield problem(at, "volatile_input", message, remedy=remedy, name=name)
            elif own is not None and own.sensitive == "encrypted" and not each.declassify:
                message = N_("'{name}' is kept encrypted; what is made from it would be kept in clear.")
                remedy = N_("Leave it out, or set 'declassify'.")
                yield problem(at, "encrypted_input", message, remedy=remedy, name=name)
            elif (own is None and name in MADE_LATER) or isinstance(own, AutonumberField):
                if place.key != self._here.key and name != "archived_at":
                    continue
                message = N_("'{name}' gets its value after the formulas have got theirs.")
                yield problem(at, "made_later", message, remedy=N_("Leave it out."), name=name)

    def _formula(self, each: FormulaField) -> Iterator[Problem]:
        for path in sorted(paths_in(each.expr)):
            own = self._definition.field_named(path[0])
            if isinstance(own, ChildrenField):
                message = N_("A formula does not read the records of '{name}'.")
                remedy = N_("Make a rollup of them, and use that.")
                yield problem("/expr", "children", message, remedy=remedy, name=path[0])
                return
        try:
            found = self.formula(each)
        except ExpressionErrors as refusal:
            yield from below("/expr", refusal.errors)
            return
        if found.personal:
            message = N_("A formula must not depend on who saves the record.")
            yield problem("/expr", "personal", message, remedy=N_("Use a rule, or the filter of a list."))
        if each.volatile and not found.volatile:
            message = N_("The formula asks for neither today() nor now(), so it can be stored.")
            yield problem("/volatile", "volatile", message, remedy=N_("Take 'volatile' away."))

    def formula(self, each: FormulaField) -> Checked:
        """The checked form; ExpressionErrors with everything that is wrong."""
        scope = FormScope(self._definition, self._types, self._world)
        wanted = scope.field((each.name,))
        return expressions.check(each.expr, _FormulaScope(scope), expect=wanted, volatile_ok=each.volatile)

    def _lookup(self, each: LookupField) -> Iterator[Problem]:
        path = tuple(each.path.split("."))
        steps = followed(path, self._here)
        for place, (there, name) in enumerate(steps):
            own = there.definition.field_named(name)
            if own is None and name not in SYSTEM_FIELDS:
                known = [field.name for field in there.definition.fields]
                remedy, hints = did_you_mean(name, known)
                message = N_("There is no field '{name}'.")
                yield problem("/path", "unknown_field", message, remedy=remedy, name=name, **hints)
                return
            if place < len(path) - 1 and not (isinstance(own, LinkField) and own.form):
                message = N_("'{name}' is no link to one form, so nothing lies behind it.")
                yield problem("/path", "not_a_link", message, name=name)
                return
        if len(steps) == len(path) and self._results.of(each, self._here) is None:
            message = N_("The values of '{name}' cannot be kept with another record.")
            yield problem("/path", "unheld", message, name=each.path)

    def _rollup(self, each: RollupField) -> Iterator[Problem]:
        source, read = source_of(each, self._here), each.read
        if source is None:
            message = N_("'{name}' is no related list or table of this form, and no link that points here.")
            remedy = N_("Name one, or write form.field.")
            yield problem("/of", "not_related", message, remedy=remedy, name=each.of)
            return
        if read is not None and self._results.of(each, self._here) is None:
            known = [field.name for field in source.fields]
            remedy, hints = did_you_mean(read.argument, known) if read.argument not in known else ("", {})
            message = N_("'{function}' cannot be asked of '{name}'.")
            params = {"function": read.function, "name": read.argument, **hints}
            yield problem("/compute", "compute", message, remedy=remedy, **params)
        if each.where is not None:
            yield from self._where(each, source)

    def _where(self, each: RollupField, source: Source) -> Iterator[Problem]:
        try:
            found = self.where(each, source)
        except ExpressionErrors as refusal:
            yield from below("/where", refusal.errors)
            return
        if found.volatile or found.personal:
            message = N_("Which rows count must not depend on the moment, nor on who saves.")
            yield problem("/where", "volatile", message)
        elif not source.is_table:
            yield from self._without_sql(found, source)

    def where(self, each: RollupField, source: Source) -> Checked:
        """The checked form; ExpressionErrors with everything that is wrong."""
        there = source.place
        scope: Scope = (
            RowScope(source.fields, there.definition, self._types, there.world)
            if source.is_table
            else _FormulaScope(FormScope(there.definition, self._types, there.world, hops=0))
        )
        return expressions.check(each.where or "", scope, expect=BOOL)

    def _without_sql(self, found: Checked, source: Source) -> Iterator[Problem]:
        with entities.overlay(changed_entities(self._types, self._world)):
            entity = provisional_entity(source.place.definition, self._types, source.place.world)
            try:
                expressions.require_sqlable(found, EntityColumns(entity, "t"))
            except (NotSqlable, ExpressionError) as refusal:
                yield problem(
                    "/where", refusal.code, refusal.message, remedy=refusal.remedy, **refusal.params
                )

    def expressions(self) -> dict[str, dict[str, Any]]:
        """The checked forms by place ("formula.grade", "where.won_count"), for the meta of a sound definition."""
        found: dict[str, dict[str, Any]] = {}
        for _place, each in computed_fields(self._definition):
            if isinstance(each, FormulaField):
                found[f"formula.{each.name}"] = self.formula(each).to_json()
            elif isinstance(each, RollupField) and each.where is not None:
                source = source_of(each, self._here)
                if source is not None:
                    found[f"where.{each.name}"] = self.where(each, source).to_json()
        return found
