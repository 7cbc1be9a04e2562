"""Row scopes, taken apart into atoms that an index can answer.

A scope includes the narrower ones a person would expect: `team` is own rows and those of the team, `team_tree`
own rows and those of the team and the teams below, `territory` own rows and those of the territories. So a scope
is a union of atoms, and several roles are the union of their atoms: never an OR over unrelated columns that
forces a scan, always alternatives that the planner may run one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from platform_core import database
from platform_core.expressions import Checked
from platform_core.identity import Actor
from platform_core.permissions.definition import NAMED_SCOPES
from platform_core.permissions.sight import RowReader, expression_holds, expression_sql

AtomKind = Literal["own", "team", "team_tree", "territory", "all", "expression"]

_ATOMS: Mapping[str, tuple[AtomKind, ...]] = {
    "none": (),
    "own": ("own",),
    "team": ("own", "team"),
    "team_tree": ("own", "team_tree"),
    "territory": ("own", "territory"),
    "all": ("all",),
}


class ScopePredicate(msgspec.Struct, frozen=True):
    """One alternative of a row filter over alias `t`: SQL text with `?` places, and its parameters in order.

    A row is in scope when any one alternative holds. `kind` tells where it came from; "all" has the text TRUE.
    """

    kind: AtomKind
    sql: str
    params: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Atom:
    """One indexable alternative; two atoms of one form are the same when kind and expression text are.

    `form` is the key of the form that an expression is about.
    """

    kind: AtomKind
    text: str = ""
    checked: Checked | None = None
    form: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.text

    def predicate(self, actor: Actor) -> ScopePredicate:
        """The SQL of this alternative for `actor`. The text is the same for every actor; the parameters differ."""
        if self.checked is not None:
            return ScopePredicate("expression", *expression_sql(self.checked, self.form, actor))
        match self.kind:
            case "own":
                return ScopePredicate("own", 't."owner" = ?', (actor.user_id,))
            case "team":
                return ScopePredicate("team", 't."team" = ?', (actor.team,))
            case "team_tree":
                return ScopePredicate("team_tree", _one_of('t."team"'), (list(actor.teams),))
            case "territory":
                return ScopePredicate("territory", _one_of('t."territory"'), (list(actor.territories),))
        return ScopePredicate("all", "TRUE")

    def holds(self, row: RowReader, actor: Actor) -> bool:
        """The same question asked of one row in Python."""
        if self.checked is not None:
            return expression_holds(self.checked, row, actor)
        match self.kind:
            case "own":
                return row("owner") == actor.user_id
            case "team":
                return actor.team is not None and row("team") == actor.team
            case "team_tree":
                return row("team") in actor.teams
            case "territory":
                return row("territory") in actor.territories
        return True


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope as a role states it: one of the named ones, or an expression with its checked form."""

    text: str
    checked: Checked | None = None
    form: str = ""

    @property
    def atoms(self) -> tuple[Atom, ...]:
        if self.checked is not None:
            return (Atom("expression", self.text, self.checked, self.form),)
        return tuple(Atom(kind) for kind in _ATOMS[self.text])

    @property
    def is_named(self) -> bool:
        return self.text in NAMED_SCOPES


def union(scopes: list[tuple[Atom, ...]]) -> tuple[Atom, ...]:
    """The distinct atoms of several scopes; only `all` where one of them is `all`, no `team` beside a tree."""
    found = {atom.key: atom for atoms in scopes for atom in atoms}
    if ("all", "") in found:
        return (found["all", ""],)
    if ("team_tree", "") in found:
        found.pop(("team", ""), None)
    return tuple(found.values())


def _one_of(column: str) -> str:
    return database.dialect().in_list(column)
