"""One record on its way through a save: what came in, what was there, what it will be, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from platform_core import clock
from platform_core.entities import Entity, EntityField, Sealed
from platform_core.errors import Invalid, Problem
from platform_core.identity import Actor
from platform_core.permissions import Access
from platform_core.records.model import WriteOptions
from platform_core.records.rights import RowRights
from platform_core.records.saving.rows import RowsChange, RowValue

Values = dict[str, object]
"""Canonical values by field name. A table field holds a tuple of mappings with the key "id" among them."""


@dataclass(slots=True, eq=False)
class Save:
    """What handlers of the slots see and change.

    `raw` is the input by field name, free to change in `before_save`. `before` are the stored canonical values, None
    for a new record. `values` is what will be stored; change it with `set`. `pointer` is where the record stands in
    the request ("" alone, "/create/3" in a batch, "/contacts/0" below its parent). `now` is the moment of the save.
    """

    entity: Entity
    actor: Actor
    options: WriteOptions
    access: Access
    id: str
    raw: Values
    pointer: str = ""
    before: Mapping[str, object] | None = None
    version: int = 0
    """The stored version that was read; 0 for a new record."""
    rights: RowRights | None = None
    """What the actor may do with the stored record; None for a new one."""
    values: Values = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    """Fields that the input names."""
    failed: set[str] = field(default_factory=set)
    """Fields that have a problem already; a second complaint about them would only confuse."""
    excused: set[str] = field(default_factory=set)
    """Required fields that may stay blank this time, because nobody could fill them in: hidden or closed by a rule."""
    problems: list[Problem] = field(default_factory=list)
    rows: dict[str, RowsChange] = field(default_factory=dict)
    children: list[Save] = field(default_factory=list)
    trusted: dict[str, str] = field(default_factory=dict)
    """Links that the platform itself made: field to record id (a child's link to the parent that is being saved)."""
    linked: Values = field(default_factory=dict)
    """Values behind links by dotted path, as far as a handler asked for them."""
    now: datetime = field(default_factory=clock.now)
    zone: str = "UTC"
    """The owner's zone: in it `today()` is meant."""
    title: str = ""
    reserved: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Numbers taken before the transaction: field (or "code") to period and number."""
    sealed: dict[str, Sealed | None] = field(default_factory=dict)
    """What is written of encrypted fields that change; `values` holds them in clear, and no longer than the save."""
    sealed_history: Values = field(default_factory=dict)
    """The same for the history: [old, new]."""

    @property
    def is_new(self) -> bool:
        return self.before is None

    def get(self, name: str) -> object:
        """The canonical value that the field will have; None when empty."""
        return self.values.get(name)

    def set(self, name: str, value: object) -> None:
        """Gives a field a canonical value, as a rule or a formula does."""
        self.values[name] = value

    def set_cell(self, table: str, place: int, column: str, value: object) -> None:
        """Gives one cell of a table field a canonical value; the rows are there (input, or `load_table_rows`)."""
        held = self.values.get(table)
        rows: list[RowValue] = list(held) if isinstance(held, tuple) else []
        rows[place] = {**rows[place], column: value}
        standing = self.rows.get(table)
        stored = (self.before or {}).get(table)
        before = standing.before if standing else stored if isinstance(stored, tuple) else ()
        self.values[table] = tuple(rows)
        places = standing.places if standing else ()
        self.rows[table] = RowsChange(self.entity.fields[table], before, tuple(rows), places)

    def changed(self, name: str) -> bool:
        """Whether the field will differ from what is stored; for a new record whether it has a value."""
        if name in self.rows:
            return self.rows[name].is_change
        old = None if self.before is None else self.before.get(name)
        return self.values.get(name) != old

    def changed_fields(self) -> tuple[str, ...]:
        """The fields that will differ, in the order of the form."""
        return tuple(name for name in self.entity.fields if name not in STAMPS and self.changed(name))

    def refuse(
        self, name: str, code: str, message: str, *, below: str = "", remedy: str = "", **params: object
    ) -> None:
        """Notes a problem at a field ("" for the record as a whole); `message` is a message id."""
        place = f"{self.pointer}/{escaped(name)}{below}" if name else self.pointer
        self.failed.add(name)
        self.problems.append(Problem(pointer=place, code=code, message=message, params=params, remedy=remedy))

    def field(self, name: str) -> EntityField:
        return self.entity.fields[name]


STAMPS = frozenset({"version", "updated_at", "updated_by"})
"""What every save changes; no change of its own."""


def escaped(name: str) -> str:
    """A name inside a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def everything(saves: Iterable[Save]) -> list[Save]:
    """The saves and, after each, the children inside it."""
    found: list[Save] = []
    for save in saves:
        found.append(save)
        found.extend(everything(save.children))
    return found


def raise_problems(saves: Sequence[Save]) -> None:
    """Raises Invalid with every problem of every record; does nothing where there is none."""
    problems = [problem for save in everything(saves) for problem in save.problems]
    if problems:
        raise Invalid(problems)


def by_entity(saves: Iterable[Save]) -> list[list[Save]]:
    """The saves grouped by form, in the order in which the forms first come."""
    groups: dict[str, list[Save]] = {}
    for save in saves:
        groups.setdefault(save.entity.key, []).append(save)
    return list(groups.values())
