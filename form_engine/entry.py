"""How the engine enters the program: everything it contributes, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from form_engine.dictionary.kind import DictionaryKind
from form_engine.fields.in_use import use_types
from form_engine.fields.registry import FieldTypes, add_built_in
from form_engine.kind.conversion import CONVERT, CUT, ConvertStep, CutStep
from form_engine.kind.form_kind import FormKind

if TYPE_CHECKING:
    from platform_core.plugins import Registry


def register(registry: Registry) -> None:
    """Declares the extension point `field_type` and enters the engine's kinds, types, steps and routes."""
    types = FieldTypes()
    registry.declare("field_type", types.add)
    add_built_in(registry.add_field_type, types)
    use_types(types)
    registry.add_kind(DictionaryKind(types))
    registry.add_kind(FormKind(types))
    registry.add_data_step(CONVERT, ConvertStep(types))
    registry.add_data_step(CUT, CutStep(types))
