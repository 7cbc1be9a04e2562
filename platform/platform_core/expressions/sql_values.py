"""What the SQL back end is told about columns, and the pieces it builds with.

Numbers: on PostgreSQL `numeric` (or an integer column); on SQLite an integer that stands for value x 10^scale. Instants
on SQLite are 'YYYY-MM-DDTHH:MM:SS.ffffffZ', dates 'YYYY-MM-DD'; lists are JSON arrays of keys on both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from string import Formatter
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import msgspec

from platform_core.expressions.errors import NotSqlable
from platform_core.expressions.types import Type
from platform_core.i18n import N_

if TYPE_CHECKING:
    from platform_core.expressions.ir import Node
    from platform_core.expressions.sql_writer import Writer

Dialect = Literal["sqlite", "postgresql"]
Storage = Literal["uuid", "text", "int", "bool", "instant", "date", "json", "decimal"]
LONGEST: Final = 100_000
"""Characters of one SQL condition."""
_FORMAT: Final = Formatter()
PLAIN_DIGITS: Final = 18
"""Decimal digits that always fit a 64-bit integer."""


class Join(msgspec.Struct, frozen=True):
    """A LEFT JOIN that a column needs: its alias and the whole text, `LEFT JOIN "r_x" AS "j1" ON …`.

    `params` belong to `?` places in the text, where the joined rows are limited to what somebody may see.
    """

    alias: str
    text: str
    params: tuple[object, ...] = ()


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
    """The rows below a record: `FROM table AS alias WHERE condition`; `columns` resolves paths of one row.

    `params` belong to `?` places in `table` (a sub-select of the rows that somebody may see); `condition` has none.
    """

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
    """`template` with `{}` (in order) or `{0}` replaced by parts; parameters follow the order of the text."""
    texts: list[str] = []
    params: list[object] = []
    following = iter(parts)
    for literal, field, _, _ in _FORMAT.parse(template):
        texts.append(literal)
        if field is not None:
            part = parts[int(field)] if field else next(following)
            texts.append(part.text)
            params.extend(part.params)
    text = "".join(texts)
    if len(text) > LONGEST:
        raise NotSqlable(N_("The filter is too large for the database."))
    return Piece(text, tuple(params))


def comma(parts: Sequence[Piece]) -> Piece:
    """The parts with commas between them."""
    return piece(", ".join(["{}"] * len(parts)), *parts)


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A computed SQL value; or, where `known`, a Python value in `constant` that is bound once its place is clear.

    `scale` and `digits` (a bound on the digits of value x 10^scale) are for numbers; `whole` marks a 64-bit integer in
    SQL where others are numeric (PostgreSQL). `currency` is the value beside a money amount.
    """

    kind: str
    sql: Piece = Piece("NULL")
    known: bool = False
    constant: Any = None
    scale: int = 0
    digits: int = PLAIN_DIGITS
    whole: bool = False
    nullable: bool = True
    storage: Storage = "text"
    currency: Value | None = None
    folded: str | None = None

    @property
    def is_blank(self) -> bool:
        """Known to be blank."""
        return self.known and self.constant is None


Condition = Piece | bool | None
"""A condition in SQL, or one already decided (None: unknown)."""


def condition_value(condition: Condition) -> Value:
    """A condition as the value of a call."""
    if isinstance(condition, Piece):
        return Value(kind="bool", sql=condition, storage="bool")
    return Value(kind="bool", known=True, constant=condition, storage="bool")


SqlEmitter = Callable[["Writer", "Node"], Value]
"""Writes one call; it may raise NotSqlable for arguments that have no exact SQL."""
