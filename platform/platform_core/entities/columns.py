"""Where the values of an expression lie in the database: columns, joins over links, tables of rows."""

from __future__ import annotations

from platform_core.entities.lookup import find
from platform_core.entities.model import Entity, EntityField, StoredColumn
from platform_core.entities.naming import cut, quote
from platform_core.entities.scope import HOPS, Sight, linked_entity
from platform_core.entities.sealed import BLIND_SUFFIX, is_sealed, key_column
from platform_core.entities.system import SYSTEM_FIELDS
from platform_core.expressions import TEXT, ChildTable, Join, NotSqlable, SqlColumn
from platform_core.i18n import N_

_NO_COLUMN = N_("The field {field} is not stored in a column of its own.")
_ENCRYPTED = N_(
    "The field {field} is stored encrypted: it can only be compared with ==, != or in, or asked for blanks."
)
_NEVER_NULL = frozenset({"id", "version", "created_at", "created_by", "updated_at", "updated_by"})


class EntityColumns:
    """The columns of one form under `alias`.

    With a `sight` links lead only to rows that the actor sees: what is behind another one is blank.
    """

    def __init__(self, entity: Entity, alias: str, *, sight: Sight | None = None, hops: int = HOPS) -> None:
        self._entity = entity
        self._alias = alias
        self._sight = sight
        self._hops = hops

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        """The column of a path, with the joins it needs. Raises NotSqlable."""
        field = self._entity.fields.get(path[0])
        if field is None and len(path) == 1 and path[0].endswith(BLIND_SUFFIX):
            return self._blind(path[0].removesuffix(BLIND_SUFFIX))
        if field is None or not field.columns:
            raise NotSqlable(_NO_COLUMN, params={"field": ".".join(path)})
        if len(path) == 1:
            return sql_column(field, self._alias)
        return self._through(field, path)

    def _blind(self, name: str) -> SqlColumn:
        """The blind index of an encrypted field; a filter that asks for equal values is rewritten to it."""
        field = self._entity.fields.get(name)
        if field is None or not is_sealed(field):
            raise NotSqlable(_NO_COLUMN, params={"field": name})
        return SqlColumn(
            text=f"{self._alias}.{quote(key_column(field).name)}", type=TEXT, storage="text", precision=18
        )

    def _through(self, field: EntityField, path: tuple[str, ...]) -> SqlColumn:
        target = linked_entity(field)
        if target is None or not self._hops:
            raise NotSqlable(_NO_COLUMN, params={"field": ".".join(path)})
        alias = quote(cut(f"{self._alias.strip(chr(34))}__{path[0]}"))
        here = f"{self._alias}.{quote(field.columns[0].name)}"
        source, params = _source(target, self._sight)
        join = Join(
            alias=alias, text=f'LEFT JOIN {source} AS {alias} ON {alias}."id" = {here}', params=params
        )
        inner = EntityColumns(target, alias, sight=self._sight, hops=self._hops - 1).column(path[1:])
        return SqlColumn(
            text=inner.text,
            type=inner.type,
            storage=inner.storage,
            precision=inner.precision,
            scale=inner.scale,
            currency=inner.currency,
            joins=(join, *inner.joins),
        )

    def rows(self, path: tuple[str, ...]) -> ChildTable:
        """The table behind a list: rows of a table field, or records of another form that link here."""
        field = self._entity.fields.get(path[0])
        alias = quote(cut(f"{self._alias.strip(chr(34))}__{path[0]}"))
        if field is not None and field.rows is not None and len(path) == 1:
            return ChildTable(
                table=quote(field.rows.table),
                alias=alias,
                condition=f'{alias}."parent" = {self._alias}."id"',
                columns=RowColumns(field, alias),
            )
        if field is not None and field.children is not None and len(path) == 1:
            return self._children(field, alias)
        raise NotSqlable(_NO_COLUMN, params={"field": ".".join(path)})

    def _children(self, field: EntityField, alias: str) -> ChildTable:
        children = field.children
        entity = find(children.form) if children is not None else None
        if children is None or entity is None:
            raise NotSqlable(_NO_COLUMN, params={"field": field.name})
        by = entity.fields[children.by].columns[0].name
        source, params = _source(entity, self._sight)
        return ChildTable(
            table=source,
            alias=alias,
            condition=f'{alias}.{quote(by)} = {self._alias}."id" AND {alias}."archived_at" IS NULL',
            columns=EntityColumns(entity, alias, sight=self._sight, hops=0),
            params=params,
        )


class RowColumns:
    """The cells of one row of a table field."""

    def __init__(self, field: EntityField, alias: str) -> None:
        self._cells = field.rows.fields if field.rows is not None else {}
        self._alias = alias

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        """The column of a cell. Raises NotSqlable for what lies behind a cell's link."""
        cell = self._cells.get(path[0]) if len(path) == 1 else None
        if cell is None or not cell.columns:
            raise NotSqlable(_NO_COLUMN, params={"field": ".".join(path)})
        return sql_column(cell, self._alias)

    def rows(self, path: tuple[str, ...]) -> ChildTable:
        raise NotSqlable(_NO_COLUMN, params={"field": ".".join(path)})


def sql_column(field: EntityField, alias: str) -> SqlColumn:
    """The value column of a stored field under `alias`, as the SQL back end wants it described."""
    value = field.columns[0]
    currency = _with_role(field, "currency")
    kind = value.type.kind
    if is_sealed(field):
        raise NotSqlable(_ENCRYPTED, params={"field": field.name})
    if kind == "blob":
        raise NotSqlable(_NO_COLUMN, params={"field": field.name})
    decimal = kind == "decimal"
    return SqlColumn(
        text=f"{alias}.{quote(value.name)}",
        type=field.expression_type,
        storage=kind,
        precision=value.type.precision if decimal else 18,
        scale=value.type.scale if decimal else 0,
        nullable=not (field.name in _NEVER_NULL and field is SYSTEM_FIELDS.get(field.name)),
        currency=f"{alias}.{quote(currency.name)}" if currency is not None else None,
    )


def _with_role(field: EntityField, role: str) -> StoredColumn | None:
    return next((column for column in field.columns if column.role == role), None)


def _source(entity: Entity, sight: Sight | None) -> tuple[str, tuple[object, ...]]:
    """What to join: the table, or those of its rows that the actor sees."""
    table = quote(entity.table)
    if sight is None:
        return table, ()
    condition, params = sight.rows(entity)
    if not condition:
        return table, ()
    return f"(SELECT t.* FROM {table} AS t WHERE {condition})", params
