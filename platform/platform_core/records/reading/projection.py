"""What one actor gets to see of the rows of a form: columns, guards per field, and records made of rows.

Where all roles agree about a field it is simply read, masked or left out. Where they do not, a row shows it only if
some one role grants both that row and that field: the column stands inside `CASE WHEN scope THEN column END`, and
flags behind the columns tell which scopes hold for the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from platform_core import database
from platform_core.entities import TITLE, Entity, EntityField, quote
from platform_core.identity import Actor
from platform_core.permissions import Access, Grant, RowAction
from platform_core.records.encrypting import encrypted
from platform_core.records.people import standing
from platform_core.records.reading.layout import Row, as_text, layout
from platform_core.records.remembering import Memory
from platform_core.records.rights import RowFlags, RowRights, shown
from platform_core.records.scoping import Condition, any_of
from platform_core.records.titling import title_fields

Sight = Literal["clear", "masked", "hidden", "varies"]
Reading = Literal["read", "export"]

HEAD = ("id", "version", "code", TITLE, "archived_at")
LEFT_OUT = frozenset({"id", "code", "version", "archived_at", "import_batch"})
"""Not among the values unless asked for: they stand beside them, or interest nobody."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How a set of roles sees the fields of a form; the same for every actor that has them."""

    fields: dict[str, Sight]
    title: Sight
    code: Sight
    visible: tuple[str, ...]
    """What a record shows when nobody names any field: columns and table rows, as far as somebody sees them."""

    def of(self, name: str) -> Sight:
        return self.fields.get(name, "hidden")


def is_volatile(field: EntityField) -> bool:
    """Whether the field is worked out whenever it is read."""
    return field.computed is not None and field.computed.volatile


_seen: Memory[tuple[int, str], tuple[Access, Seen]] = Memory(2_000)


def seen(entity: Entity, access: Access, action: RowAction = "read") -> Seen:
    """How the roles behind `access` see each field."""
    key = (id(access), action)
    found = _seen.get(key)
    if found is None:
        grants = access.grants.get(action, ())
        fields = {name: _sight(access, grants, (name,), action) for name in entity.fields}
        title = _sight(access, grants, title_fields(entity), action)
        visible = tuple(
            name
            for name, field in entity.fields.items()
            if name not in LEFT_OUT
            and fields[name] != "hidden"
            and (field.columns or field.rows is not None or is_volatile(field))
        )
        found = _seen.put(key, (access, Seen(fields, title, fields.get("code", "hidden"), visible)))
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


class Projection:
    """One question's columns, as one actor gets them.

    `columns` and `params` belong into a SELECT over alias `t`, in this order: the head, the layout's columns, the
    flags of the row. With `encoded` the values are for a JSON encoder. `names` are the fields that are shown, the hidden ones are left out; `sealed` have to be opened, `masked` are shown masked
    in every row, `varying` in their own way in each.
    """

    __slots__ = (
        "columns",
        "encoded",
        "entity",
        "flags",
        "layout",
        "masked",
        "names",
        "params",
        "sealed",
        "tables",
        "varying",
        "volatile",
        "width",
    )

    def __init__(
        self,
        entity: Entity,
        access: Access,
        actor: Actor,
        names: Sequence[str],
        *,
        action: Reading = "read",
        rights: bool = False,
        encoded: bool = False,
    ) -> None:
        how = seen(entity, access, action)
        self.entity = entity
        self.encoded = encoded
        self.names = tuple(name for name in names if how.of(name) != "hidden")
        self.tables = tuple(name for name in self.names if entity.fields[name].rows is not None)
        self.volatile = tuple(name for name in self.names if is_volatile(entity.fields[name]))
        self.sealed = tuple(field.name for field in encrypted(entity) if field.name in self.names)
        self.layout = layout(
            entity, [name for name in self.names if entity.fields[name].columns], encoded=encoded
        )
        self.varying = tuple(name for name in self.names if how.of(name) == "varies")
        self.masked = tuple(name for name in self.names if how.of(name) == "masked")
        self.flags = RowFlags(entity, access, actor, action) if self.varying or rights else None
        self.columns, self.params = self._select(how, _Guards(access, actor, action))
        self.width = len(self.columns)

    def _select(self, how: Seen, guards: _Guards) -> tuple[tuple[str, ...], tuple[object, ...]]:
        texts = self.encoded and database.dialect().is_postgresql
        made = [Condition(f"t.{quote(name)}") for name in HEAD]
        if texts:
            made[0] = _text("id")
        made[2] = _column("code", how.code, guards, ("code",), masks=False)
        made[3] = _column(TITLE, how.title, guards, title_fields(self.entity), masks=False)
        for name, column in self.layout.columns:
            read = _column(column, how.of(name), guards, (name,), masks=True)
            plain = texts and read.sql == f"t.{quote(column)}"
            made.append(_text(column) if plain and as_text(self.entity.fields[name]) else read)
        if self.flags is not None:
            made += [Condition(sql) for sql in self.flags.sql[:-1]]
            made += [Condition(sql, self.flags.params) for sql in self.flags.sql[-1:]]
        return tuple(one.sql for one in made), tuple(param for one in made for param in one.params)

    def rights(self, rows: Sequence[Row]) -> list[RowRights] | None:
        """The actor's rights on each row; None where nobody asked and every row is alike."""
        if self.flags is None:
            return None
        start = self.width - len(self.flags.sql)
        return [self.flags.rights(row[start : self.width]) for row in rows]


def _text(column: str) -> Condition:
    return Condition(f"CAST(t.{quote(column)} AS text) AS {quote(column)}")


def _column(column: str, sight: Sight, guards: _Guards, fields: Sequence[str], *, masks: bool) -> Condition:
    """A column as far as rows show it; `masks`: also where they show it masked."""
    if sight == "clear" or (sight == "masked" and masks):
        return Condition(f"t.{quote(column)}")
    if sight != "varies":
        return Condition(f"NULL AS {quote(column)}")
    guard = guards.of(fields, masks=masks)
    if not guard:
        return Condition(f"t.{quote(column)}")
    return Condition(f"CASE WHEN {guard.sql} THEN t.{quote(column)} END AS {quote(column)}", guard.params)


class _Guards:
    """Conditions under which rows show a field, made when one is asked for."""

    def __init__(self, access: Access, actor: Actor, action: Reading) -> None:
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


_projections: Memory[tuple[object, ...], tuple[Access, Projection]] = Memory(1_000)


def projection(
    entity: Entity,
    access: Access,
    actor: Actor,
    names: Sequence[str],
    *,
    action: Reading = "read",
    rights: bool = False,
    encoded: bool = False,
) -> Projection:
    """The projection for a question that is asked again and again: remembered per person."""
    key = (id(access), action, rights, encoded, *names, *standing(actor), database.generation())
    found = _projections.get(key)
    if found is None:
        made = Projection(entity, access, actor, names, action=action, rights=rights, encoded=encoded)
        found = _projections.put(key, (access, made))
    return found[1]
