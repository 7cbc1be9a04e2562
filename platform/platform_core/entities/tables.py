"""The database tables of a form: columns and indexes, for whoever makes and alters them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from platform_core.database import INT, UUID, Column, Index, Table
from platform_core.entities.model import EntityField, EntityView, Rows, StoredColumn
from platform_core.entities.naming import index_name
from platform_core.entities.system import SYSTEM_FIELDS, TITLE_SORT, system_columns

LIVE = '"archived_at" IS NULL'
"""A record that is not in the recycle bin, in an index or a query without alias."""

_SCOPES = ("owner", "team", "territory")
_ORDERED_SCOPES = ("owner", "team")


def record_table(name: str, fields: Iterable[EntityField], views: Iterable[EntityView] = ()) -> Table:
    """The table of a form with these own fields; `views` give indexes for the orders in which people look."""
    own = tuple(field for field in fields if not field.system)
    columns = (*system_columns(), *(database_column(column) for field in own for column in field.columns))
    return Table(name, columns, record_indexes(name, own, views))


def database_column(column: StoredColumn) -> Column:
    """A field's column as DDL knows it: always nullable, because requiring is a rule that may change."""
    return Column(column.name, column.type)


def record_indexes(
    table: str, fields: Iterable[EntityField], views: Iterable[EntityView] = ()
) -> tuple[Index, ...]:
    """Every index that the table should have; compare two revisions' by name to know what to make and drop."""
    own = {field.name: field for field in fields if not field.system}
    found = [*_system_indexes(table)]
    for field in own.values():
        found.extend(field_indexes(table, field))
    found.extend(_order_indexes(table, {**own, **SYSTEM_FIELDS}, views))
    return tuple({index.name: index for index in found}.values())


def _system_indexes(table: str) -> Iterator[Index]:
    yield Index(index_name(table, "code"), table, ("code",), unique=True)
    for name in _SCOPES:
        yield Index(index_name(table, name), table, (name, "id"))
    yield Index(index_name(table, "bin"), table, ("archived_at",), where='"archived_at" IS NOT NULL')
    yield Index(
        index_name(table, "import_batch"), table, ("import_batch",), where='"import_batch" IS NOT NULL'
    )


def field_indexes(table: str, field: EntityField) -> tuple[Index, ...]:
    """The indexes of one field: unique among the live records, by what it points to, or because it asks for one.

    A file or a signature is found from its record only; a list of links is found through PostgreSQL's GIN.
    """
    if not field.columns:
        return ()
    column = field.columns[0].name
    if field.unique:
        return (Index(unique_index_name(table, field), table, (column,), unique=True, where=LIVE),)
    pointing = field.reference is not None and field.reference.kind != "file"
    if not (field.index or pointing):
        return ()
    if field.columns[0].type.kind == "json":
        return (Index(index_name(table, column), table, (column,), using="gin"),)
    return (Index(index_name(table, column), table, (column,)),)


def unique_index_name(table: str, field: EntityField) -> str:
    """The name of the index that keeps a unique field unique."""
    return index_name(table, field.columns[0].name, "unique")


def _order_indexes(
    table: str, fields: dict[str, EntityField], views: Iterable[EntityView]
) -> Iterator[Index]:
    """For the first sort field of each list an index in its direction, with the record id behind, as lists are read.

    One for who sees every record, and one behind each column by which people see only theirs: so the first page of
    "mine" or "my team's" is read in its order and no further.
    """
    for view in views:
        for spelt in view.sort[:1]:
            column = _sort_column(fields, spelt.removeprefix("-"))
            if column is None or column == "id":
                continue
            down = spelt.startswith("-")
            keys = (f"{column} DESC NULLS LAST", "id DESC") if down else (column, "id")
            direction = "down" if down else "up"
            yield Index(index_name(table, column, direction), table, keys)
            for scope in _ORDERED_SCOPES:
                yield Index(index_name(table, scope, column, direction), table, (scope, *keys))


def _sort_column(fields: dict[str, EntityField], name: str) -> str | None:
    field = fields.get(name)
    if field is None:
        return TITLE_SORT if name == "title" else None
    return field.sort_column


def rows_table(rows: Rows, fields: Iterable[EntityField]) -> Table:
    """The table of a `table` field: id, parent, position, then the columns of its fields."""
    columns = (
        Column("id", UUID, primary=True),
        Column("parent", UUID, nullable=False),
        Column("position", INT, nullable=False),
        *(database_column(column) for field in fields for column in field.columns),
    )
    return Table(
        rows.table, columns, (Index(index_name(rows.table, "parent"), rows.table, ("parent", "position")),)
    )
