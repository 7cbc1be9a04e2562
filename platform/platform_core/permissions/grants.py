"""What one set of roles may do with one form. Built once per (roles, form revision, catalog) and cached.

The law: roles are united, there is no deny. A row shows a field only if some ONE role grants both that row and
that field. So a role that sees all rows without the cost, beside a role that sees the cost of its own rows, is
the cost of own rows, not of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from platform_core.identity import Actor
from platform_core.permissions.scopes import Atom, Scope, ScopePredicate, union
from platform_core.permissions.sight import RowReader

Action = Literal["read", "create", "update", "delete", "export", "import"]
RowAction = Literal["read", "update", "delete", "export"]

ALWAYS_READABLE = frozenset({"id", "version"})
"""System fields that no role can hide: without them a record cannot be named or changed safely."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role's word on one action: these rows, without these fields."""

    role: str
    scope: Scope
    hidden: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    read_only: frozenset[str] = frozenset()

    def shows(self, name: str) -> bool:
        """In clear."""
        return name not in self.hidden and name not in self.masked

    def writes(self, name: str) -> bool:
        return self.shows(name) and name not in self.read_only


@dataclass(frozen=True, slots=True)
class Access:
    """The answer for one form. Everything that names a row needs the actor; all else is the same for the role set.

    `grants` holds the grants per row action, without those whose scope is none; "export" are the read grants of
    the roles that may export. `creating` are the grants of roles that may create (their scope is not asked).
    `export_rows` is the most rows of one export, 0 for none, None for no limit.
    """

    form: str
    fields: frozenset[str]
    grants: Mapping[RowAction, tuple[Grant, ...]]
    creating: tuple[Grant, ...] = ()
    can_import: bool = False
    can_assign: bool = False
    export_rows: int | None = 0
    _guards: dict[tuple[str, str], tuple[Atom, ...]] = field(default_factory=dict, repr=False, compare=False)

    # -- actions ---------------------------------------------------------------------------------------------

    @property
    def can_create(self) -> bool:
        return bool(self.creating)

    def can(self, action: Action) -> bool:
        """May the action be done at all, to at least some possible row?"""
        match action:
            case "create":
                return self.can_create
            case "import":
                return self.can_import
            case _:
                return bool(self.grants.get(action))

    # -- rows ------------------------------------------------------------------------------------------------

    def atoms(self, action: RowAction) -> tuple[Atom, ...]:
        """The distinct alternatives of all grants of an action."""
        return union([grant.scope.atoms for grant in self.grants.get(action, ())])

    def predicate(self, action: RowAction, actor: Actor) -> list[ScopePredicate]:
        """Alternatives over alias `t`; a row is in when one holds. Empty: no row at all. One "all": every row."""
        return _predicates(self.atoms(action), actor)

    def row_allows(self, action: RowAction, row: RowReader | Mapping[str, object], actor: Actor) -> bool:
        """Whether `actor` may do `action` to this row (canonical values by field name, or a function giving them).

        An update or a delete also needs the row to be readable: what may not be seen cannot be changed.
        """
        read = row if callable(row) else row.get
        if not any(atom.holds(read, actor) for atom in self.atoms(action)):
            return False
        return action == "read" or self.row_allows("read", read, actor)

    # -- fields ----------------------------------------------------------------------------------------------

    def readable(self, name: str) -> bool:
        """In clear, by at least one grant, so on at least some possible row."""
        return name in self.fields and any(grant.shows(name) for grant in self.grants.get("read", ()))

    def masked(self, name: str) -> bool:
        """Shown, but nowhere in clear."""
        if name not in self.fields or self.readable(name):
            return False
        return any(name in grant.masked for grant in self.grants.get("read", ()))

    def visible(self, name: str) -> bool:
        """In clear or masked, on at least some possible row."""
        return self.readable(name) or self.masked(name)

    def unrestricted(self, name: str) -> bool:
        """In clear on every row the actor can see: safe for filter, sort, group, search and cursor."""
        return self.all_unrestricted((name,))

    def all_unrestricted(self, names: Iterable[str]) -> bool:
        """All of these fields in clear on every visible row (a title made of several fields)."""
        asked = tuple(names)
        if not self.fields.issuperset(asked) or not self.grants.get("read"):
            return False
        return set(self.guard_atoms(*asked)) >= set(self.atoms("read"))

    def fields_readable_in_clear(self) -> frozenset[str]:
        """All fields that are `unrestricted`; every other one is unknown in filter, sort, group and search."""
        return frozenset(name for name in self.fields if self.unrestricted(name))

    def guard_atoms(self, *names: str) -> tuple[Atom, ...]:
        """The alternatives under which all of `names` may be shown in clear, taken from the roles that show them."""
        return self._union_where("read", names, "clear")

    def field_guards(
        self, name: str, actor: Actor, action: Literal["read", "export"] = "read"
    ) -> list[ScopePredicate]:
        """When a visible row shows the field in clear: `CASE WHEN (a OR b …) THEN t."name" END`. Empty: never."""
        return _predicates(self._union_where(action, (name,), "clear"), actor)

    def mask_guards(self, name: str, actor: Actor) -> list[ScopePredicate]:
        """When a visible row shows the field at least masked. Asked after `field_guards`."""
        return _predicates(self._union_where("read", (name,), "masked"), actor)

    def shows(
        self, name: str, row: RowReader | Mapping[str, object], actor: Actor
    ) -> Literal["clear", "masked", ""]:
        """How this row shows this field to `actor`."""
        read = row if callable(row) else row.get
        if name not in self.fields:
            return ""
        if any(atom.holds(read, actor) for atom in self.guard_atoms(name)):
            return "clear"
        if any(atom.holds(read, actor) for atom in self._union_where("read", (name,), "masked")):
            return "masked"
        return ""

    def writable(self, name: str) -> bool:
        """May be set by at least one grant, when creating or updating some possible row."""
        held = self.grants.get("update", ())
        return self.creatable(name) or (name in self.fields and any(grant.writes(name) for grant in held))

    def creatable(self, name: str) -> bool:
        """May be given a value when creating."""
        return name in self.fields and any(grant.writes(name) for grant in self.creating)

    def field_allows_update(self, name: str, row: RowReader | Mapping[str, object], actor: Actor) -> bool:
        """Whether `actor` may change this field of this row: one role must grant both."""
        read = row if callable(row) else row.get
        return any(atom.holds(read, actor) for atom in self._union_where("update", (name,), "write"))

    def _union_where(self, action: RowAction, names: tuple[str, ...], how: str) -> tuple[Atom, ...]:
        key = (f"{action}:{how}", "\0".join(names))
        found = self._guards.get(key)
        if found is None:
            held = self.grants.get(action, ()) if self.fields.issuperset(names) else ()
            grants = [grant for grant in held if all(_gives(grant, name, how) for name in names)]
            found = self._guards[key] = union([grant.scope.atoms for grant in grants])
        return found


def _gives(grant: Grant, name: str, how: str) -> bool:
    if how == "write":
        return grant.writes(name)
    return grant.shows(name) or (how == "masked" and name in grant.masked)


def _predicates(atoms: tuple[Atom, ...], actor: Actor) -> list[ScopePredicate]:
    return [atom.predicate(actor) for atom in atoms]


def full_access(form: str, fields: Iterable[str], read_only: frozenset[str] = frozenset()) -> Access:
    """What an admin and the system have; an admin only reads what an outside system leads (`read_only`)."""
    everything = (Grant("admin", Scope("all"), read_only=read_only),)
    return Access(
        form=form,
        fields=frozenset(fields),
        grants={"read": everything, "update": everything, "delete": everything, "export": everything},
        creating=everything,
        can_import=True,
        can_assign=True,
        export_rows=None,
    )
