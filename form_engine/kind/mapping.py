"""What people say about the values of a field that gets another type: "Deutschland" goes to `de`, "?" nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from form_engine.definition import FieldDef
from form_engine.fields.base import Names
from form_engine.fields.registry import FieldTypes
from platform_core import settings
from platform_core.definitions import World
from platform_core.entities import FieldCodec, FieldProblem, ParseContext
from platform_core.errors import Invalid, Problem
from platform_core.i18n import N_

Pairs = tuple[tuple[Any, Any], ...]
"""(old, new) wire values; a new None: the value goes nowhere."""


def item_of(field: str, path: str = "") -> str:
    """The plan item of a retype, which the answer names."""
    return f"field.{path}.{field}.retyped" if path else f"field.{field}.retyped"


def mappings_in(world: World, fields: Sequence[FieldDef]) -> dict[str, Pairs]:
    """What was said to the retypes of a form's own fields. Raises Invalid for what is no mapping."""
    found: dict[str, Pairs] = {}
    for each in fields:
        given = world.answer(item_of(each.name)).get("map")
        if given is None:
            continue
        try:
            found[each.name] = msgspec.convert(given, Pairs)
        except msgspec.ValidationError as exc:
            message = N_("A mapping is a list of pairs: the old value, the new one.")
            raise Invalid.one(f"/answers/{item_of(each.name)}/map", "type", message) from exc
    return found


class Mapped:
    """The pairs of one field, ready to be asked. Values are told apart by their wire spelling."""

    def __init__(self, pairs: Pairs, known: Mapping[str, object]) -> None:
        self._spelt = {spelt(old): known[spelt(new)] if new is not None else None for old, new in pairs}

    @classmethod
    def of(cls, pairs: Pairs, new: FieldDef, types: FieldTypes, names: Names) -> Mapped | None:
        """None for no pairs. Raises Invalid where a new value is none of the field."""
        if not pairs:
            return None
        codec = types.of(new).codec(new, names)
        targets = {spelt(value): value for _old, value in pairs if value is not None}
        return cls(pairs, {key: _parsed(codec, new, value) for key, value in targets.items()})

    def knows(self, codec: FieldCodec, value: object) -> bool:
        """Whether something was said about a canonical value of the old field."""
        return spelt(codec.to_wire(value)) in self._spelt

    def target(self, codec: FieldCodec, value: object) -> object:
        """Where it goes: a canonical value, or None."""
        return self._spelt[spelt(codec.to_wire(value))]


def spelt(wire: object) -> str:
    """A wire value as text by which equal ones are told."""
    return msgspec.json.encode(wire, order="deterministic").decode()


def _parsed(codec: FieldCodec, new: FieldDef, value: object) -> object:
    ours = settings.current()
    context = ParseContext(language=ours.language, zone=ours.zone, textual=isinstance(value, str))
    try:
        return codec.parse(value, context)
    except FieldProblem as exc:
        place = f"/answers/{item_of(new.name)}/map"
        raise Invalid(
            [Problem(pointer=place, code=exc.code, message=exc.message, params=exc.params)]
        ) from exc
