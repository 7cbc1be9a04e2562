"""The field types of this process: those that entered when the program was assembled."""

from __future__ import annotations

from form_engine.fields.registry import FieldTypes

_types: FieldTypes | None = None


def use_types(types: FieldTypes) -> None:
    """Work with these types from now on."""
    global _types
    _types = types


def types_in_use() -> FieldTypes:
    """The types in use. RuntimeError before the engine has entered."""
    if _types is None:
        raise RuntimeError("the form engine has not entered: call form_engine.register(registry)")
    return _types
