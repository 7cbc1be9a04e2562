"""Values that rules fill in, before anything else is asked."""

from __future__ import annotations

from form_engine.rules.case import Case, Row, is_blank
from form_engine.rules.ruleset import Rule, Setting
from form_engine.rules.spots import Spot, Tables, children_of, spots_of
from form_engine.rules.states import Reason, name_of
from platform_core.entities import EntityField, FieldProblem, ParseContext
from platform_core.expressions import EvaluationError
from platform_core.i18n import N_
from platform_core.records import Save, as_stored


def fill_in(save: Save, case: Case, tables: Tables) -> bool:
    """Gives every field the value that a rule has for it. Answers whether something is another than before."""
    changed = False
    for rule in case.rules.setting:
        for setting in rule.settings:
            for place in case.places(rule, setting.table, per_row=bool(setting.table)):
                changed |= _fill_one(save, case, tables, rule, setting, place)
    return changed


def _fill_one(
    save: Save, case: Case, tables: Tables, rule: Rule, setting: Setting, place: int | None
) -> bool:
    path = setting.path if place is None else f"{setting.table}.{place}.{setting.column}"
    spot = next(spots_of(save, path, tables), None)
    if spot is None or spot.has_failed or _is_elsewhere(spot):
        return False
    try:
        value = _fitting(spot.field, setting.run(case.env), save)
    except EvaluationError as exc:
        message = N_("The rule '{rule}' cannot be computed: {reason}")
        _refuse(spot, "rule_failed", message, rule=_name(rule, save), reason=exc.text)
        return False
    except FieldProblem as exc:
        _refuse(spot, exc.code, str(exc), remedy=exc.remedy, **exc.params)
        return False
    if value == spot.value:
        case.applied.add(path)
        return False
    if spot.is_changed and not setting.free and not is_blank(spot.value):
        message = N_("The rule '{rule}' fills this in.")
        _refuse(spot, "set_by_rule", message, remedy=N_("Leave it out."), rule=_name(rule, save))
        return False
    case.applied.add(path)
    _put(save, case, setting, spot, place, value)
    if place is not None:
        rows = tables[setting.table]
        rows[place] = Row({**rows[place].values, setting.column: value}, rows[place].before)
    return True


def _is_elsewhere(spot: Spot) -> bool:
    """Whether it belongs to a related record that is not part of this save: that one meets the rule when it is."""
    return spot.field.children is not None


def _fitting(field: EntityField, value: object, save: Save) -> object:
    """The value as the field takes it: within its length, its bounds and its scale. Raises FieldProblem."""
    stored = as_stored(field, value)
    if stored is None:
        return None
    context = ParseContext(language=save.actor.language, zone=save.actor.zone)
    return field.codec.parse(field.codec.to_wire(stored), context)


def _put(save: Save, case: Case, setting: Setting, spot: Spot, place: int | None, value: object) -> None:
    if place is None:
        save.set(setting.path, value)
        save.given.discard(setting.path)
        case.record[setting.path] = value
        return
    case.record[setting.path] = value
    parent = save.entity.fields[setting.table]
    if parent.children is not None:
        child = children_of(save, setting.table)[place]
        child.set(setting.column, value)
        child.given.discard(setting.column)
        return
    save.set_cell(setting.table, place, setting.column, value)
    case.record[setting.table] = save.values[setting.table]


def _refuse(spot: Spot, code: str, message: str, *, remedy: str = "", **params: object) -> None:
    spot.save.refuse(spot.name, code, message, below=spot.below, remedy=remedy, **params)


def _name(rule: Rule, save: Save) -> str:
    return name_of(Reason("rule", rule.id, "set", rule.definition.label), save.actor.language)
