"""The handler of the slot `rules`: every save through every door meets the rules of its form here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from form_engine.kind.compile import CompiledForm
from form_engine.rules.case import Case
from form_engine.rules.holding import hold
from form_engine.rules.loading import load
from form_engine.rules.setting import fill_in
from form_engine.rules.spots import Tables, rows_of
from form_engine.rules.states import Judge, judges_of
from platform_core import definitions, records
from platform_core.entities import Entity
from platform_core.records import Save

_ROUNDS = 3
"""How often rules and formulas are asked again after a rule has filled something in."""


async def hold_rules(saves: Sequence[Save]) -> None:
    """Fills in what rules fill in, and notes what they refuse."""
    for group in _by_form(saves):
        form = _form_of(group[0].entity)
        if form is None:
            continue
        judges = judges_of(form)
        if form.rules or judges:
            await _hold(form, group, judges)


async def _hold(form: CompiledForm, saves: Sequence[Save], judges: Sequence[Judge]) -> None:
    if form.rules:
        await load(form.rules, saves)
    cases = [_case(form, save) for save in saves]
    if form.rules.setting:
        cases = await _fill_in(form, saves, cases)
    for save, (case, tables) in zip(saves, cases, strict=True):
        hold(save, case, tables, judges)


async def _fill_in(
    form: CompiledForm, saves: Sequence[Save], cases: list[tuple[Case, Tables]]
) -> list[tuple[Case, Tables]]:
    """Rules fill in, formulas follow, and what rules read may be another then; an end is made after a few rounds."""
    for _round in range(_ROUNDS):
        filled = [
            place for place, save in enumerate(saves) if fill_in(save, cases[place][0], cases[place][1])
        ]
        if not filled or not _computes(form.entity):
            break
        await records.run_slot("computed", [saves[place] for place in filled])
        for place in filled:
            applied = cases[place][0].applied
            cases[place] = _case(form, saves[place])
            cases[place][0].applied |= applied
    return cases


def _case(form: CompiledForm, save: Save) -> tuple[Case, Tables]:
    tables = {name: rows_of(save, name) for name in form.rules.tables} if form.rules else {}
    return Case(form.rules, records.environment(save), save.actor, tables), tables


def _computes(entity: Entity) -> bool:
    return any(getattr(field, "computed", None) for field in entity.own_fields)


def _form_of(entity: Entity) -> CompiledForm | None:
    found = definitions.catalog().get("form", entity.key)
    return found.object if found is not None and isinstance(found.object, CompiledForm) else None


def _by_form(saves: Sequence[Save]) -> Iterator[list[Save]]:
    groups: dict[str, list[Save]] = {}
    for save in saves:
        groups.setdefault(save.entity.key, []).append(save)
    yield from groups.values()
