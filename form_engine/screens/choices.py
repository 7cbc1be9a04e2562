"""Options of dictionary fields, with the colours their signs have."""

from __future__ import annotations

from typing import cast

from form_engine.dictionary.compiled import Dictionary
from platform_core import definitions
from platform_core.entities import EntityField
from platform_core.web import Option, Tone

_TONES: dict[str, Tone] = {
    "green": "good", "blue": "sky", "amber": "gold", "yellow": "gold", "orange": "warm", "red": "danger",
    "purple": "plum", "violet": "plum", "teal": "primary",
}  # fmt: skip


def dictionary_of(field: EntityField) -> Dictionary | None:
    """The published dictionary of a choice field."""
    if field.dictionary is None:
        return None
    compiled = definitions.catalog().get("dictionary", field.dictionary)
    return cast(Dictionary, compiled.object) if compiled is not None else None


def options_of_field(field: EntityField, *held: str) -> tuple[Option, ...]:
    """The active values of a choice field, and those that `held` names although they are switched off."""
    dictionary = dictionary_of(field)
    if dictionary is None:
        return ()
    offered = [value for value in dictionary.values.values() if value.active or value.key in held]
    return tuple(
        Option(value.key, ("\u2003" * value.depth) + dictionary.text(value.key), tone_of(value.color))
        for value in offered
    )


def choice_sign(field: EntityField, key: str) -> tuple[str, Tone]:
    """(label, tone) of one value."""
    dictionary = dictionary_of(field)
    if dictionary is None:
        return key, ""
    value = dictionary.values.get(key)
    return dictionary.text(key), tone_of(value.color) if value is not None else ""


def tone_of(color: str | None) -> Tone:
    """The tone of a dictionary colour; grey and unknown colours have none."""
    return _TONES.get(color or "", "")
