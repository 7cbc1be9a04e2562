"""What is remembered with a form's revision: which columns hold which field, and what waits for its end.

Stored as JSON. A field never changes meaning: what is deleted or retyped keeps its columns as a tombstone, and the
next field of that name gets columns of its own ("fax__2").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from platform_core.entities import StoredColumn


class Slot(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where one field is kept. `base` is the first column's name; for a table field the part of its table's name.

    `meaning` is what the values mean beyond their columns (a link's target). `table` and `cells` are a table field's
    own table and the slots of its columns.
    """

    type: str
    base: str
    columns: tuple[StoredColumn, ...] = ()
    meaning: str = ""
    table: str = ""
    cells: Layout | None = None

    def holds_like(self, other: Slot) -> bool:
        """Whether the values of one could stand in the other as they are."""
        return self.shape == other.shape

    @property
    def shape(self) -> tuple[object, ...]:
        """Type, meaning, and the columns' types and roles, whatever the columns are called."""
        return (self.type, self.meaning, tuple((column.type, column.role) for column in self.columns))


class Tombstone(msgspec.Struct, frozen=True, omit_defaults=True):
    """Columns of a field that is no longer there, or holds something else now. Kept until `until`."""

    field: str
    slot: Slot
    until: datetime
    definition: dict[str, Any]
    """The field as it was defined, so that its values can be read again."""
    mapping: tuple[tuple[Any, Any], ...] = ()
    """By which its values went over to the field that came after it: pairs of wire values."""


class Layout(msgspec.Struct, frozen=True, omit_defaults=True):
    """The slots of one table by field, and its tombstones, newest first."""

    slots: dict[str, Slot] = {}
    tombstones: tuple[Tombstone, ...] = ()

    @property
    def taken(self) -> set[str]:
        """Bases that stand in the table."""
        return {slot.base for slot in self.slots.values()} | {stone.slot.base for stone in self.tombstones}

    def stone_of(self, field: str, like: Slot) -> Tombstone | None:
        """The newest tombstone from which a field could be brought back."""
        return next(
            (stone for stone in self.tombstones if stone.field == field and stone.slot.holds_like(like)), None
        )


class ComputedMeta(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a computed field comes to: the field that holds it, and (form key, field) of all that it is made from.

    `form` and `by` say where the rows of a rollup are: the form's key and its link, or "" and the table field."""

    field: dict[str, Any]
    inputs: tuple[tuple[str, str], ...] = ()
    volatile: bool = False
    form: str = ""
    by: str = ""
    how: str = ""
    """The path of a lookup, the `compute` of a rollup."""
    declassified: bool = False


class FormMeta(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of it. `expressions` are checked ones by place ("list.mine", "default.zone"), as JSON; `computed`
    the results of computed fields by name."""

    table: str = ""
    layout: Layout = Layout()
    forms: dict[str, str] = {}
    dictionaries: dict[str, str] = {}
    expressions: dict[str, dict[str, Any]] = {}
    computed: dict[str, ComputedMeta] = {}


def read_meta(raw: Mapping[str, object] | None) -> FormMeta:
    """The meta of a revision; an empty one for a form that is new."""
    return msgspec.convert(raw or {}, FormMeta)


def write_meta(meta: FormMeta) -> dict[str, object]:
    """As JSON."""
    made: dict[str, object] = msgspec.to_builtins(meta)
    return made


def without(stones: Iterable[Tombstone], *gone: Tombstone | None) -> tuple[Tombstone, ...]:
    """The tombstones that stay."""
    return tuple(stone for stone in stones if stone not in gone)
