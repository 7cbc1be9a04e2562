"""What one actor gets to see of the rows of a form: columns, guards per field, and records made of rows.

Where all roles agree about a field it is simply read, masked or left out. Where they do not, a row shows it only if
some one role grants both that row and that field: the column stands inside `CASE WHEN scope THEN column END`, and
flags behind the columns tell which scopes hold for the row.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from platform_core import database
from platform_core.database import INSTANT
from platform_core.entities import TITLE, Entity, quote
from platform_core.identity import Actor
from platform_core.permissions import Access, Grant, RowAction
from platform_core.records.masking import masked
from platform_core.records.model import Record, Wire
from platform_core.records.reading.layout import Layout, Row, layout
from platform_core.records.rights import RowFlags, RowRights, shown
from platform_core.records.scoping import Condition, any_of
from platform_core.records.titling import title_fields

Sight = Literal["clear", "masked", "hidden", "varies"]

HEAD = ("id", "version", "code", TITLE, "archived_at")
_LEFT_OUT = frozenset({"id", "code", "version", "archived_at", "import_batch"})
"""Not among the values unless asked for: they stand beside them, or interest nobody."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How a set of roles sees the fields of a form; the same for every actor that has them."""

    fields: dict[str, Sight]
    title: Sight
    code: Sight

    def of(self, name: str) -> Sight:
        return self.fields.get(name, "hidden")


_seen: OrderedDict[tuple[int, str], tuple[Access, Seen]] = OrderedDict()


def seen(entity: Entity, access: Access, action: RowAction = "read") -> Seen:
    """How the roles behind `access` see each field."""
    key = (id(access), action)
    found = _seen.get(key)
    if found is None:
        grants = access.grants.get(action, ())
        fields = {name: _sight(access, grants, (name,), action) for name in entity.fields}
        title = _sight(access, grants, title_fields(entity), action)
        found = _seen[key] = (access, Seen(fields, title, fields.get("code", "hidden")))
        if len(_seen) > 4_000:
            _seen.popitem(last=False)
    return found[1]


def _sight(access: Access, grants: Sequence[Grant], names: Sequence[str], action: RowAction) -> Sight:
    if action == "read" and access.all_unrestricted(names):
        return "clear"
    levels = {_worst(grant, names) for grant in grants}
    if len(levels) != 1:
        return "varies" if levels else "hidden"
    level = levels.pop()
    return level or "hidden"


def _worst(grant: Grant, names: Sequence[str]) -> Literal["clear", "masked", ""]:
    """What one grant gives of all these fields together."""
    given = [shown(name, (grant,)) for name in names]
    if "" in given:
        return ""
    return "masked" if "masked" in given else "clear"


def visible_names(entity: Entity, access: Access, action: RowAction = "read") -> tuple[str, ...]:
    """The fields that a record shows when nobody names any: those with columns, as far as somebody sees them."""
    how = seen(entity, access, action)
    return tuple(
        name
        for name, field in entity.fields.items()
        if name not in _LEFT_OUT and how.of(name) != "hidden" and (field.columns or field.rows is not None)
    )


class Projection:
    """One question's columns and how its rows become records.

    `columns` and `params` belong into a SELECT over alias `t`, in this order. `names` are the fields that are shown,
    `hidden` ones were dropped.
    """

    def __init__(
        self,
        entity: Entity,
        access: Access,
        actor: Actor,
        names: Sequence[str],
        *,
        action: Literal["read", "export"] = "read",
        rights: bool = False,
    ) -> None:
        self.entity = entity
        self._seen = seen(entity, access, action)
        self.names = tuple(name for name in names if self._seen.of(name) != "hidden")
        self.layout: Layout = layout(entity, [name for name in self.names if entity.fields[name].columns])
        self._varying = tuple(name for name in self.names if self._seen.of(name) == "varies")
        self._masked = tuple(name for name in self.names if self._seen.of(name) == "masked")
        asked = bool(self._varying) or rights
        self._flags = RowFlags(entity, access, actor, action) if asked else None
        self._rights = rights
        self._guards = _Guards(entity, access, actor, action)
        self.columns, self.params = self._select()
        self.width = len(self.columns)

    def _select(self) -> tuple[list[str], tuple[object, ...]]:
        columns: list[str] = []
        params: list[object] = []
        for name in HEAD:
            sight = {TITLE: self._seen.title, "code": self._seen.code}.get(name, "clear")
            of = title_fields(self.entity) if name == TITLE else (name,)
            self._add(columns, params, quote(name), sight, of, masks=False)
        for name, column in self.layout.columns:
            self._add(columns, params, quote(column), self._seen.of(name), (name,), masks=True)
        if self._flags is not None:
            columns += self._flags.sql
            params += self._flags.params
        return columns, tuple(params)

    def _add(
        self,
        columns: list[str],
        params: list[object],
        column: str,
        sight: Sight,
        of: Sequence[str],
        *,
        masks: bool,
    ) -> None:
        """A column as far as rows show it; `masks`: also where they show it masked."""
        if sight == "clear" or (sight == "masked" and masks):
            columns.append(f"t.{column}")
        elif sight == "varies":
            guard = self._guards.of(of, masks=masks)
            columns.append(f"CASE WHEN {guard.sql} THEN t.{column} END" if guard else f"t.{column}")
            params += guard.params
        else:
            columns.append("NULL")

    def record(self, row: Row) -> Record:
        """The record of a row; references still are bare ids."""
        values = self.layout.values(row, len(HEAD))
        for name in self._masked:
            if name in values:
                values[name] = masked(self.entity.fields[name], values[name])
        rights = self._row_rights(row)
        if rights is not None and self._varying:
            self._apply(values, rights)
        code = cast("str | None", row[2])
        return Record(
            form=self.entity.key,
            id=cast("str", row[0]),
            version=cast("int", row[1]),
            code=code,
            title=str(row[3] or code or str(row[0])[-8:]),
            values=values,
            archived_at=_instant(row[4]),
            access=rights.access if rights is not None and self._rights else None,
        )

    def _apply(self, values: Wire, rights: RowRights) -> None:
        """Leaves out or masks what this row does not show."""
        for name in self._varying:
            level = rights.levels.get(name)
            if level is None:
                values.pop(name, None)
            elif level == "masked" and name in values:
                values[name] = masked(self.entity.fields[name], values[name])

    def _row_rights(self, row: Row) -> RowRights | None:
        if self._flags is None:
            return None
        end = self.width
        return self._flags.rights(row[end - len(self._flags.sql) : end])

    def shows(self, name: str, row: Row) -> bool:
        """Whether a row shows a field in clear (for what is not in its own columns: rows of a table field)."""
        sight = self._seen.of(name)
        rights = self._row_rights(row) if sight == "varies" else None
        return sight == "clear" or rights is not None and rights.shows(name)


def _instant(raw: object) -> datetime | None:
    return cast("datetime | None", database.from_db(INSTANT, raw))


class _Guards:
    """Conditions under which rows show a field, made when one is asked for."""

    def __init__(self, entity: Entity, access: Access, actor: Actor, action: RowAction) -> None:
        self._grants = access.grants.get(action, ())
        self._actor = actor

    def of(self, names: Sequence[str], *, masks: bool) -> Condition:
        """True for the rows that some one role shows with all of these fields in clear (or masked)."""
        wanted = ("clear", "masked") if masks else ("clear",)
        atoms = {
            atom.key: atom
            for grant in self._grants
            if _worst(grant, names) in wanted
            for atom in grant.scope.atoms
        }
        return any_of([atom.predicate(self._actor) for atom in atoms.values()])
