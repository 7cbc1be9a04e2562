"""What a property may be chosen from: choice lists, forms, fields of this form or of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from form_engine.definition import FormDef
from form_engine.designer.drafted import label_of, raw_fields
from form_engine.designer.inputs import Offers
from platform_core import definitions, i18n
from platform_core.definitions import AmbiguousName, Draft, World
from platform_core.web import Option


def offers_for(draft: Draft, raw: Mapping[str, object]) -> Offers:
    """The offers for one field of a draft."""
    world = World(definitions.catalog(), {}, draft.key)

    def offered(key: str) -> Sequence[Option] | None:
        if key == "dictionary":
            return named(world, "dictionary")
        if key in ("form", "forms"):
            return _with_itself(named(world, "form"), draft)
        if key == "by":
            return _links_here(world, draft, str(raw.get("form") or ""))
        if key == "region_from":
            return own_fields(draft, "country")
        if key == "of":
            return own_fields(draft, "children", "table", "links")
        return None

    return offered


def named(world: World, kind: str) -> list[Option]:
    """Every definition of a kind, by its label; called as this form would call it."""
    found = [(name, _label(world, kind, name)) for name in world.names(kind)]
    return [Option(name, label or name) for name, label in sorted(found, key=lambda one: one[1].casefold())]


def own_fields(draft: Draft, *types: str) -> list[Option]:
    """Fields of this form of the given types; of all without any."""
    return [
        Option(str(one.get("name") or ""), label_of(one))
        for one in raw_fields(draft.definition)
        if not types or one.get("type") in types
    ]


def _with_itself(found: list[Option], draft: Draft) -> list[Option]:
    if any(one.value in (draft.key.name, draft.key.full_name) for one in found):
        return found
    return [Option(draft.key.name, label_of(draft.definition)), *found]


def _links_here(world: World, draft: Draft, form: str) -> list[Option]:
    """The links of another form (or of this one) that point to this form."""
    ours = (draft.key.name, draft.key.full_name)
    if form in ours:
        return [
            Option(str(one.get("name")), label_of(one))
            for one in raw_fields(draft.definition)
            if one.get("type") == "link" and one.get("form") in ours
        ]
    other = world.find("form", form) if form else None
    if not isinstance(other, FormDef):
        return []
    pointing = [one for one in other.fields if getattr(one, "form", None) in ours]
    return [
        Option(one.name, i18n.label(one.label) or one.name)
        for one in pointing
        if type(one).__struct_config__.tag == "link"
    ]


def _label(world: World, kind: str, name: str) -> str:
    try:
        key = world.resolve(kind, name)
    except AmbiguousName:
        return name
    found = world.definition(key) if key is not None else None
    return i18n.label(getattr(found, "label", None) or {}) or name
