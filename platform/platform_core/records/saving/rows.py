"""Rows of `table` fields: what came in against what is stored — added, changed, removed, moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from platform_core.entities import EntityField, Rows

RowValue = Mapping[str, object]
"""Canonical values of one row by field name, and its "id"."""


@dataclass(frozen=True)
class RowsChange:
    """The rows of one table field before and after."""

    field: EntityField
    before: tuple[RowValue, ...]
    after: tuple[RowValue, ...]
    places: tuple[int, ...] = ()
    """Where each row of `after` stands in the input, which may hold refused ones between them."""

    @property
    def rows(self) -> Rows:
        return cast("Rows", self.field.rows)

    @cached_property
    def _old(self) -> dict[object, RowValue]:
        return {row["id"]: row for row in self.before}

    @cached_property
    def added(self) -> tuple[RowValue, ...]:
        return tuple(row for row in self.after if row["id"] not in self._old)

    @cached_property
    def removed(self) -> tuple[RowValue, ...]:
        kept = {row["id"] for row in self.after}
        return tuple(row for row in self.before if row["id"] not in kept)

    @cached_property
    def changed(self) -> tuple[tuple[RowValue, RowValue], ...]:
        """Pairs of old and new for the rows whose values differ."""
        pairs = ((self._old[row["id"]], row) for row in self.after if row["id"] in self._old)
        return tuple((old, new) for old, new in pairs if old != new)

    @cached_property
    def moved(self) -> tuple[tuple[str, int, int], ...]:
        """(id, old place, new place) among the rows that stayed, where their order is another one."""
        gone = {row["id"] for row in self.removed}
        before = [str(row["id"]) for row in self.before if row["id"] not in gone]
        after = [str(row["id"]) for row in self.after if row["id"] in self._old]
        places = {row_id: place for place, row_id in enumerate(before)}
        return tuple(
            (row_id, places[row_id], place) for place, row_id in enumerate(after) if places[row_id] != place
        )

    @cached_property
    def repositioned(self) -> tuple[tuple[int, RowValue], ...]:
        """(position, row) of every kept row that has to be written: other values, or another position."""
        positions = {row["id"]: place for place, row in enumerate(self.before)}
        return tuple(
            (place, row)
            for place, row in enumerate(self.after)
            if row["id"] in positions and (positions[row["id"]] != place or self._old[row["id"]] != row)
        )

    @property
    def is_change(self) -> bool:
        return self.before != self.after

    def history(self) -> dict[str, object]:
        """The change as history keeps it, in wire values."""
        changed = [
            {"id": new["id"]}
            | {
                name: [field.codec.to_wire(old.get(name)), field.codec.to_wire(new.get(name))]
                for name, field in self.rows.fields.items()
                if old.get(name) != new.get(name)
            }
            for old, new in self.changed
        ]
        parts = {
            "added": [self._wire(row) for row in self.added],
            "changed": changed,
            "removed": [self._wire(row) for row in self.removed],
            "moved": [list(move) for move in self.moved],
        }
        return {name: part for name, part in parts.items() if part}

    def _wire(self, row: RowValue) -> dict[str, object]:
        return row_wire(self.rows, row)


def row_wire(rows: Rows, row: RowValue) -> dict[str, object]:
    """One row as JSON has it; references as bare ids, blanks left out."""
    values = {name: field.codec.to_wire(row.get(name)) for name, field in rows.fields.items()}
    return {"id": row["id"]} | {name: value for name, value in values.items() if value is not None}


def undone(rows: Sequence[Mapping[str, object]], change: Mapping[str, object]) -> list[dict[str, object]]:
    """Wire rows as they were before a change of history: the way back to an older version.

    Removed rows come back at the end, because history does not keep their old neighbours.
    """
    added = {row["id"] for row in _part(change, "added")}
    back = {row["id"]: row for row in _part(change, "changed")}
    before = [
        {**row, **{name: pair[0] for name, pair in _pairs(back.get(row["id"], {}))}}
        for row in rows
        if row["id"] not in added
    ]
    return [*before, *(dict(row) for row in _part(change, "removed"))]


def _part(change: Mapping[str, object], name: str) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", change.get(name, []))


def _pairs(changed: Mapping[str, object]) -> list[tuple[str, list[object]]]:
    return [(name, pair) for name, pair in changed.items() if isinstance(pair, list)]
