"""Values of a form as people read them, and as a spreadsheet holds them."""

from __future__ import annotations

from collections.abc import Mapping

from form_engine.definition import FieldDef
from form_engine.fields.base import Cell
from form_engine.fields.datetime import DatetimeField, DatetimeType
from form_engine.fields.in_use import types_in_use
from form_engine.fields.references import shown_reference
from form_engine.kind.compile import CompiledForm
from form_engine.kind.names import NO_NAMES
from platform_core import definitions, i18n
from platform_core.entities import SYSTEM_FIELDS, EntityField
from platform_core.errors import NotFound
from platform_core.i18n import Listener, format_number

MASK = "••••"
"""What stands before the last characters of a masked value."""


def form(name: str) -> CompiledForm:
    """The published form called "account" or "trade_crm.account". NotFound where there is none."""
    found = definitions.catalog().get("form", name)
    if found is None or not isinstance(found.object, CompiledForm):
        raise NotFound()
    return found.object


def show(compiled: CompiledForm, field: EntityField, wire: object, reader: Listener | None = None) -> str:
    """A wire value of a field as `reader` (default: the current one) reads it; "" for nothing, a mask as it is."""
    to = reader or i18n.current()
    if _is_blank(wire):
        return ""
    if is_masked(wire):
        return str(wire)
    if not isinstance(field.definition, FieldDef):
        return show_system(field, wire, to)
    return types_in_use().of(field.definition).show(field.definition, compiled.names, wire, to)


def cell(compiled: CompiledForm, field: EntityField, wire: object, reader: Listener | None = None) -> Cell:
    """A wire value as an export writes it: numbers, dates and booleans as such, all else as text."""
    to = reader or i18n.current()
    if _is_blank(wire):
        return None
    if is_masked(wire):
        return str(wire)
    if isinstance(field.definition, FieldDef):
        return types_in_use().of(field.definition).cell(field.definition, compiled.names, wire, to)
    if field.type == "datetime":
        return DatetimeType().cell(DatetimeField(name="at"), NO_NAMES, wire, to)
    return wire if isinstance(wire, int) else show_system(field, wire, to)


def is_masked(wire: object) -> bool:
    """Whether a value is hidden but for its end."""
    return isinstance(wire, str) and wire.startswith(MASK)


def _is_blank(wire: object) -> bool:
    return wire is None or wire in ("", [], ())


def show_system(field: EntityField, wire: object, reader: Listener) -> str:
    """A system field: an instant, a number, a text, or a reference."""
    if field.name in SYSTEM_FIELDS and field.type == "datetime":
        return DatetimeType().show(DatetimeField(name="at"), NO_NAMES, wire, reader)
    if isinstance(wire, Mapping):
        return shown_reference(wire, i18n.translator(reader.language).gettext("(restricted)"))
    return format_number(wire, language=reader.language) if isinstance(wire, int) else str(wire)
