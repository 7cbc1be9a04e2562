"""Computed fields that are made from themselves, whatever forms the way back leads through."""

from __future__ import annotations

from form_engine.fields.computed import ComputedField
from form_engine.kind.computed_places import Place, inputs_of
from platform_core.definitions import Key

Spot = tuple[Key, str]


def circle_of(each: ComputedField, here: Place) -> list[str]:
    """The way from a field back to itself ("deal.total", "account.sum", "deal.total"); empty where there is none."""
    start = (here.key, each.name)
    done: set[Spot] = set()
    way: list[Spot] = []

    def leads_back(field: ComputedField, place: Place) -> bool:
        way.append((place.key, field.name))
        for there, name in inputs_of(field, place):
            spot = (there.key, name)
            if spot == start:
                return True
            own = there.definition.field_named(name)
            if isinstance(own, ComputedField) and spot not in done:
                done.add(spot)
                if leads_back(own, there):
                    return True
        way.pop()
        return False

    if not leads_back(each, here):
        return []
    return [_spelt(key, name, here) for key, name in (*way, start)]


def _spelt(key: Key, name: str, here: Place) -> str:
    form = key.name if key.app == here.key.app else key.full_name
    return f"{form}.{name}"
