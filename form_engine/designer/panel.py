"""The properties panel of whatever is chosen: a field, a column of a table, a section, a tab, or the form itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from form_engine.definition import FormDef, SectionDef, TabDef
from form_engine.designer.defaults import default_inputs
from form_engine.designer.drafted import label_of
from form_engine.designer.inputs import Input, inputs_of, struct_schema
from form_engine.designer.offers import offers_for
from form_engine.designer.palette import icon_of
from form_engine.designer.parts import Part, parts_of_field, valued
from form_engine.designer.property_words import choice_word, words_of
from form_engine.fields.in_use import types_in_use
from form_engine.fields.missing import MissingType
from form_engine.fields.registry import FieldTypes
from platform_core import definitions
from platform_core.definitions import Draft
from platform_core.errors import NotFound
from platform_core.i18n import N_, _
from platform_core.web import Option

_FIRST = ("label", "name", "required")
_FINDING = ("unique", "search", "index")
_TEXTS = ("placeholder", "help")
_GUARDING = ("sensitive", "owned_by", "track")
_ELSEWHERE = frozenset({"type", "was", "default", "fields"})
"""Members with a control of their own, and the former name, which a change of the name writes."""
_FORM_KEYS = ("label", "plural", "title", "subtitle", "icon")


class Group(msgspec.Struct, frozen=True):
    """Inputs under one heading; one without a title stands first."""

    title: str
    inputs: tuple[Input, ...]
    open: bool = True


class Column(msgspec.Struct, frozen=True):
    """A column of a table field."""

    name: str
    label: str
    icon: str
    type_label: str


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the panel shows. `at` is the JSON pointer of what is changed, `subject` what the browser calls it."""

    at: str
    what: str
    title: str
    note: str = ""
    icon: str = "gear"
    name: str = ""
    table: str = ""
    """For a column: what its table is called."""
    groups: tuple[Group, ...] = ()
    types: tuple[Option, ...] = ()
    type: str = ""
    widgets: tuple[Option, ...] = ()
    columns: tuple[Column, ...] | None = None
    column_types: tuple[Option, ...] = ()
    parts: tuple[Part, ...] = ()
    away: bool = False


def panel_at(draft: Draft, at: str) -> Panel:
    """The panel of a pointer: "", "/fields/3", "/fields/3/fields/0", "/layout/tabs/0" or ".../sections/1"."""
    raw = valued(draft.definition, at) if at else draft.definition
    if not isinstance(raw, Mapping):
        raise NotFound()
    steps = at.split("/")[1:]
    if not steps:
        return _plain("form", at, raw, FormDef, _FORM_KEYS, label_of(raw), _("Form"))
    if steps[0] == "fields":
        return _field_panel(draft, at, raw, in_rows=len(steps) == 4)
    if steps[:2] == ["layout", "tabs"] and len(steps) == 3:
        return _plain("tab", at, raw, TabDef, ("label",), label_of(raw) or _("Tab"), _("Tab"))
    if len(steps) == 5 and steps[3] == "sections":
        return _plain("section", at, raw, SectionDef, ("label",), label_of(raw) or _("Section"), _("Section"))
    raise NotFound()


def _plain(
    what: str,
    at: str,
    raw: Mapping[str, object],
    struct: type[msgspec.Struct],
    keys: Sequence[str],
    title: str,
    note: str,
) -> Panel:
    found = {one.key: one for one in inputs_of(struct_schema(struct), raw, lambda _key: None)}
    icon = {"form": "gear", "tab": "outline", "section": "columns"}[what]
    inputs = tuple(found[key] for key in keys if key in found)
    return Panel(at=at, what=what, title=title, note=note, icon=icon, groups=(Group("", inputs),))


def _field_panel(draft: Draft, at: str, raw: Mapping[str, object], *, in_rows: bool) -> Panel:
    types = types_in_use()
    name, type_name = str(raw.get("name") or ""), str(raw.get("type") or "")
    plain = Panel(
        at=at,
        what="column" if in_rows else "field",
        title=label_of(raw),
        icon=icon_of(type_name),
        name=name,
        table=_table_of(draft, at) if in_rows else "",
        type=type_name,
        types=tuple(_type_options(types, in_rows=in_rows)),
    )
    if type_name not in types.names() or isinstance(types.named(type_name), MissingType):
        return msgspec.structs.replace(plain, away=True, note=type_name)
    kind = types.named(type_name)
    parts = () if in_rows else parts_of_field(type_name)
    taken = {part.at.rpartition("/")[2] for part in parts if part.at.count("/") == 3}
    found = {
        one.key: one
        for one in inputs_of(struct_schema(kind.definition), raw, offers_for(draft, raw))
        if one.key not in _ELSEWHERE and one.key not in taken
    }
    return msgspec.structs.replace(
        plain,
        note=_(kind.label),
        groups=tuple(_groups(found, () if "default" in taken else default_inputs(draft, raw))),
        widgets=() if in_rows else tuple(_widget_options(kind.widgets)),
        columns=tuple(_columns(types, raw)) if type_name == "table" else None,
        column_types=tuple(_type_options(types, in_rows=True)),
        parts=parts,
    )


def _table_of(draft: Draft, at: str) -> str:
    found = valued(draft.definition, at.rpartition("/fields/")[0])
    return label_of(found) if isinstance(found, Mapping) else ""


def _groups(found: Mapping[str, Input], defaults: Iterable[Input]) -> Iterable[Group]:
    named = {*_FIRST, *_FINDING, *_TEXTS, *_GUARDING}
    specific = [one for key, one in found.items() if key not in named]
    # What a type cannot do without stands where it is seen first.
    yield Group(
        "",
        _those(found, _FIRST[:2]) + tuple(one for one in specific if one.needed) + _those(found, _FIRST[2:]),
    )
    optional = tuple(one for one in specific if not one.needed)
    if optional:
        yield Group(_(_OPTIONS), optional)
    given = tuple(defaults)
    if given:
        yield Group(words_of("default")[0], given, open=any(one.value not in (None, "") for one in given))
    for title, keys in ((_ASSIST, _TEXTS), (_FIND, _FINDING), (_GUARD, _GUARDING)):
        inputs = _those(found, keys)
        if inputs:
            yield Group(_(title), inputs, open=any(one.value != json.loads(one.start) for one in inputs))


_OPTIONS = N_("Options of this type")
_ASSIST = N_("Help while filling in")
_FIND = N_("Finding and sorting")
_GUARD = N_("Protection and history")


def _those(found: Mapping[str, Input], keys: Sequence[str]) -> tuple[Input, ...]:
    return tuple(found[key] for key in keys if key in found)


def _type_options(types: FieldTypes, *, in_rows: bool) -> Iterable[Option]:
    made = [
        Option(kind.name, _(kind.label))
        for kind in types.all()
        if not isinstance(kind, MissingType) and (kind.in_rows or not in_rows)
    ]
    return sorted(made, key=lambda one: one.label.casefold())


def _widget_options(widgets: Sequence[str]) -> Iterable[Option]:
    if len(widgets) < 2:
        return ()
    return [Option(name, choice_word(name)) for name in widgets]


def _columns(types: FieldTypes, raw: Mapping[str, object]) -> Iterable[Column]:
    held = raw.get("fields")
    for one in held if isinstance(held, list) else ():
        if isinstance(one, Mapping):
            type_name = str(one.get("type") or "")
            known = type_name in types.names()
            told = _(types.named(type_name).label) if known else type_name
            yield Column(str(one.get("name") or ""), label_of(one), icon_of(type_name), told)


def published_names(draft: Draft) -> list[str]:
    """The fields that are published: renaming one of them keeps its values, and says so."""
    found = definitions.catalog().get("form", draft.key.full_name)
    made = found.definition if found is not None else None
    return [one.name for one in made.fields] if isinstance(made, FormDef) else []
