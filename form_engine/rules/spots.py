"""The places of a save that a verdict is about: a field, or a cell of a row, with what was there and what came in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from form_engine.rules.case import Row
from platform_core import expressions, records
from platform_core.entities import EntityField
from platform_core.expressions import EvaluationError
from platform_core.records import Save


@dataclass(frozen=True, slots=True)
class Spot:
    """One field or cell. `name` and `below` are its pointer; `given` is whether the input names it; `before` is what
    it would hold without the input: the stored value, or the default."""

    save: Save
    path: str
    field: EntityField
    name: str
    below: str
    value: object
    before: object
    given: bool
    is_new: bool

    @property
    def is_changed(self) -> bool:
        """Whether the input asks for something else than what is there."""
        return self.given and self.value != self.before

    @property
    def has_failed(self) -> bool:
        """Whether somebody has complained about it before."""
        place = f"{self.save.pointer}/{self.name}{self.below}"
        return self.name in self.save.failed and any(each.pointer == place for each in self.save.problems)


Tables = dict[str, list[Row]]


def spots_of(save: Save, path: str, tables: Tables) -> Iterator[Spot]:
    """The places that a verdict's path means: "budget", "lines.qty" (of every row), "lines.0.qty"."""
    head, _dot, rest = path.partition(".")
    field = save.entity.fields.get(head)
    if field is None:
        return
    if not rest:
        yield _of_field(save, field, path)
        return
    place, _dot, column = rest.rpartition(".")
    rows = tables.get(head, ())
    numbers = [int(place)] if place else range(len(rows))
    for number in numbers:
        spot = _of_cell(save, field, rows, number, column)
        if spot is not None:
            yield spot


def rows_of(save: Save, name: str) -> list[Row]:
    """The rows of a table as they will be; of a related list the records that are saved together with this one, and
    behind them the stored ones."""
    field = save.entity.fields.get(name)
    if field is None:
        return []
    if field.children is not None:
        nested = children_of(save, name)
        return [*(Row(child.values, child.before) for child in nested), *_others(save, name, nested)]
    before = {row["id"]: row for row in _stored(save, name)}
    after = save.values.get(name)
    return [Row(row, before.get(row["id"])) for row in (after if isinstance(after, tuple) else ())]


def _others(save: Save, name: str, nested: Sequence[Save]) -> Iterator[Row]:
    """The stored related records that this save does not touch."""
    touched = {child.id for child in nested}
    found = save.linked.get(f"{name}[*]")
    for row in found if isinstance(found, tuple) else ():
        if row["id"] not in touched:
            yield Row(row, row)


def children_of(save: Save, name: str) -> list[Save]:
    """The related records under one name that are saved together with this one."""
    start = f"{save.pointer}/{name}/"
    return [child for child in save.children if child.pointer.startswith(start)]


def _stored(save: Save, name: str) -> tuple[dict[str, object], ...]:
    found = (save.before or {}).get(name)
    return found if isinstance(found, tuple) else ()


def _of_field(save: Save, field: EntityField, path: str) -> Spot:
    name = field.name
    if field.rows is not None:
        change = save.rows.get(name)
        before = change.before if change is not None else save.values.get(name) or ()
        value = save.values.get(name) or ()
        return Spot(save, path, field, name, "", value, before, change is not None, save.is_new)
    if field.children is not None:
        nested = tuple(child.id for child in children_of(save, name))
        return Spot(save, path, field, name, "", nested, (), bool(nested), save.is_new)
    before = _default(save, field) if save.before is None else save.before.get(name)
    return Spot(save, path, field, name, "", save.values.get(name), before, name in save.given, save.is_new)


def _of_cell(save: Save, field: EntityField, rows: Sequence[Row], number: int, column: str) -> Spot | None:
    if number >= len(rows):
        return None
    if field.children is not None:
        return _of_child(save, field, rows[number], number, column)
    cell = field.rows.fields.get(column) if field.rows is not None else None
    if cell is None:
        return None
    path = f"{field.name}.{number}.{column}"
    row, change = rows[number], save.rows.get(field.name)
    before = row.before.get(column) if row.before is not None else cell.default
    sent = change.places[number] if change is not None and number < len(change.places) else number
    value = row.values.get(column)
    return Spot(
        save,
        path,
        cell,
        field.name,
        f"/{sent}/{column}",
        value,
        before,
        change is not None,
        row.before is None,
    )


def _of_child(save: Save, field: EntityField, row: Row, number: int, column: str) -> Spot | None:
    """A field of a related record; what is wrong with one that is not part of the save is told at the list."""
    path, nested = f"{field.name}.{number}.{column}", children_of(save, field.name)
    if number < len(nested):
        cell = nested[number].entity.fields.get(column)
        return _of_field(nested[number], cell, path) if cell is not None else None
    value = row.values.get(column)
    return Spot(save, path, field, field.name, "", value, value, False, False)


def _default(save: Save, field: EntityField) -> object:
    """What a new record holds in the field where nothing is given."""
    if field.default_expression is None or field.name not in save.given:
        return field.default
    try:
        return expressions.compile_python(field.default_expression)(records.environment(save))
    except EvaluationError:
        return None
