"""How the engine enters the program: everything it contributes, in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from form_engine.dictionary.kind import DictionaryKind
from form_engine.fields.in_use import use_types
from form_engine.fields.registry import FieldTypes, add_built_in
from form_engine.fields.walls import walled
from form_engine.kind.conversion import CONVERT, ConvertStep
from form_engine.kind.cutting import CUT, FILL, CutStep, FillStep
from form_engine.kind.form_kind import FormKind
from form_engine.kind.repeated import UNIQUE, refuse_repeated
from form_engine.kind.sealed_values import SEAL_HISTORY, SealHistoryStep
from form_engine.kind.titles import TITLES, TitlesStep
from form_engine.widgets import add_widget, remove_widget, walled_widget

if TYPE_CHECKING:
    from platform_core.plugins import Registry


def register(registry: Registry) -> None:
    """Declares the extension point `field_type` and enters the engine's kinds, types, steps and routes."""
    types = FieldTypes()
    registry.declare("field_type", types.add, retire=types.stand_in, guard=walled)
    registry.declare("widget", add_widget, retire=remove_widget, guard=walled_widget)
    add_built_in(registry.add_field_type, types)
    use_types(types)
    registry.add_kind(DictionaryKind(types))
    registry.add_kind(FormKind(types))
    registry.add_data_step(CONVERT, ConvertStep(types))
    registry.add_data_step(CUT, CutStep(types))
    registry.add_data_step(FILL, FillStep(types))
    registry.add_data_step(UNIQUE, refuse_repeated)
    registry.add_data_step(TITLES, TitlesStep(types))
    registry.add_data_step(SEAL_HISTORY, SealHistoryStep())
    _enter_dictionaries(registry)
    _enter_indexes(registry)
    _enter_computed(registry)
    _enter_saving()
    _enter_routes(registry)
    _enter_screens(registry)
    _enter_imports(registry)
    _enter_designer(registry)
    _enter_builders(registry)


def _enter_dictionaries(registry: Registry) -> None:
    from form_engine.dictionary import entering

    entering.enter(registry)


def _enter_indexes(registry: Registry) -> None:
    from form_engine import advice
    from form_engine.kind.indexing import EVERY_NIGHT, PUT_RIGHT, put_all_right
    from platform_core import jobs

    registry.add_job_kind(jobs.JobKind(PUT_RIGHT, put_all_right, queue="bulk"))
    registry.add_schedule(EVERY_NIGHT)
    advice.enter(registry)


def _enter_computed(registry: Registry) -> None:
    from form_engine import computed
    from form_engine.kind.computed_filling import COMPUTE, ComputeStep

    computed.enter(registry)
    registry.add_data_step(COMPUTE, ComputeStep())


_leave: list[Callable[[], None]] = []
"""Takes our handlers out of the slots again: a program assembled twice must not do everything twice."""


def _enter_saving() -> None:
    from form_engine import computed
    from form_engine.rules.states import contribute
    from form_engine.saving.choices import refuse_inactive_choices
    from form_engine.saving.images import refuse_what_is_no_picture
    from form_engine.saving.phones import read_phones_in_their_country
    from form_engine.saving.rules import hold_rules
    from form_engine.stages.guard import guard_stages
    from form_engine.stages.matrix import matrix_source
    from form_engine.stages.noting import note_moves
    from platform_core import records

    while _leave:
        _leave.pop()()
    _leave.append(records.on_slot("computed", read_phones_in_their_country))
    _leave.extend(computed.enter_saving())
    _leave.append(records.on_slot("rules", refuse_inactive_choices))
    _leave.append(records.on_slot("rules", refuse_what_is_no_picture))
    _leave.append(records.on_slot("rules", hold_rules))
    _leave.append(records.on_slot("stages", guard_stages))
    _leave.append(records.on_slot("after_write", note_moves))
    _leave.append(contribute(matrix_source))


def _enter_routes(registry: Registry) -> None:
    from form_engine.rest.lists import LIST_ROUTES
    from form_engine.rest.one import ONE_ROUTES
    from form_engine.rest.openapi import record_part
    from form_engine.rest.transitions import TRANSITION_ROUTES

    registry.add_routes((*LIST_ROUTES, *ONE_ROUTES, *TRANSITION_ROUTES))
    registry.add_openapi(record_part)


def _enter_screens(registry: Registry) -> None:
    from form_engine import exports, screens

    registry.add_routes(screens.routes())
    registry.add_templates(screens.TEMPLATES)
    screens.add_globals()
    exports.enter(registry)


def _enter_imports(registry: Registry) -> None:
    from form_engine import imports

    imports.enter(registry)


def _enter_designer(registry: Registry) -> None:
    from form_engine import designer

    designer.enter()
    registry.add_routes(designer.routes())


def _enter_builders(registry: Registry) -> None:
    from form_engine import builders

    builders.enter()
    registry.add_routes(builders.routes())
