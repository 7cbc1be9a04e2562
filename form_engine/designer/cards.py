"""Cards of the canvas: each field drawn by the macros of the record screen, with a demo value."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import cast

import msgspec
from markupsafe import Markup

from form_engine.designer.drafted import DraftedField
from form_engine.designer.palette import WIDE, icon_of
from form_engine.fields.in_use import types_in_use
from form_engine.kind.names import NO_NAMES
from form_engine.screens.editing import ControlView
from form_engine.screens.records import help_of
from platform_core import entities, i18n, web
from platform_core.entities import EntityField
from platform_core.i18n import _

_log = logging.getLogger("tradewind.designer")

_CONTROLS = "form_engine/_controls.html"
_DEMO_PERSON = "Li Na"
_DEMO_ID = "demo"
_SAMPLE_COLUMNS = 4


class SampleList(msgspec.Struct, frozen=True):
    """A related list with one row: (label, field, wire) of each column."""

    columns: tuple[tuple[str, EntityField, object], ...] = ()


class CardView(msgspec.Struct, frozen=True, kw_only=True):
    """A field on the canvas: its drawn control in `body`, a `sample` of a related list, or neither where something is
    missing yet; `signs` are (icon, text)."""

    name: str
    label: str
    type: str
    type_label: str
    icon: str
    wide: bool = False
    body: Markup = Markup()
    sample: SampleList | None = None
    signs: tuple[tuple[str, str], ...] = ()


def card_of(one: DraftedField, widget: str = "", *, writable: bool = True, why: str = "") -> CardView:
    """The card of a drafted field."""
    types = types_in_use()
    known = one.type in types.names()
    field = one.field
    return CardView(
        name=one.name,
        label=one.label,
        type=one.type,
        type_label=_(types.named(one.type).label) if known else one.type or _("Unknown type"),
        icon=icon_of(one.type),
        wide=one.type in WIDE,
        body=_drawn(_control(one, field, widget, writable, why))
        if field is not None and not field.children
        else Markup(),
        sample=_sample(field) if field is not None and field.children else None,
        signs=tuple(_signs(one.raw)),
    )


def _drawn(view: ControlView) -> Markup:
    """The control by the macro of the record screens; nothing where it fails, so that the others are drawn."""
    try:
        macro = cast("Callable[[ControlView], str]", web.environment().get_template(_CONTROLS).module.control)  # type: ignore[attr-defined]  # the macro of the template
        return Markup(macro(view))
    except Exception:  # noqa: BLE001 - whatever one field does, the others are drawn
        _log.exception("the control of %s cannot be drawn", view.field.name)
        return Markup()


def _control(one: DraftedField, field: EntityField, widget: str, writable: bool, why: str) -> ControlView:
    closed = not field.writable or bool(field.owned_by)
    return ControlView(
        field=field,
        label=one.label,
        value=_wire(field, one.demo),
        writable=writable and not closed,
        help=help_of(field),
        placeholder=i18n.label(getattr(field.definition, "placeholder", None) or {}) or "",
        widget=widget,
        wide=field.rows is not None,
        why=why or (_why_closed(field) if closed else ""),
    )


def _why_closed(field: EntityField) -> str:
    return (
        _("Comes from {system}.", system=field.owned_by.upper())
        if field.owned_by
        else _("Filled in by itself.")
    )


def _wire(field: EntityField, demo: object) -> object:
    """An example: for references, which have no demo value of their own, somebody and something invented."""
    if field.reference is None or demo or field.reference.kind not in ("record", "user", "team"):
        return demo
    if field.reference.kind == "user":
        return (
            [{"id": _DEMO_ID, "title": _DEMO_PERSON}]
            if field.type == "users"
            else {"id": _DEMO_ID, "title": _DEMO_PERSON}
        )
    shown = {"id": _DEMO_ID, "title": f"{_target(field)} 1", "code": ""}
    return [shown] if field.type in ("links", "users") else shown


def _target(field: EntityField) -> str:
    if field.reference is not None and field.reference.forms:
        found = entities.find(field.reference.forms[0])
        if found is not None:
            return i18n.label(found.label) or found.name
    return i18n.label(field.label) or field.name


def _sample(field: EntityField) -> SampleList:
    """The columns of the other form's list, with an example row."""
    child = entities.find(field.children.form) if field.children else None
    if child is None:
        return SampleList()
    view = child.views.get("all") or next(iter(child.views.values()), None)
    names = [
        name for name in (view.columns if view else ()) if name != (field.children and field.children.by)
    ]
    columns = [child.fields[name] for name in names if name in child.fields and not child.fields[name].system]
    return SampleList(
        tuple((i18n.label(one.label) or one.name, one, _example(one)) for one in columns[:_SAMPLE_COLUMNS])
    )


def _example(field: EntityField) -> object:
    definition = field.definition
    types = types_in_use()
    if definition is None or field.type not in types.names() or field.dictionary is not None:
        return None
    return types.named(field.type).demo(definition, NO_NAMES, Random(field.name))  # type: ignore[arg-type]  # the type's own struct


def _signs(raw: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    if raw.get("unique"):
        yield "key", _("unique")
    if raw.get("search"):
        yield "search", _("found by search")
    if raw.get("sensitive"):
        yield "lock", _("sensitive")
    if raw.get("owned_by"):
        yield "bolt", _("Comes from {system}.", system=str(raw["owned_by"]).upper())
