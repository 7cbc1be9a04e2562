"""The database tables of a form: columns and indexes, for whoever makes and alters them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from platform_core.database import INT, UUID, WORDS, Column, Index, Table
from platform_core.entities.model import Entity, EntityField, EntityView, Rows, StoredColumn
from platform_core.entities.naming import index_name
from platform_core.entities.sealed import key_column
from platform_core.entities.system import SYSTEM_FIELDS, TITLE, TITLE_SORT, system_columns

LIVE = '"archived_at" IS NULL'
"""A record that is not in the recycle bin, in an index or a query without alias."""

_SCOPES = ("owner", "team", "territory")
_ORDERED_SCOPES = ("owner", "team")


def record_table(entity: Entity) -> Table:
    """The table of a form, with its indexes."""
    own = (database_column(column) for field in entity.own_fields for column in field.columns)
    return Table(entity.table, (*system_columns(), *own), record_indexes(entity))


def database_column(column: StoredColumn) -> Column:
    """A field's column as DDL knows it: always nullable, because requiring is a rule that may change."""
    return Column(column.name, column.type)


def record_indexes(entity: Entity) -> tuple[Index, ...]:
    """Every index that the table should have; compare two revisions' by name to know what to make and drop.

    What they hold is in their names, so that an index that has changed is another one.
    """
    found = [*_system_indexes(entity.table)]
    for field in entity.own_fields:
        found.extend(field_indexes(entity.table, field))
    fields = {**{field.name: field for field in entity.own_fields}, **SYSTEM_FIELDS}
    for view in entity.views.values():
        found.extend(_list_indexes(entity.table, fields, view))
    found.extend(_words_index(entity))
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
    column = key_column(field).name
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
    return index_name(table, key_column(field).name, "unique")


def _list_indexes(table: str, fields: Mapping[str, EntityField], view: EntityView) -> Iterator[Index]:
    """What a list is read by: the columns by which people see only theirs, the chips, the first sort field, the id.

    One index for who sees every record, and one behind each column of the scope: so the first page of "mine" or "my
    team's" is read in its order and no further. Those with chips hold the live rows only, and beside the keys what is
    summed below the list: then counts and sums need no look at the rows.
    """
    spelt = view.sort[0] if view.sort else ""
    down = spelt.startswith("-")
    column = _sort_column(fields, spelt.removeprefix("-"))
    order = _order(column, down)
    direction = "down" if down else "up"
    if column is not None and column != "id":
        yield Index(index_name(table, column, direction), table, order)
        for scope in _ORDERED_SCOPES:
            yield Index(index_name(table, scope, column, direction), table, (scope, *order))
    chips = chip_columns(fields, view)
    if not chips:
        return
    beside = _summed_columns(fields, view)
    for scope in _ORDERED_SCOPES:
        # "My team's" are counted without my own: see `records`' branches.
        others = tuple(other for other in _ORDERED_SCOPES if other != scope)
        name = index_name(table, scope, *chips, column or "", direction, "live", *beside, *others)
        yield Index(name, table, (scope, *chips, *order), where=LIVE, include=(*beside, *others))


def _order(column: str | None, down: bool) -> tuple[str, ...]:
    """The keys of an order, the record id last; none where the list has no order of its own."""
    if column is None or column == "id":
        return ()
    return (f"{column} DESC NULLS LAST", "id DESC") if down else (column, "id")


def _summed_columns(fields: Mapping[str, EntityField], view: EntityView) -> tuple[str, ...]:
    columns = [column for name in view.totals if name in fields for column in fields[name].columns]
    return tuple(column.name for column in columns if column.role != "sort")


def chip_columns(fields: Mapping[str, EntityField], view: EntityView) -> tuple[str, ...]:
    """The columns of a list's chips, in the order in which its indexes have them."""
    return tuple(fields[name].columns[0].name for name in view.chips if name in fields)


def _words_index(entity: Entity) -> Iterator[Index]:
    """The texts in which the list's search box looks for words."""
    columns = tuple(searched_columns(entity, {field.name for field in entity.own_fields if field.search}))
    if columns:
        yield Index(index_name(entity.table, *columns, "words"), entity.table, columns, using=WORDS)


def searched_columns(entity: Entity, names: Collection[str]) -> Iterator[str]:
    """The text columns in which a search looks that may look into these fields of the form.

    The title unless the fields show the same, the number where there is one, and the fields.
    """
    titled = {part.field for part in entity.title if part.field in entity.fields}
    if not (titled and titled.issubset(names)):
        yield TITLE
    if entity.numbering is not None:
        yield "code"
    for field in entity.own_fields:
        if field.name in names:
            yield from (
                column.name
                for column in field.columns
                if column.type.kind == "text" and column.role in ("value", "raw")
            )


def _sort_column(fields: Mapping[str, EntityField], name: str) -> str | None:
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
