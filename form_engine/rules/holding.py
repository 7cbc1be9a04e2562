"""Rules in front of one save: what is hidden or closed is not written, what is required is there, checks pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from form_engine.rules.case import Case, is_blank, watches
from form_engine.rules.ruleset import Offer, Rule
from form_engine.rules.spots import Spot, Tables, spots_of
from form_engine.rules.states import FieldState, Judge, Reason, name_of
from form_engine.rules.targets import table_of
from platform_core import i18n, permissions
from platform_core.expressions import EvaluationError
from platform_core.i18n import N_
from platform_core.records import Save

Changed = frozenset[str] | None
"""The fields that a save changes; None for a new record, of which everything is new."""


def hold(save: Save, case: Case, tables: Tables, judges: Sequence[Judge]) -> None:
    """Notes everything about the save that the rules refuse."""
    written = None if save.is_new else frozenset(save.changed_fields())
    changed = None if written is None else written | save.given
    for path, state in case.states(judges).items():
        if not _is_quiet(save, path, state):
            for spot in spots_of(save, path, tables):
                _hold_state(spot, state, case, changed)
    if case.rules:
        changed = written
        for rule in case.rules.offering:
            _hold_offers(save, rule, case, tables, changed)
        for rule in case.rules.checking:
            _hold_check(save, rule, case, tables, changed)


def _is_quiet(save: Save, path: str, state: FieldState) -> bool:
    """Whether there is nothing to say about a plain field: closed and not sent, or open and not lacking anything."""
    field = save.entity.fields.get(path)
    if field is None or not field.columns:
        return False
    if not state.visible or state.read_only:
        save.excused.add(path)
        return path not in save.given
    return not state.required or not is_blank(save.values.get(path))


def _hold_state(spot: Spot, state: FieldState, case: Case, changed: Changed) -> None:
    if not state.visible or state.read_only:
        _excuse(spot)
        if spot.field.owned_by and permissions.acts_for_outside(spot.save.actor):
            return  # the outside system leads the field; rules tell people what to do
        if spot.is_changed and spot.path not in case.applied and not spot.has_failed:
            _refuse_closed(spot, state)
        return
    if not state.required or not is_blank(spot.value) or spot.has_failed or spot.field.required:
        return
    reasons = [each for each in state.because if each.effect == "required"]
    if spot.is_new or spot.given or watches(reasons, changed):
        rule = _name(reasons[0], spot.save)
        message, remedy = N_("This is required."), N_("Fill it in: see '{rule}'.")
        _refuse(spot, "required", message, remedy=remedy, rule=rule)


def _refuse_closed(spot: Spot, state: FieldState) -> None:
    if not state.visible:
        reason = state.reason("hidden")
        message, code = N_("This field is hidden here by '{rule}'."), "hidden"
    else:
        reason = state.reason("read_only") or state.reason("set")
        message, code = N_("This field is closed here by '{rule}'."), "read_only"
    rule = _name(reason, spot.save) if reason is not None else ""
    spot.save.refuse(spot.name, code, message, below=spot.below, remedy=N_("Leave it out."), rule=rule)


def _refuse(spot: Spot, code: str, message: str, *, remedy: str = "", rule: str = "", text: str = "") -> None:
    """Notes a problem at its place; one about a field that the actor does not know at all names no field."""
    save, name = spot.save, spot.name
    known = save.access.visible(name) if save.rights is None else name in save.rights.levels
    if known or name in save.given:
        save.refuse(name, code, message, below=spot.below, remedy=remedy, rule=rule, text=text)
        return
    hidden = N_("Something that you may not see does not keep to '{rule}'.")
    if any(each.message == hidden and each.params.get("rule") == rule for each in save.problems):
        return  # said once; the rules are asked again after what they have set was computed
    save.refuse("", "rule", hidden, remedy=N_("Ask somebody who may see all of the record."), rule=rule)


def _excuse(spot: Spot) -> None:
    """A required field that nobody can fill in may stay blank; of a cell that has been noted already."""
    if not spot.below:
        spot.save.excused.add(spot.name)
        return
    place = f"{spot.save.pointer}/{spot.name}{spot.below}"
    problems = spot.save.problems
    kept = [each for each in problems if each.pointer != place or each.code != "required"]
    if len(kept) != len(problems):
        problems[:] = kept
        if not any(each.pointer.startswith(f"{spot.save.pointer}/{spot.name}") for each in kept):
            spot.save.failed.discard(spot.name)


def _hold_offers(save: Save, rule: Rule, case: Case, tables: Tables, changed: Changed) -> None:
    for offer in rule.offers:
        for place in case.places(rule, offer.table, per_row=bool(offer.table)):
            path = offer.path if place is None else f"{offer.table}.{place}.{offer.column}"
            for spot in spots_of(save, path, tables):
                asked = changed is None or rule.watched & changed or spot.value != spot.before
                if asked and not spot.has_failed and not offered(offer, spot.value, case):
                    message = N_("This value is not offered here: see '{rule}'.")
                    remedy = N_("Choose another value.")
                    _refuse(spot, "not_offered", message, remedy=remedy, rule=_called(rule, save))


def offered(offer: Offer, value: object, case: Case) -> bool:
    """Whether a value may be picked: each of several, where the field holds a list. Nothing may always be picked."""
    if is_blank(value):
        return True
    standing = case.record.get(offer.path)
    try:
        for one in value if isinstance(value, tuple) else (value,):
            case.record[offer.path] = one
            if not case.holds(offer.run):
                return False
        return True
    finally:
        case.record[offer.path] = standing


def _hold_check(save: Save, rule: Rule, case: Case, tables: Tables, changed: Changed) -> None:
    if changed is not None and not rule.watched & changed:
        return
    at = rule.definition.at or ""
    table = rule.check_rows or rule.rows or table_of(at)
    for place in case.places(rule, table, per_row=bool(rule.check_rows)):
        if _passes(rule, case):
            continue
        path = at if place is None or not at else f"{table}.{place}.{at.rpartition('.')[2]}"
        _refuse_check(save, rule, path, tables)


def _passes(rule: Rule, case: Case) -> bool:
    try:
        return rule.passes is None or rule.passes(case.env) is True
    except EvaluationError:
        return False


def _refuse_check(save: Save, rule: Rule, path: str, tables: Tables) -> None:
    text = i18n.label(rule.definition.message, save.actor.language)
    message = N_("{text}") if text else N_("The rule '{rule}' does not hold.")
    spots: Iterable[Spot] = spots_of(save, path, tables) if path else ()
    spot = next(iter(spots), None)
    if spot is None:
        save.refuse("", "rule", message, text=text, rule=_called(rule, save))
    elif not spot.has_failed:
        _refuse(spot, "rule", message, text=text, rule=_called(rule, save))


def _called(rule: Rule, save: Save) -> str:
    return i18n.label(rule.definition.label, save.actor.language) or rule.id


def _name(reason: Reason, save: Save) -> str:
    return name_of(reason, save.actor.language)
