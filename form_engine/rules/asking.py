"""The states of a record's fields for somebody who looks at it: a screen, `why`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from form_engine.rules.case import Case
from form_engine.rules.holding import offered
from form_engine.rules.loading import load
from form_engine.rules.ruleset import RuleSet
from form_engine.rules.setting import fill_in
from form_engine.rules.spots import rows_of
from form_engine.rules.states import (
    FREE,
    FieldState,
    Judge,
    Reason,
    RuledForm,
    Verdict,
    judges_of,
    merge,
)
from form_engine.rules.targets import column_of
from platform_core import definitions, permissions, records, settings
from platform_core.database import new_id
from platform_core.entities import Entity, EntityField, FieldProblem, ParseContext, Ref
from platform_core.identity import Actor
from platform_core.records import Save, WriteOptions


class FormWithRules(RuledForm, Protocol):
    """A compiled form."""

    @property
    def rules(self) -> RuleSet: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A record in front of its rules. `states` by path, with everything that is required by itself; `values` are the
    canonical values as the rules leave them; `case` answers further questions about the same record."""

    states: Mapping[str, FieldState]
    values: Mapping[str, object]
    save: Save
    case: Case

    def state(self, path: str) -> FieldState:
        """The state of a field or cell; that of a column holds for each of its cells."""
        found = self.states.get(path)
        if found is not None or path.count(".") < 2:
            return found or FREE
        return self.states.get(f"{path.split('.', 1)[0]}.{column_of(path)}", FREE)


def has_states(form: FormWithRules) -> bool:
    """Whether anything speaks about the form's fields at all."""
    return bool(form.rules) or bool(judges_of(form))


async def ask(
    form: FormWithRules, actor: Actor, *, record: str | None = None, typed: Mapping[str, object] | None = None
) -> Asked:
    """The states of a stored record (None: a new one) as they would be with what somebody has typed.

    Typed values are texts as a form posts them; one that its field refuses counts as not typed. The caller has made
    sure that the actor sees the record. Raises NotFound.
    """
    save = await _save(form.entity, actor, record)
    _type_in(save, typed or {})
    if form.rules:
        await load(form.rules, [save])
    tables = {name: rows_of(save, name) for name in form.rules.tables}
    case = Case(form.rules, records.environment(save), actor, tables)
    if form.rules.setting:
        fill_in(save, case, tables)
    return Asked(_states(form.entity, case, judges_of(form)), save.values, save, case)


async def _save(entity: Entity, actor: Actor, record: str | None) -> Save:
    """A save that is never carried out."""
    before = await records.stored_values(entity, record) if record is not None else None
    values = dict(before) if before is not None else records.default_values(entity, actor)
    save = Save(
        entity=entity,
        actor=actor,
        options=WriteOptions(),
        access=permissions.access(entity, actor),
        id=record or new_id(),
        raw={},
        before=before,
        values=values,
        zone=settings.current().zone,
    )
    if before is not None:
        tables = [field.name for field in entity.own_fields if field.rows is not None]
        await records.load_table_rows([save], tables)
    return save


def _type_in(save: Save, typed: Mapping[str, object]) -> None:
    context = ParseContext(language=save.actor.language, zone=save.actor.zone, textual=True)
    for name, raw in typed.items():
        field = save.entity.fields.get(name)
        if field is None or field.children is not None:
            continue
        if field.rows is not None:
            save.values[name] = tuple(_row(field, row, context) for row in _listed(raw))
            continue
        parsed = _parsed(field, raw, context)
        if parsed is not _UNREADABLE:
            save.values[name] = parsed


def _row(field: EntityField, raw: Mapping[str, object], context: ParseContext) -> dict[str, object]:
    cells = field.rows.fields if field.rows is not None else {}
    row: dict[str, object] = {"id": str(raw.get("id") or new_id())}
    for name, cell in cells.items():
        value = _parsed(cell, raw.get(name), context) if cell.columns else None
        row[name] = None if value is _UNREADABLE else value
    return row


def _listed(raw: object) -> Iterator[Mapping[str, object]]:
    for row in raw if isinstance(raw, list | tuple) else ():
        if isinstance(row, Mapping):
            yield row


_UNREADABLE = object()


def _parsed(field: EntityField, raw: object, context: ParseContext) -> object:
    try:
        value = field.codec.parse(raw, context)
    except FieldProblem:
        return _UNREADABLE
    return value.id or _UNREADABLE if isinstance(value, Ref) else value


def _states(entity: Entity, case: Case, judges: Sequence[Judge]) -> dict[str, FieldState]:
    verdicts = [*case.verdicts(judges), *_offers(entity, case)]
    required = [field.name for field in entity.own_fields if field.required]
    return merge(verdicts, required)


def _offers(entity: Entity, case: Case) -> Iterator[Verdict]:
    """What rules leave of the offer of choices; links are asked for one by one."""
    for rule in case.rules.offering:
        reason = Reason("rule", rule.id, "options", rule.definition.label, rule.watched)
        for offer in rule.offers:
            field = _field_at(entity, offer.table, offer.column)
            if field is None or field.dictionary is None:
                continue
            for place in case.places(rule, offer.table, per_row=bool(offer.table)):
                path = offer.path if place is None else f"{offer.table}.{place}.{offer.column}"
                yield Verdict(
                    path, reason, frozenset(k for k in keys_of(field.dictionary) if offered(offer, k, case))
                )


def _field_at(entity: Entity, table: str, column: str) -> EntityField | None:
    if not table:
        return entity.fields.get(column)
    parent = entity.fields.get(table)
    return parent.rows.fields.get(column) if parent is not None and parent.rows is not None else None


def keys_of(dictionary: str) -> tuple[str, ...]:
    """The keys of a published choice list."""
    found = definitions.catalog().get("dictionary", dictionary)
    return tuple(getattr(found.object, "values", ())) if found is not None else ()
