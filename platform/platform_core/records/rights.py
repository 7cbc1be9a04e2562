"""What one actor may do with one stored record, from the alternatives of the grants that hold for the row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from platform_core.entities import Entity
from platform_core.identity import Actor
from platform_core.permissions import Access, Atom, Grant, RowAction, ScopePredicate
from platform_core.records.model import Level, RecordAccess
from platform_core.records.remembering import Memory

AtomKey = tuple[str, str]

_EVERY: AtomKey = ("all", "")
_CHANGES: tuple[RowAction, ...] = ("update", "delete")


@dataclass(frozen=True, slots=True)
class RowRights:
    """The rights on one row. `levels` leaves out what is hidden."""

    can_read: bool
    can_update: bool
    can_delete: bool
    levels: dict[str, Level]

    def shows(self, name: str) -> bool:
        """Whether the field may be seen in clear."""
        return self.levels.get(name) in ("read", "write")

    def writes(self, name: str) -> bool:
        return self.levels.get(name) == "write"

    @property
    def access(self) -> RecordAccess:
        """The same for the outside."""
        return RecordAccess(can_update=self.can_update, can_delete=self.can_delete, fields=self.levels)


class RowFlags:
    """Asks a row which alternatives hold: SQL columns for a SELECT over alias `t`, and their answer as rights.

    `sql` are the columns, `params` their parameters in order; both may be empty, where every row has the same rights.
    """

    __slots__ = ("_access", "_entity", "_keys", "_reading", "params", "sql")

    def __init__(
        self, entity: Entity, access: Access, actor: Actor, reading: Literal["read", "export"] = "read"
    ) -> None:
        self._entity = entity
        self._access = access
        self._reading = reading
        asked = [(atom.key, atom.predicate(actor)) for atom in _atoms(access, reading)]
        self._keys = tuple(key for key, _made in asked)
        self.sql = tuple(flag_sql((made,)) for _key, made in asked)
        self.params = tuple(param for _key, made in asked for param in made.params)

    def rights(self, flags: Sequence[object]) -> RowRights:
        """The rights behind the answers, one per column of `sql`."""
        holding = frozenset(key for key, flag in zip(self._keys, flags, strict=True) if flag)
        return rights_where(self._entity, self._access, holding, self._reading)


def flag_sql(predicates: Iterable[ScopePredicate]) -> str:
    """A column that is 1 where one of the alternatives holds, else 0."""
    return f"CASE WHEN {' OR '.join(f'({predicate.sql})' for predicate in predicates)} THEN 1 ELSE 0 END"


def _atoms(access: Access, reading: Literal["read", "export"]) -> tuple[Atom, ...]:
    """Every alternative of every grant that is not true of all rows anyway."""
    found = {
        atom.key: atom
        for action in (reading, *_CHANGES)
        for grant in access.grants.get(action, ())
        for atom in grant.scope.atoms
        if atom.key != _EVERY
    }
    return tuple(found.values())


def rights_by_values(
    entity: Entity, access: Access, actor: Actor, values: Mapping[str, object]
) -> RowRights | None:
    """The rights on a record with these canonical values; None where only the database can tell (scopes that are
    expressions)."""
    atoms = _atoms(access, "read")
    if any(atom.kind == "expression" for atom in atoms):
        return None
    return rights_where(
        entity, access, frozenset(atom.key for atom in atoms if atom.holds(values.get, actor))
    )


_rights_known: Memory[tuple[int, str, frozenset[AtomKey]], tuple[Access, RowRights]] = Memory(2_000)


def rights_where(
    entity: Entity,
    access: Access,
    holding: frozenset[AtomKey],
    reading: Literal["read", "export"] = "read",
) -> RowRights:
    """The rights on a row for which these alternatives hold; remembered, for there are few combinations."""
    key = (id(access), reading, holding)
    found = _rights_known.get(key)
    if found is None:
        found = _rights_known.put(key, (access, _rights(entity, access, holding | {_EVERY}, reading)))
    return found[1]


def _rights(entity: Entity, access: Access, holding: frozenset[AtomKey], reading: RowAction) -> RowRights:
    seeing = _in_force(access, reading, holding)
    updating, deleting = (_in_force(access, action, holding) for action in _CHANGES)
    levels: dict[str, Level] = {}
    for name, field in entity.fields.items():
        how = shown(name, seeing)
        if how == "clear":
            may_write = field.writable and any(grant.writes(name) for grant in updating)
            levels[name] = "write" if may_write else "read"
        elif how == "masked":
            levels[name] = "masked"
    readable = bool(seeing)
    return RowRights(readable, readable and bool(updating), readable and bool(deleting), levels)


def _in_force(access: Access, action: RowAction, holding: frozenset[AtomKey]) -> tuple[Grant, ...]:
    return tuple(
        grant
        for grant in access.grants.get(action, ())
        if any(atom.key in holding for atom in grant.scope.atoms)
    )


def shown(name: str, grants: Iterable[Grant]) -> Literal["clear", "masked", ""]:
    """The best that one of the grants gives for a field."""
    best: Literal["masked", ""] = ""
    for grant in grants:
        if grant.shows(name):
            return "clear"
        if name in grant.masked:
            best = "masked"
    return best
