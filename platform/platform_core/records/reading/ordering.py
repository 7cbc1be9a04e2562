"""The order of a list, and where in it a page begins.

Blanks come last in both directions, on both engines, and the record id breaks ties in the direction of the last
field, so the order is total. A page begins behind the last row of the one before (its keys, not its number): rows
that are made or deleted meanwhile neither repeat nor skip others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from platform_core import database
from platform_core.database import TEXT, UUID, ColumnType
from platform_core.entities import TITLE_SORT, Entity, instant_wire, quote
from platform_core.errors import Problem
from platform_core.i18n import N_
from platform_core.permissions import Access
from platform_core.records.errors import BadCursor, BadQuery
from platform_core.records.scoping import EVERYTHING, Condition
from platform_core.records.titling import title_is_clear

NEWEST_FIRST = ("-id",)
_NEVER_NULL = frozenset({"id", "version", "created_at", "updated_at", TITLE_SORT})
_MOST_KEYS = 4


@dataclass(frozen=True, slots=True)
class Key:
    """One column of the order."""

    column: str
    type: ColumnType
    descending: bool

    @property
    def nullable(self) -> bool:
        return self.column not in _NEVER_NULL


@dataclass(frozen=True, slots=True)
class Ordering:
    """The order of one list; the last key is the id, which every SELECT has as its first column."""

    keys: tuple[Key, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """What a SELECT has to carry besides the id: "t.x AS _s0", …: no field is called so"""
        return tuple(f"t.{quote(key.column)} AS _s{place}" for place, key in enumerate(self.keys[:-1]))

    def order_by(self, *, of_union: bool = False) -> str:
        """ORDER BY of one SELECT, or of a union of several by the names of `columns`."""
        return " ORDER BY " + ", ".join(
            f"{_in_union(place, key) if of_union else f't.{quote(key.column)}'}{_direction(key)}"
            for place, key in enumerate(self.keys)
        )

    def mark(self, record: object, values: Sequence[object]) -> list[object]:
        """The keys of a row as JSON values: what `columns` gave, and the id."""
        keys = zip(self.keys, (*values, record), strict=True)
        return [_plain(database.from_db(key.type, value)) for key, value in keys]

    def behind(self, mark: Sequence[object]) -> Condition:
        """The rows after a marked one. Raises BadCursor for a mark of another order."""
        if len(mark) != len(self.keys):
            raise BadCursor()
        try:
            values = [_value(key, value) for key, value in zip(self.keys, mark, strict=True)]
        except (ValueError, TypeError, ArithmeticError) as exc:
            raise BadCursor() from exc
        if not any(key.nullable for key in self.keys) and len({key.descending for key in self.keys}) == 1:
            return self._behind_row(values)
        return self._behind_each(values)

    def _behind_row(self, values: list[object]) -> Condition:
        """All keys run the same way and are never blank: one comparison of rows, which an index answers."""
        names = ", ".join(f"t.{quote(key.column)}" for key in self.keys)
        sign = "<" if self.keys[0].descending else ">"
        return Condition(f"({names}) {sign} ({', '.join('?' * len(values))})", tuple(values))

    def _behind_each(self, values: list[object]) -> Condition:
        """Behind in the first key, or equal there and behind in the next, and so on."""
        options: list[str] = []
        params: list[object] = []
        equal = EVERYTHING
        for key, value in zip(self.keys, values, strict=True):
            later = _later(key, value)
            if later is not None:
                options.append(f"({equal.sql} AND {later.sql})" if equal else later.sql)
                params += (*equal.params, *later.params)
            here = _same(key, value)
            equal = Condition(f"{equal.sql} AND {here.sql}", (*equal.params, *here.params)) if equal else here
        return Condition(f"({' OR '.join(options)})", tuple(params))


def ordering(entity: Entity, access: Access, sort: Sequence[str]) -> Ordering:
    """The order of `sort`. Raises BadQuery for a field that does not exist for this actor or cannot be sorted by."""
    problems: list[Problem] = []
    keys: list[Key] = []
    for place, spelt in enumerate(sort):
        name, descending = spelt.removeprefix("-"), spelt.startswith("-")
        found = _column(entity, access, name)
        if found is None or place >= _MOST_KEYS:
            problems.append(_unknown(place, name))
        elif found[0] not in {key.column for key in keys}:
            keys.append(Key(found[0], found[1], descending))
    if problems:
        raise BadQuery(problems)
    if not any(key.column == "id" for key in keys):
        keys.append(Key("id", UUID, keys[-1].descending if keys else True))
    while keys[-1].column != "id":
        keys.pop()  # behind the id nothing is left to order
    return Ordering(tuple(keys))


def _column(entity: Entity, access: Access, name: str) -> tuple[str, ColumnType] | None:
    field = entity.fields.get(name)
    if field is None and name == "title":
        return (TITLE_SORT, TEXT) if title_is_clear(entity, access) else None
    if field is None or field.sort_column is None or not access.unrestricted(name):
        return None
    kind = next(column.type for column in field.columns if column.name == field.sort_column)
    return field.sort_column, kind


def _unknown(place: int, name: str) -> Problem:
    return Problem(
        pointer=f"/sort/{place}",
        code="unknown_sort",
        message=N_("The list cannot be sorted by '{field}'."),
        params={"field": name[:60]},
    )


def _in_union(place: int, key: Key) -> str:
    """The id by its place: where the list shows it too, its name stands there twice."""
    return "1" if key.column == "id" else f"_s{place}"


def _direction(key: Key) -> str:
    down = " DESC" if key.descending else ""
    return f"{down} NULLS LAST" if key.nullable else down


def _later(key: Key, value: object) -> Condition | None:
    """What comes behind a value in this key; None behind a blank."""
    if value is None:
        return None
    name = f"t.{quote(key.column)}"
    sign = "<" if key.descending else ">"
    if key.nullable:
        return Condition(f"({name} {sign} ? OR {name} IS NULL)", (value,))
    return Condition(f"{name} {sign} ?", (value,))


def _same(key: Key, value: object) -> Condition:
    name = f"t.{quote(key.column)}"
    return Condition(f"{name} IS NULL") if value is None else Condition(f"{name} = ?", (value,))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return instant_wire(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _value(key: Key, value: object) -> object:
    """A mark's JSON value as a parameter."""
    if value is None:
        return None
    match key.type.kind:
        case "instant":
            return datetime.fromisoformat(cast("str", value))
        case "date":
            return date.fromisoformat(cast("str", value))
        case "decimal":
            return database.to_db(key.type, Decimal(cast("str", value)))
    return value
