"""What the SQL back end is told about columns, and the pieces it builds with.

Numbers: on PostgreSQL `numeric` (or an integer column); on SQLite an integer that stands for value x 10^scale. Instants
on SQLite are 'YYYY-MM-DDTHH:MM:SS.ffffffZ', dates 'YYYY-MM-DD'; lists are JSON arrays of keys on both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import msgspec

from platform_core.expressions.types import Type

if TYPE_CHECKING:
    from platform_core.expressions.ir import Node
    from platform_core.expressions.sql_writer import Writer

Dialect = Literal["sqlite", "postgresql"]
Storage = Literal["uuid", "text", "int", "bool", "instant", "date", "json", "decimal"]
PLAIN_DIGITS: Final = 18
"""Decimal digits that always fit a 64-bit integer."""


class Join(msgspec.Struct, frozen=True):
    """A LEFT JOIN that a column needs: its alias and the whole text, `LEFT JOIN "r_x" AS "j1" ON …`."""

    alias: str
    text: str


class SqlColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column as SQL names it: `t."amount"`, and how it stores its values.

    `precision` and `scale` are those of decimal(p, s); whole numbers have scale 0. Money gives its currency column in
    `currency`. `folded` is a shadow column holding the case-folded text, for SAME_TEXT.
    """

    text: str
    type: Type
    storage: Storage
    precision: int = PLAIN_DIGITS
    scale: int = 0
    nullable: bool = True
    currency: str | None = None
    folded: str | None = None
    joins: tuple[Join, ...] = ()


class ColumnResolver(Protocol):
    """Knows the tables behind paths. Both methods raise NotSqlable where there is no column (a third link, …)."""

    def column(self, path: tuple[str, ...], /) -> SqlColumn: ...

    def rows(self, path: tuple[str, ...], /) -> ChildTable: ...


class ChildTable(msgspec.Struct, frozen=True, kw_only=True):
    """The rows below a record: `FROM table AS alias WHERE condition`; `columns` resolves paths of one row."""

    table: str
    alias: str
    condition: str
    columns: ColumnResolver
    params: tuple[object, ...] = ()
    joins: tuple[Join, ...] = ()


class Sql(msgspec.Struct, frozen=True, kw_only=True):
    """Finished SQL with `?` places, its parameters in order, and the joins it needs.

    `scale` tells how to read a number on SQLite (value / 10^scale); `currency` is the text beside a money's amount.
    """

    text: str
    params: tuple[object, ...] = ()
    joins: tuple[Join, ...] = ()
    type: Type
    scale: int = 0
    currency: str | None = None
    currency_params: tuple[object, ...] = ()


class Piece(msgspec.Struct, frozen=True):
    """SQL text and the parameters of its places."""

    text: str
    params: tuple[object, ...] = ()


def piece(template: str, *parts: Piece) -> Piece:
    """`template` with each `{}` replaced by a part, parameters in the order of the text."""
    params = tuple(param for part in parts for param in part.params)
    return Piece(template.format(*(part.text for part in parts)), params)


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A computed SQL value, or one that is already known.

    `known`: the Python value stands in `constant`, and `sql` is unused until it is bound next to something.
    `scale` and `digits` (a bound on the digits of the unscaled number) are for numbers; `whole`: a 64-bit integer in
    SQL, not numeric. `currency` is the value beside a money amount.
    """

    kind: str
    sql: Piece = Piece("NULL")
    known: bool = False
    constant: Any = None
    scale: int = 0
    digits: int = PLAIN_DIGITS
    whole: bool = False
    nullable: bool = True
    storage: Storage | None = None
    currency: Value | None = None
    folded: str | None = None
    bare: bool = False
    """A plain column, whose index a comparison should be able to use."""


SqlEmitter = Callable[["Writer", "Node"], Value]
"""Writes one call; it may raise NotSqlable for arguments that have no exact SQL."""
