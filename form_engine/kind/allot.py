"""Which columns each field of a new revision gets: kept, brought back from a tombstone, or new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import msgspec

from form_engine.definition import FieldDef
from form_engine.fields.base import Names
from form_engine.fields.registry import FieldTypes
from form_engine.fields.sealed import is_encrypted
from form_engine.fields.table import TableField, tag_of
from form_engine.kind.mapping import Pairs
from form_engine.kind.meta import Layout, Slot, Tombstone, without
from platform_core.entities import column_name, rows_table_name


@dataclass(frozen=True)
class Move:
    """A field whose values go over to other columns. `revived` where those still hold what was there before."""

    field: str
    old: FieldDef
    old_slot: Slot
    new: FieldDef
    new_slot: Slot
    revived: bool = False
    mapping: Pairs = ()
    """What people said about values that go over."""
    former: Pairs = ()
    """What they had said when the values of a revived field went the other way."""


@dataclass
class Allotment:
    """The layout of one table after a publish, and how it differs from the one before."""

    table: str
    layout: Layout = field(default_factory=Layout)
    added: dict[str, Slot] = field(default_factory=dict)
    """New columns by field."""
    revived: dict[str, Slot] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    kept: list[tuple[FieldDef, FieldDef, Slot]] = field(default_factory=list)
    """Old and new definition of each field that stays in its columns."""
    dropped: dict[str, Slot] = field(default_factory=dict)
    """Fields that go; their columns become tombstones."""
    expired: list[Tombstone] = field(default_factory=list)
    bared: list[Slot] = field(default_factory=list)
    """Columns that hold in clear what is encrypted from now on: they go at once."""
    rows: dict[str, Allotment] = field(default_factory=dict)
    """The tables of the table fields that are there afterwards."""


class Allotter:
    """One pass over the fields of one table."""

    def __init__(
        self,
        types: FieldTypes,
        names: Names,
        now: datetime,
        until: datetime,
        mappings: Mapping[str, Pairs] | None = None,
        computed: frozenset[str] = frozenset(),
    ) -> None:
        """`mappings` are what people said about the values of the form's own fields that are retyped; `computed` fields
        never stand in columns that hold what people have entered."""
        self._computed = computed
        self._types = types
        self._mappings = mappings or {}
        self._in_rows = False
        self._names = names
        self._now = now
        self._until = until
        self._stones: dict[str, Tombstone] = {}
        """The tombstones that fields were brought back from."""

    def allot(
        self, table: str, fields: Sequence[FieldDef], old_fields: Sequence[FieldDef], old: Layout
    ) -> Allotment:
        """The allotment of `fields` in `table`, where `old_fields` stood in the layout `old`.

        A slot without its old field belongs to one that nobody can read any more, because its plugin is gone: its
        columns wait as a tombstone for the type to come back.
        """
        made = Allotment(table)
        made.expired = [stone for stone in old.tombstones if stone.until <= self._now]
        unread = old.slots.keys() - {each.name for each in old_fields}
        orphans = [Tombstone(name, old.slots[name], self._until, {}) for name in sorted(unread)]
        stones = (*orphans, *without(old.tombstones, *made.expired))
        left = {each.name: each for each in old_fields if each.name in old.slots}
        present = {each.name for each in fields}
        slots: dict[str, Slot] = {}
        taken = old.taken
        for each in fields:
            prior = _prior(each, left, present)
            standing = old.slots[left.pop(prior.name).name] if prior is not None else None
            if (
                prior is not None
                and standing is not None
                and standing.holds_like(self._slot(each, each.name, table))
            ):
                made.kept.append((prior, each, standing))
                slots[each.name] = standing
                continue
            slots[each.name], stones = self._place(made, each, stones, taken)
            if prior is not None and standing is not None:
                move = self._move(made, prior, standing, each, slots[each.name])
                made.moves.append(move)
                stones = (self._buried(prior, standing, move.mapping), *stones)
            if is_encrypted(each):
                bare = _bare_stones(stones, each.name, prior.name if prior is not None else each.name)
                made.bared += [stone.slot for stone in bare]
                stones = without(stones, *bare)
        for name, gone in left.items():
            made.dropped[name] = old.slots[name]
            stones = (self._buried(gone, old.slots[name]), *stones)
        made.dropped |= {stone.field: stone.slot for stone in orphans if stone in stones}
        made.layout = Layout(self._with_rows(made, fields, slots), stones)
        return made

    def _place(
        self, made: Allotment, each: FieldDef, stones: tuple[Tombstone, ...], taken: set[str]
    ) -> tuple[Slot, tuple[Tombstone, ...]]:
        """Columns for a field that has none: those of its tombstone, or new ones; and the tombstones left."""
        wanted = self._slot(each, each.name, made.table)
        stone = Layout(tombstones=stones).stone_of(each.name, wanted)
        if stone is not None:
            made.revived[each.name] = stone.slot
            self._stones[each.name] = stone
            return stone.slot, without(stones, stone)
        slot = made.added[each.name] = self._fresh(each, made.table, taken)
        taken.add(slot.base)
        return slot, stones

    def _slot(self, each: FieldDef, base: str, table: str) -> Slot:
        kind = self._types.of(each)
        worked_out = "computed " if each.name in self._computed and not self._in_rows else ""
        return Slot(
            type=tag_of(each),
            base=base,
            columns=kind.columns(each, base),
            meaning=worked_out + kind.meaning(each, self._names),
            table=rows_table_name(table, base) if isinstance(each, TableField) else "",
        )

    def _fresh(self, each: FieldDef, table: str, taken: set[str]) -> Slot:
        generation = 1
        while (base := column_name(each.name, generation=generation)) in taken:
            generation += 1
        return self._slot(each, base, table)

    def _move(self, made: Allotment, old: FieldDef, old_slot: Slot, new: FieldDef, slot: Slot) -> Move:
        revived = new.name in made.revived
        return Move(
            new.name,
            old,
            old_slot,
            new,
            slot,
            revived,
            mapping=() if self._in_rows else self._mappings.get(new.name, ()),
            former=self._stones[new.name].mapping if revived else (),
        )

    def _buried(self, each: FieldDef, slot: Slot, mapping: Pairs = ()) -> Tombstone:
        definition = cast("dict[str, Any]", msgspec.to_builtins(each))
        return Tombstone(each.name, slot, self._until, definition, mapping)

    def _with_rows(
        self, made: Allotment, fields: Sequence[FieldDef], slots: Mapping[str, Slot]
    ) -> dict[str, Slot]:
        """Allots the columns of every table field inside its own table."""
        done, inside, self._in_rows = dict(slots), self._in_rows, True
        before: dict[str, FieldDef | None] = {new.name: old for old, new, _slot in made.kept}
        for name in made.revived:
            before[name] = self._types.decode(self._stones[name].definition)
        for each in fields:
            if not isinstance(each, TableField):
                continue
            slot, prior = slots[each.name], before.get(each.name)
            old_cells = prior.fields if isinstance(prior, TableField) else ()
            made.rows[each.name] = self.allot(slot.table, each.fields, old_cells, slot.cells or Layout())
            done[each.name] = msgspec.structs.replace(slot, cells=made.rows[each.name].layout)
        self._in_rows = inside
        return done


def _bare_stones(stones: Sequence[Tombstone], *names: str) -> list[Tombstone]:
    """What former fields of these names have left behind in clear."""
    return [
        stone
        for stone in stones
        if stone.field in names and stone.slot.columns and stone.slot.columns[0].role != "sealed"
    ]


def _prior(each: FieldDef, left: Mapping[str, FieldDef], present: set[str]) -> FieldDef | None:
    """The old field that this one continues: of its name, or of its former name; a rename also goes back."""
    if each.name in left:
        return left[each.name]
    if each.was and each.was not in present and each.was in left:
        return left[each.was]
    return next((old for old in left.values() if old.was == each.name and old.name not in present), None)
