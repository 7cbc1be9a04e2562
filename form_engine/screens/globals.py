"""Names that the templates of this room use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from form_engine.fields.missing import MissingField
from form_engine.screens.choices import choice_sign, dictionary_of, options_of_field
from form_engine.screens.editing import EditPage, wall_clock
from form_engine.screens.filters import lookup_url
from form_engine.screens.forms import as_instant, shown
from form_engine.screens.lists import NUMERIC
from form_engine.screens.references import held_reference, held_references
from form_engine.screens.stage_path import stage_field, stage_move
from form_engine.screens.typed import (
    GROUPED,
    TYPED,
    address_on_envelope,
    platforms,
    pretty_json,
    rich,
    social_url,
    tree_path,
    typed_text,
)
from form_engine.widgets import own_control
from platform_core import i18n, settings, web
from platform_core.entities import Entity, EntityField
from platform_core.web import GridColumn, Tab

_UNTOLD = frozenset({"import_batch", "code"})
"""Fields whose change says nothing to people."""
_NO_PASTE = ("link", "links", "user", "users", "team", "file", "files")
_CURRENCIES = (
    "USD",
    "EUR",
    "CNY",
    "GBP",
    "JPY",
    "AED",
    "HKD",
    "CAD",
    "AUD",
    "INR",
    "BRL",
    "MXN",
    "RUB",
    "TRY",
    "KRW",
)


class KeyedRow(msgspec.Struct, frozen=True):
    """A row of a child table in a form: `id` names its inputs, `place` is its index for problems."""

    id: str
    place: int
    values: Mapping[str, object]


def add_globals() -> None:
    """Give every template the names below."""
    for name, value in {
        "as_instant": as_instant, "base_currency": base_currency, "bin_days": bin_days,
        "changes_of": changes_of, "choice_sign": choice_sign, "default_cell": default_cell, "door_name": door_name, "edit_tabs": edit_tabs,
        "grid_columns": grid_columns, "has_tones": has_tones, "held_reference": held_reference,
        "held_references": held_references, "keyed_rows": keyed_rows, "is_away": is_away, "lookup_url": lookup_url, "own_control": own_control,
        "offered_currencies": offered_currencies, "options_of_field": options_of_field, "shown": shown,
        "stage_field": stage_field, "stage_move": stage_move,
        "address_on_envelope": address_on_envelope, "platforms": platforms, "pretty_json": pretty_json, "rich": rich,
        "social_url": social_url, "tree_path": tree_path, "typed_text": typed_text, "typed_types": TYPED, "grouped_types": GROUPED,
        "typed_number": typed_number, "upload_limit": upload_limit, "wall_clock": wall_clock,
    }.items():  # fmt: skip
        web.add_global(name, value)


def is_away(field: EntityField) -> bool:
    """Whether the plugin that brings the field's type is switched off, missing or broken."""
    return isinstance(field.definition, MissingField)


def bin_days() -> int:
    """Days for which a deleted record can be brought back."""
    return settings.current().bin_days


def base_currency() -> str:
    """The installation's own currency."""
    return settings.current().base_currency


def upload_limit() -> int:
    """Largest upload, in bytes."""
    return settings.current().upload_max_bytes


def offered_currencies() -> tuple[str, ...]:
    """The currencies a money field offers first: the own one, then those of foreign trade."""
    own = base_currency()
    return (own, *(code for code in _CURRENCIES if code != own))


def has_tones(field: EntityField) -> bool:
    """Whether the values of a choice field carry colours."""
    dictionary = dictionary_of(field)
    return dictionary is not None and any(value.color for value in dictionary.values.values())


def typed_number(value: object) -> str:
    """A number as its input wants it: grouped as the reader writes, or the text that was typed."""
    if value is None or value == "":
        return ""
    try:
        return i18n.input_number(value if isinstance(value, int) else Decimal(str(value)))
    except (ValueError, ArithmeticError):
        return str(value)


def grid_columns(field: EntityField) -> tuple[GridColumn, ...]:
    """The columns of a child table's editor."""
    assert field.rows is not None
    return tuple(
        GridColumn(
            label=i18n.label(column.label) or column.name, required=column.required, numeric=column.type in NUMERIC,
            wide=column.type in ("link", "long_text", "text"), paste=column.type not in _NO_PASTE,
        )
        for column in field.rows.fields.values()
    )  # fmt: skip


def keyed_rows(value: object) -> list[KeyedRow]:
    """Stored or typed rows with keys for their inputs."""
    rows = value if isinstance(value, Sequence) and not isinstance(value, str) else []
    found = [row for row in rows if isinstance(row, Mapping)]
    return [
        KeyedRow(str(row.get("id") or f"new{place}"), place, _Lenient(row)) for place, row in enumerate(found)
    ]


def default_cell(column: EntityField) -> object:
    """What a new row starts with in this column."""
    return column.codec.to_wire(column.default) if column.default is not None else None


def edit_tabs(page: EditPage) -> tuple[Tab, ...]:
    """The form's tabs; one with problems says how many."""
    return tuple(
        Tab(tab.key, tab.label, f"#{tab.key}", count=tab.wrong or None, tone="danger" if tab.wrong else "")
        for tab in page.tabs
    )


def changes_of(entity: Entity, changes: Mapping[str, object]) -> list[tuple[str, str, str, str]]:
    """(field, label, before, after) of each change, as plain text for the reader."""
    found = []
    for name, change in changes.items():
        field = entity.fields.get(name)
        if field is None or name in _UNTOLD:
            continue
        label = i18n.label(field.label) or name
        if isinstance(change, Sequence) and not isinstance(change, str) and len(change) == 2:
            found.append((name, label, shown(field, change[0]), shown(field, change[1])))
        else:
            found.append((name, label, "", i18n._("rows changed")))
    return found


class _Lenient(dict[str, object]):
    """A posted row may lack a column; a template then finds None."""

    def __missing__(self, key: str) -> None:
        return None


def door_name(via: str) -> str:
    """The door that a change came through, in words."""
    names = {
        "screen": i18n._("screen"), "api": i18n._("program"), "import": i18n._("import"), "job": i18n._("background work"),
        "system": i18n._("system"),
    }  # fmt: skip
    return names.get(via, via)
