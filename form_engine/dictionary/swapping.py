"""One key put in the place of another, in a field, in a list of choices, and in the rows of a table field."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from form_engine.dictionary.moved import Moved
from platform_core.entities import Entity, EntityField
from platform_core.records import Save


class Spot(Struct, frozen=True):
    """A field that holds keys of a list; with `cell`, a column of the table field `field`."""

    entity: Entity
    field: EntityField
    cell: EntityField | None

    @property
    def holder(self) -> EntityField:
        return self.cell or self.field

    @property
    def path(self) -> str:
        """ "kind", or "lines.kind"."""
        return f"{self.field.name}.{self.cell.name}" if self.cell is not None else self.field.name


def swapped(save: Save, spot: Spot, was: str, becomes: str) -> Iterator[tuple[str | None, bool]]:
    """Puts `becomes` for `was`; (id of the row or None, whether both were chosen before) for each place."""
    if spot.cell is None:
        value = save.get(spot.field.name)
        if _holds(value, was):
            save.set(spot.field.name, _put(value, was, becomes))
            yield None, _holds(value, becomes)
        return
    rows: list[Mapping[str, object]] = []
    for row in _rows(save, spot):
        value = row.get(spot.cell.name)
        if _holds(value, was):
            yield str(row["id"]), _holds(value, becomes)
            row = {**row, spot.cell.name: _put(value, was, becomes)}
        rows.append(row)
    save.set(spot.field.name, tuple(rows))


def restored(save: Save, spot: Spot, note: Moved, standing: Collection[str]) -> None:
    """Puts `note.was` back where one of `standing` is chosen today; leaves everything else."""
    if spot.cell is None:
        value = save.get(spot.field.name)
        save.set(spot.field.name, _back(value, note, standing))
        return
    cell = spot.cell.name
    rows = [
        {**row, cell: _back(row.get(cell), note, standing)} if str(row["id"]) == note.row_id else row
        for row in _rows(save, spot)
    ]
    save.set(spot.field.name, tuple(rows))


def _rows(save: Save, spot: Spot) -> tuple[Mapping[str, object], ...]:
    held = save.get(spot.field.name)
    return held if isinstance(held, tuple) else ()


def _holds(value: object, key: str) -> bool:
    return key in value if isinstance(value, tuple) else value == key


def _put(value: object, was: str, becomes: str) -> object:
    """Each key at most once."""
    if not isinstance(value, tuple):
        return becomes
    return tuple(dict.fromkeys(becomes if key == was else key for key in value))


def _back(value: object, note: Moved, standing: Collection[str]) -> object:
    if not isinstance(value, tuple):
        return note.was if value in standing else value
    if note.was in value or not any(key in standing for key in value):
        return value
    if note.beside:
        return (*value, note.was)
    return tuple(note.was if key in standing else key for key in value)
