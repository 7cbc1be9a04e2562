"""The palette: every registered field type in its group, with its icon and what a new field of it starts with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from form_engine.fields.base import AnyFieldType
from form_engine.fields.in_use import types_in_use
from form_engine.fields.missing import MissingType
from platform_core.i18n import N_, _

_GROUPS: Mapping[str, Sequence[str]] = {
    N_("Write and count"): (
        "text", "long_text", "rich_text", "integer", "decimal", "money", "percent", "rating", "date", "datetime",
        "time", "duration", "boolean",
    ),
    N_("Choose and link"): (
        "choice", "choices", "tags", "tree_choice", "link", "links", "children", "table", "user", "users", "team",
    ),
    N_("Reach"): (
        "email", "phone", "url", "social", "address", "country", "currency", "language", "timezone", "geo",
    ),
    N_("Keep"): ("file", "files", "image", "signature", "consent", "barcode", "json"),
    N_("Work out"): ("formula", "lookup", "rollup", "autonumber", "button"),
}  # fmt: skip
_OTHERS = N_("From plugins")

_ICONS = {
    "text": "text", "long_text": "long", "rich_text": "edit", "integer": "hash", "decimal": "hash", "money": "coin",
    "percent": "percent", "rating": "star", "date": "calendar", "datetime": "clock", "time": "clock",
    "duration": "hourglass", "boolean": "toggle", "choice": "choice", "choices": "check", "tags": "tag",
    "tree_choice": "outline", "link": "link", "links": "share", "children": "layers", "table": "table",
    "user": "user", "users": "users", "team": "users", "email": "mail", "phone": "phone", "url": "globe",
    "social": "chat", "address": "map", "country": "flag", "currency": "coin", "language": "globe",
    "timezone": "globe", "geo": "pin", "file": "file", "files": "clip", "image": "image", "signature": "contract",
    "consent": "shield", "barcode": "scan", "json": "code", "formula": "sigma", "lookup": "zoom-in",
    "rollup": "merge", "autonumber": "key", "button": "bolt",
}  # fmt: skip

_STARTS: Mapping[str, Mapping[str, object]] = {
    "table": {"fields": [{"type": "text", "name": "item"}]},
    "autonumber": {"pattern": "{seq:4}"},
    "formula": {"expr": ""},
}
"""What a new field of a type needs beside type and name, where there is something sensible to begin with."""

WIDE = frozenset({"long_text", "rich_text", "table", "children", "files", "links"})
"""Types that begin over the full width."""


class PaletteItem(msgspec.Struct, frozen=True):
    """One type as the palette shows it."""

    name: str
    label: str
    icon: str


def groups() -> list[tuple[str, list[PaletteItem]]]:
    """The groups that have a type, in the order of work; what nobody has grouped comes last."""
    left = {kind.name: kind for kind in types_in_use().all() if not isinstance(kind, MissingType)}
    found = []
    for title, names in _GROUPS.items():
        items = [_item(left.pop(name)) for name in names if name in left]
        if items:
            found.append((_(title), items))
    if left:
        found.append((_(_OTHERS), [_item(kind) for kind in left.values()]))
    return found


def icon_of(type_name: str) -> str:
    """The icon of a field type."""
    return _ICONS.get(type_name, "tag")


def facts() -> dict[str, dict[str, object]]:
    """Per type what the browser needs: {label, icon, keys, start, wide, in_rows}."""
    return {
        kind.name: {
            "label": _(kind.label),
            "icon": icon_of(kind.name),
            "keys": keys_of(kind),
            "start": _STARTS.get(kind.name, {}),
            "wide": kind.name in WIDE,
            "in_rows": kind.in_rows,
        }
        for kind in types_in_use().all()
        if not isinstance(kind, MissingType)
    }


def keys_of(kind: AnyFieldType) -> list[str]:
    """The members that a field of a type may have."""
    return ["type", *kind.definition.__struct_encode_fields__]


def _item(kind: AnyFieldType) -> PaletteItem:
    return PaletteItem(kind.name, _(kind.label), icon_of(kind.name))
