"""Tables, and the steps that change them. All are plain data: JSON-serialisable, comparable, storable in a job.

Every step is idempotent: applied twice it changes nothing the second time, so an interrupted publish or migration is
simply run again. Names are as in the database (`tw_…`, `r_…`).
"""

from __future__ import annotations

import msgspec

from platform_core.database.types import ColumnType


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """One column. `default` is an SQL literal (`'new'`, `0`, `TRUE`; decimals plain: `12.50`).

    `references` is the tail of a foreign key: `tw_identity_user(id)` or `tw_identity_user(id) ON DELETE CASCADE`.
    `identity` (with `primary`, type int) numbers the rows by itself: 1, 2, 3 …
    """

    name: str
    type: ColumnType
    nullable: bool = True
    default: str | None = None
    primary: bool = False
    references: str | None = None
    identity: bool = False


WORDS = "words"
"""`Index.using` of an index that `Dialect.contains` asks."""


class Index(msgspec.Struct, frozen=True, omit_defaults=True):
    """An index over `columns` (each a name, or a name with ` DESC` or ` DESC NULLS LAST`) or over one SQL `expression`.

    `where` makes it partial. `using` is PostgreSQL's method (`gin`), or WORDS for finding text inside words; such
    an index is not made on SQLite. `include` are columns kept beside the keys, so that sums need no look at the rows;
    SQLite has them behind the keys.
    """

    name: str
    table: str
    columns: tuple[str, ...] = ()
    unique: bool = False
    where: str | None = None
    expression: str | None = None
    using: str | None = None
    include: tuple[str, ...] = ()


class Table(msgspec.Struct, frozen=True, omit_defaults=True):
    """A table with its indexes; `uniques` are groups of columns that are unique together."""

    name: str
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()


class _Step(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="step"):
    """Base of the steps."""


class CreateTable(_Step, frozen=True, tag="create_table"):
    """Makes the table and its indexes where they are missing."""

    table: Table


class DropTable(_Step, frozen=True, tag="drop_table"):
    name: str


class RenameTable(_Step, frozen=True, tag="rename_table"):
    old: str
    new: str


class AddColumn(_Step, frozen=True, tag="add_column"):
    """Adds a column; one that is not nullable needs a default."""

    table: str
    column: Column


class DropColumn(_Step, frozen=True, tag="drop_column"):
    """Drops the column, and the indexes that use it."""

    table: str
    column: str


class RenameColumn(_Step, frozen=True, tag="rename_column"):
    table: str
    old: str
    new: str


class SetNotNull(_Step, frozen=True, tag="set_not_null"):
    """Raises NotNullViolation while a row lacks the value."""

    table: str
    column: str


class DropNotNull(_Step, frozen=True, tag="drop_not_null"):
    table: str
    column: str


class CreateIndex(_Step, frozen=True, tag="create_index"):
    """Outside a transaction PostgreSQL builds it without blocking writers."""

    index: Index


class DropIndex(_Step, frozen=True, tag="drop_index"):
    name: str


class RunSql(_Step, frozen=True, tag="run_sql"):
    """Statements in each engine's own words, without parameters; empty does nothing there.

    Whoever writes them keeps them idempotent.
    """

    sqlite: tuple[str, ...] = ()
    postgresql: tuple[str, ...] = ()


Step = (
    CreateTable
    | DropTable
    | RenameTable
    | AddColumn
    | DropColumn
    | RenameColumn
    | SetNotNull
    | DropNotNull
    | CreateIndex
    | DropIndex
    | RunSql
)


def sql(*statements: str) -> RunSql:
    """The same statements on both engines."""
    return RunSql(sqlite=statements, postgresql=statements)
