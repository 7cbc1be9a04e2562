"""The steps of a publish, in the order that is safe: new columns, values, indexes, and last what has expired."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import msgspec

from form_engine.definition import FieldDef
from form_engine.kind.allot import Allotment
from form_engine.kind.change import FormChange, title_changes
from form_engine.kind.conversion import CONVERT, convert_params
from form_engine.kind.counting import rows_up_to
from form_engine.kind.cutting import CUT, FILL, cut_params, fill_of, fill_params, parsed_fill
from form_engine.kind.indexing import changed_indexes
from form_engine.kind.meta import Slot, write_meta
from form_engine.kind.plan import newly_unique
from form_engine.kind.plan_moves import MOVES, stem_of
from form_engine.kind.repeated import UNIQUE, unique_params
from form_engine.kind.sealed_values import history_steps, told_apart_by
from form_engine.kind.titles import TITLES, title_params
from platform_core import settings
from platform_core.database import (
    AddColumn,
    Column,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropIndex,
    DropTable,
    Step,
)
from platform_core.definitions import DataStep, Steps
from platform_core.entities import Entity, Rows, record_table, rows_table


async def steps_of(change: FormChange) -> Steps:
    """Everything that has to be done to the database."""
    meta = write_meta(change.meta)
    new = change.new_entity
    if change.is_first:
        return Steps(tuple(_first(new)), meta)
    old = change.old_entity
    added, gone = await changed_indexes(old, new)
    made: list[Step | DataStep] = [
        *_columns(change, change.allotment),
        *(CreateTable(rows_table(rows, rows.fields.values())) for rows in _new_rows(change, new)),
        *(DropIndex(name) for name in gone),
        *_values(change, change.allotment),
        *_unique(change),
        *(CreateIndex(index) for index in added),
        *history_steps(change.world.key.full_name, change.allotment),
    ]
    if old is not None and title_changes(change, old, new):
        made.append(DataStep(TITLES, title_params(change, meta, _mark(meta))))
    made += _expired(change.allotment)
    return Steps(tuple(made), meta, await _rows_to_see(made, change.allotment))


async def _rows_to_see(steps: Sequence[Step | DataStep], allotment: Allotment) -> int:
    """The rows of the largest table that has to be gone through, counted no further than to the bound."""
    tables = {allotment.table, *(inner.table for inner in allotment.rows.values())}
    seen = {step.index.table for step in steps if isinstance(step, CreateIndex)}
    seen |= {str(step.params.get("table", allotment.table)) for step in steps if isinstance(step, DataStep)}
    made = {step.table.name for step in steps if isinstance(step, CreateTable)}
    bound = settings.current().big_table_rows
    return max([await rows_up_to(table, bound) for table in sorted(seen & tables - made)], default=0)


def _first(entity: Entity) -> Iterator[Step]:
    """The tables of a form that has none."""
    yield CreateTable(record_table(entity))
    for field in entity.own_fields:
        if field.rows is not None:
            yield CreateTable(rows_table(field.rows, field.rows.fields.values()))


def _new_rows(change: FormChange, new: Entity) -> Iterator[Rows]:
    for name in change.allotment.rows:
        rows = new.fields[name].rows
        if name in change.allotment.added and rows is not None:
            yield rows


def _unique(change: FormChange) -> Iterator[DataStep]:
    """What looks for repeated values before an index does: it can name the records."""
    for field, slot in newly_unique(change.allotment):
        pointer, column = f"{change.position(field.name)}/unique", told_apart_by(slot.columns).name
        form = change.world.key.full_name
        params = unique_params(change.allotment.table, column, field.name, pointer, form)
        yield DataStep(UNIQUE, params, check=True)


def _columns(change: FormChange, allotment: Allotment) -> Iterator[Step]:
    """New columns of the form's table and of its table fields' tables that are there already."""
    definitions = {each.name: each for each in _fields(change, allotment)}
    for name, slot in allotment.added.items():
        for place, column in enumerate(slot.columns):
            default = (
                change.types.of(definitions[name]).column_default(definitions[name]) if place == 0 else None
            )
            yield AddColumn(allotment.table, Column(column.name, column.type, default=default))
    for name, inner in allotment.rows.items():
        if name not in allotment.added:
            yield from _columns(change, inner)


def _fields(change: FormChange, allotment: Allotment) -> tuple[FieldDef, ...]:
    """The definitions behind an allotment: the form's fields, or the columns of the table field it belongs to."""
    if allotment is change.allotment:
        return change.new.fields
    owner = next(name for name, inner in change.allotment.rows.items() if inner is allotment)
    found: tuple[FieldDef, ...] = getattr(change.new.field_named(owner), "fields", ())
    return found


def _values(change: FormChange, allotment: Allotment, path: str = "") -> Iterator[DataStep]:
    """Conversions, cuts and fillings."""
    names, form = change.both_names, "" if path else change.world.key.full_name
    for move in allotment.moves:
        if move.old_slot.columns and move.new_slot.columns:
            dictionaries = change.unpublished_dictionaries(move.old, move.new)
            lossy = any(change.world.accepts(f"{stem_of(path, move.field)}.{what}") for what in MOVES)
            params = convert_params(allotment.table, move, names, dictionaries, form=form, lossy=lossy)
            yield DataStep(CONVERT, params)
    for old, new, slot in allotment.kept:
        length = change.types.of(new).cut_length(old, new)
        if length is not None:
            yield DataStep(CUT, cut_params(allotment.table, new, slot, length))
        if not path:
            yield from _filling(change, old, new, slot)
    for name, inner in allotment.rows.items():
        if name not in allotment.added:
            yield from _values(change, inner, name)


def _filling(change: FormChange, old: FieldDef, new: FieldDef, slot: Slot) -> Iterator[DataStep]:
    """What rows get that lack a field which is required from now on, where that was said."""
    value = fill_of(change.world, new.name)
    if value is None or not new.required or old.required or not slot.columns:
        return
    parsed_fill(change.types.of(new), new, change.names, value)
    dictionaries = change.unpublished_dictionaries(new)
    yield DataStep(FILL, fill_params(change.allotment.table, new, slot, value, change.names, dictionaries))


def _mark(meta: dict[str, object]) -> str:
    """A name for the planned revision, the same for the same plan."""
    return "planned-" + hashlib.sha256(msgspec.json.encode(meta, order="deterministic")).hexdigest()[:16]


def _expired(allotment: Allotment) -> list[Step | DataStep]:
    """What is past its time goes for good."""
    found: list[Step | DataStep] = []
    for slot in (*(stone.slot for stone in allotment.expired), *allotment.bared):
        found += _dropped(allotment.table, slot)
    for inner in allotment.rows.values():
        found += _expired(inner)
    return found


def _dropped(table: str, slot: Slot) -> list[Step]:
    if slot.table:
        return [DropTable(slot.table)]
    return [DropColumn(table, column.name) for column in slot.columns]
