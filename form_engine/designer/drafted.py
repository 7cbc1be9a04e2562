"""A draft as far as it can be drawn: each field by itself, so that one that is wrong spoils no other."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from random import Random

import msgspec

from form_engine.definition import FieldDef, FormDef, LayoutDef
from form_engine.fields.in_use import types_in_use
from form_engine.fields.registry import FieldTypes
from form_engine.kind.allot import Allotter
from form_engine.kind.compile import field_of_draft
from form_engine.kind.generated import full_layout
from form_engine.kind.meta import Layout
from form_engine.kind.names import ResolvedNames, names_in
from platform_core import clock, definitions, i18n
from platform_core.definitions import Draft, Key, World
from platform_core.entities import EntityField
from platform_core.errors import TradewindError

_log = logging.getLogger("tradewind.designer")


class DraftedField(msgspec.Struct, frozen=True, kw_only=True):
    """One field of the draft. `field` is None where it cannot be drawn yet; `demo` is a wire value."""

    name: str
    place: int
    raw: Mapping[str, object]
    type: str
    label: str
    field: EntityField | None = None
    definition: FieldDef | None = None
    demo: object = None


def raw_fields(definition: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The entries of `fields` that are objects; whatever else stands there is nobody's field."""
    found = definition.get("fields")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, Sequence) else []


def label_of(raw: Mapping[str, object]) -> str:
    """The label of a field, tab or section for the reader; its name where it has none."""
    given = raw.get("label")
    found = i18n.label({str(k): str(v) for k, v in given.items()}) if isinstance(given, Mapping) else ""
    return found or str(raw.get("name") or "").replace("_", " ").capitalize()


def drafted(draft: Draft, only: frozenset[str] | None = None) -> Iterator[DraftedField]:
    """The fields of a draft, in its order; with `only` those of these names."""
    types, key = types_in_use(), draft.key
    world = World(definitions.catalog(), {}, key)
    for place, raw in enumerate(raw_fields(draft.definition)):
        name = str(raw.get("name") or "")
        if only is None or name in only:
            yield _drafted(types, key, world, place, raw, name)


def _drafted(
    types: FieldTypes, key: Key, world: World, place: int, raw: Mapping[str, object], name: str
) -> DraftedField:
    plain = DraftedField(
        name=name, place=place, raw=raw, type=str(raw.get("type") or ""), label=label_of(raw)
    )
    made = types.decode(raw)
    if made is None:
        return plain
    try:
        names = _names(types, key, world, made)
        field = _entity_field(types, names, made)
        demo = types.of(made).demo(made, names, Random(name))
    except TradewindError:
        return plain
    except Exception:  # noqa: BLE001 - whatever one field does, the others are drawn
        # A type of a plugin, or an option that only publishing checks: the canvas is drawn all the same.
        _log.exception("the field %s of %s cannot be drawn", name, key.text)
        return plain
    return msgspec.structs.replace(plain, field=field, definition=made, demo=demo)


def _names(types: FieldTypes, key: Key, world: World, made: FieldDef) -> ResolvedNames:
    alone = FormDef(name=key.name, label={}, fields=(made,))
    return names_in(alone, types, world)


def _entity_field(types: FieldTypes, names: ResolvedNames, made: FieldDef) -> EntityField:
    now = clock.now()
    layout = Allotter(types, names, now, now).allot("draft", (made,), (), Layout()).layout
    return field_of_draft(types, names, made, layout.slots[made.name])


def generated_layout(draft: Draft) -> dict[str, object]:
    """The layout that the fields have where the draft names none, as JSON."""
    types = types_in_use()
    made = [one for raw in raw_fields(draft.definition) if (one := types.decode(raw)) is not None]
    known = {one.name for one in made}
    layout: LayoutDef = full_layout(FormDef(name=draft.key.name, label={}, fields=tuple(made)), types)
    found: dict[str, object] = _plain(msgspec.to_builtins(layout))
    # A field that is not complete yet stands with the others all the same.
    missing = [str(one.get("name")) for one in raw_fields(draft.definition) if one.get("name") not in known]
    if missing:
        found["tabs"][0]["sections"][0]["fields"] += missing  # type: ignore[index]  # made by full_layout
    return found


def _plain(layout: dict[str, object]) -> dict[str, object]:
    """Without what is as it is by itself: no widget of none, no label of none."""
    for tab in layout["tabs"]:  # type: ignore[attr-defined]  # made by full_layout
        for section in tab["sections"]:
            section["fields"] = [_placed(one) for one in section["fields"]]
    return layout


def _placed(place: object) -> object:
    if isinstance(place, dict) and place.get("widget") is None:
        return {name: value for name, value in place.items() if name != "widget"}
    return place
