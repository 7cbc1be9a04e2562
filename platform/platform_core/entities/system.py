"""The fields that every form has without declaring them, and the columns that hold them."""

from __future__ import annotations

from collections.abc import Mapping

from platform_core.database import INSTANT, INT, TEXT, UUID, Column, ColumnType
from platform_core.entities.codecs import IdCodec, InstantCodec, PlainCodec
from platform_core.entities.labels import MessageLabel
from platform_core.entities.model import EntityField, FieldCodec, Reference, ReferenceKind, StoredColumn
from platform_core.expressions import Type, ref
from platform_core.i18n import N_

TITLE = "_title"
"""Column of the rendered title; no field, because whoever reads it must be allowed all fields it is made of."""
TITLE_SORT = "_title_sort"

_ORDER = ("eq", "ne", "lt", "le", "gt", "ge", "between", "blank")
_KEYS = ("eq", "ne", "in", "blank")


def _field(
    name: str,
    kind: str,
    label: str,
    column: ColumnType,
    seen_as: Type,
    codec: FieldCodec,
    *,
    writable: bool = False,
    sortable: bool = False,
    reference: Reference | None = None,
) -> EntityField:
    return EntityField(
        name=name,
        type=kind,
        label=MessageLabel(label),
        codec=codec,
        expression_type=seen_as,
        columns=(StoredColumn(name, column),),
        system=True,
        writable=writable,
        sortable=sortable,
        groupable=reference is not None,
        plain=reference is None and column.kind != "instant",
        reference=reference,
        operators=_ORDER if sortable else _KEYS,
        track=writable or name == "code",
    )


def _instant(name: str, label: str) -> EntityField:
    return _field(name, "datetime", label, INSTANT, Type("datetime"), InstantCodec(), sortable=True)


def _reference(name: str, kind: ReferenceKind, label: str, *, writable: bool = False) -> EntityField:
    seen_as = Type("user") if kind == "user" else ref(kind)
    return _field(name, kind, label, UUID, seen_as, IdCodec(), writable=writable, reference=Reference(kind))


SYSTEM_FIELDS: Mapping[str, EntityField] = {
    field.name: field
    for field in (
        _field("id", "text", N_("Id"), UUID, Type("text"), PlainCodec(str), sortable=True),
        _field("code", "autonumber", N_("Number"), TEXT, Type("text"), PlainCodec(str), sortable=True),
        _reference("owner", "user", N_("Owner"), writable=True),
        _reference("team", "team", N_("Team"), writable=True),
        _reference("territory", "territory", N_("Territory"), writable=True),
        _field("version", "integer", N_("Version"), INT, Type("number"), PlainCodec(int), sortable=True),
        _instant("created_at", N_("Created")),
        _reference("created_by", "user", N_("Created by")),
        _instant("updated_at", N_("Changed")),
        _reference("updated_by", "user", N_("Changed by")),
        _instant("archived_at", N_("Deleted")),
        _field("import_batch", "text", N_("Import"), UUID, Type("text"), PlainCodec(str)),
    )
}
"""By name, in the order in which they stand behind a form's own fields."""

SYSTEM_NAMES = frozenset(SYSTEM_FIELDS)
"""What no own field may be called."""

_REQUIRED = frozenset({"version", "created_at", "created_by", "updated_at", "updated_by"})


def system_columns() -> tuple[Column, ...]:
    """The columns of the system fields and of the title, for CREATE TABLE."""
    fields = tuple(
        Column(name, field.columns[0].type, nullable=name not in _REQUIRED, primary=name == "id")
        for name, field in SYSTEM_FIELDS.items()
    )
    title = (
        Column(TITLE, TEXT, nullable=False, default="''"),
        Column(TITLE_SORT, TEXT, nullable=False, default="''"),
    )
    return (*fields, *title)
