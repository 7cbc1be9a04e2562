"""SQL over lists: JSON arrays of keys in one column, and the rows of a child table as sub-queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from platform_core.expressions import sql_compare
from platform_core.expressions.errors import NotSqlable
from platform_core.expressions.ir import Node
from platform_core.expressions.sql_amounts import as_money, plain
from platform_core.expressions.sql_compare import amount_of, as_piece, by_code_point, currency_of
from platform_core.expressions.sql_numbers import settled
from platform_core.expressions.sql_reasons import NO_FUNCTION, NO_LIST
from platform_core.expressions.sql_values import (
    ChildTable,
    Condition,
    Join,
    Piece,
    Value,
    condition_value,
    piece,
)

if TYPE_CHECKING:
    from platform_core.expressions.sql_writer import Writer

_KEYS = frozenset({"text", "choice", "ref", "user"})


def contained(writer: Writer, item: Node, many: Node, *, exact: bool) -> Condition:
    """`item in many`: unknown where the item is blank; a blank list is an empty one."""
    entries = writer.value(many) if writer.is_known(many) else None
    value = writer.value(item)
    if value.is_blank:
        return None
    if entries is not None:
        if value.known:
            return value.constant in (entries.constant or ())
        return sql_compare.one_of(writer, value, entries.constant or (), exact=exact)
    found = (
        _in_rows(writer, value, many) if many.op == "each" else _in_array(writer, value, many, exact=exact)
    )
    if isinstance(found, Piece) and exact and not value.known:
        return piece("CASE WHEN {} IS NULL THEN NULL ELSE {} END", value.sql, found)
    return found


def _in_array(writer: Writer, value: Value, many: Node, *, exact: bool) -> Condition:
    array = _array(writer, many)
    if array is None or value.kind not in _KEYS:
        raise NotSqlable(NO_LIST)
    text = writer.text(value)
    if writer.dialect == "sqlite":
        return piece("EXISTS (SELECT 1 FROM json_each({}) AS tw_e WHERE tw_e.value = {})", array.sql, text)
    return piece("COALESCE({} @> jsonb_build_array({}), FALSE)" if exact else "({} @> jsonb_build_array({}))",
                 array.sql, text)  # fmt: skip


def _in_rows(writer: Writer, value: Value, many: Node) -> Condition:
    child = writer.columns.rows(many.path)
    with writer.rows(child) as joins:
        entry = writer.value(many.args[0])
        same = sql_compare.equal(writer, entry, value, exact=False)
    if not isinstance(same, Piece):
        return same
    if not value.known:
        same = piece("({} IS NOT NULL AND {})", value.sql, same)
    return _exists(child, joins, same)


def includes(writer: Writer, node: Node) -> Value:
    return condition_value(contained(writer, node.args[1], node.args[0], exact=writer.exact))


def _array(writer: Writer, node: Node) -> Value | None:
    """The JSON column of a list field; None where the list is a table of rows."""
    if node.op != "path":
        return None
    try:
        value = writer.value(node)
    except NotSqlable:
        return None
    return value if value.storage == "json" else None


def _from(child: ChildTable, joins: dict[str, Join], condition: Piece | None = None) -> Piece:
    """FROM and WHERE of a sub-query over the rows."""
    text = " ".join((f"FROM {child.table} AS {child.alias}", *(join.text for join in joins.values())))
    params = (*child.params, *(param for join in joins.values() for param in join.params))
    where = Piece(f"{text} WHERE {child.condition}", params)
    return where if condition is None else piece("{} AND {}", where, condition)


def _exists(child: ChildTable, joins: dict[str, Join], condition: Piece | None = None) -> Piece:
    return piece("EXISTS (SELECT 1 {})", _from(child, joins, condition))


def no_entries(writer: Writer, node: Node) -> Condition:
    """BLANK of a list."""
    array = _array(writer, node)
    if array is not None:
        return piece("({0} IS NULL OR {0} = '[]')", array.sql)
    if node.op not in ("path", "each"):
        raise NotSqlable(NO_FUNCTION)
    child = writer.columns.rows(node.path)
    return piece("(NOT {})", _exists(child, {join.alias: join for join in child.joins}))


def count(writer: Writer, node: Node) -> Value:
    """COUNT of rows, of what is not blank in them, of the conditions that hold, of an array, of distinct entries."""
    argument = node.args[0]
    if argument.op == "call" and argument.name == "distinct":
        return _whole(writer, _count_distinct(writer, argument.args[0]))
    if argument.op != "each":
        return _whole(writer, _count_entries(writer, argument))
    child = writer.columns.rows(argument.path)
    with writer.rows(child) as joins:
        body = argument.args[0]
        if body.kind == "bool":
            counted = piece("COUNT(CASE WHEN {} THEN 1 END)", as_piece(writer.condition(body, exact=False)))
        else:
            counted = piece("COUNT({})", _entry(writer, writer.value(body)))
    return _whole(writer, piece("(SELECT {} {})", counted, _from(child, joins)))


def _count_entries(writer: Writer, node: Node) -> Piece:
    array = _array(writer, node)
    if array is not None:
        name = "json_array_length" if writer.dialect == "sqlite" else "jsonb_array_length"
        return piece(f"COALESCE({name}({{}}), 0)", array.sql)
    if node.op != "path":
        raise NotSqlable(NO_FUNCTION)
    child = writer.columns.rows(node.path)
    return piece("(SELECT COUNT(*) {})", _from(child, {join.alias: join for join in child.joins}))


def _count_distinct(writer: Writer, node: Node) -> Piece:
    if node.op != "each":
        array = _array(writer, node)
        if array is None:
            raise NotSqlable(NO_FUNCTION)
        entries = "json_each({})" if writer.dialect == "sqlite" else "jsonb_array_elements_text({})"
        column = "tw_e.value" if writer.dialect == "sqlite" else "tw_e"
        return piece(f"(SELECT COUNT(DISTINCT {column}) FROM {entries} AS tw_e)", array.sql)
    child = writer.columns.rows(node.path)
    with writer.rows(child) as joins:
        value = writer.value(node.args[0])
        if value.kind == "money":
            raise NotSqlable(NO_FUNCTION)
        return piece("(SELECT COUNT(DISTINCT {}) {})", _entry(writer, value), _from(child, joins))


def _entry(writer: Writer, value: Value) -> Piece:
    return settled(writer, value).sql if value.kind == "number" else plain(writer, value)


def distinct(writer: Writer, node: Node) -> Value:
    """DISTINCT has SQL only inside COUNT, which looks at it itself."""
    raise NotSqlable(NO_FUNCTION)


def _whole(writer: Writer, sql: Piece) -> Value:
    return Value(
        kind="number", sql=sql, digits=12, whole=writer.dialect == "postgresql", nullable=False, storage="int"
    )


def total(writer: Writer, node: Node) -> Value:
    """SUM over rows: zero for none; of money blank for none (unless the currency is fixed) and for mixed currencies."""
    argument = _rows_argument(node)
    child = writer.columns.rows(argument.path)
    with writer.rows(child) as joins:
        value = writer.value(argument.args[0])
        if value.kind == "money":
            return _total_money(writer, value, child, joins, node)
        summed = piece("(SELECT COALESCE(SUM({}), 0) {})", settled(writer, value).sql, _from(child, joins))
    return Value(kind="number", sql=summed, scale=settled(writer, value).scale, nullable=False)


def _total_money(
    writer: Writer, value: Value, child: ChildTable, joins: dict[str, Join], node: Node
) -> Value:
    fixed = node.type.partition(":")[2]
    below = _from(child, joins)
    if fixed:
        summed = piece("(SELECT COALESCE(SUM({}), 0) {})", value.sql, below)
        return as_money(_like(value, summed), Value(kind="text", known=True, constant=fixed))
    currency = writer.text(currency_of(value))
    summed = piece("(SELECT CASE WHEN MIN({0}) = MAX({0}) THEN SUM({1}) END {2})", currency, value.sql, below)
    shared = piece("(SELECT MIN({}) {})", currency, below)
    return as_money(_like(value, summed), Value(kind="text", sql=shared))


def _like(value: Value, sql: Piece) -> Value:
    return Value(kind="number", sql=sql, scale=value.scale)


def extreme(writer: Writer, node: Node, which: str) -> Value:
    """MIN or MAX over rows; blank for none and for mixed currencies."""
    argument = _rows_argument(node)
    child = writer.columns.rows(argument.path)
    with writer.rows(child) as joins:
        value = writer.value(argument.args[0])
        below = _from(child, joins)
        if value.kind == "number":
            ready = settled(writer, value)
            return Value(kind="number", sql=piece(f"(SELECT {which}({{}}) {{}})", ready.sql, below), scale=ready.scale,
                         digits=ready.digits)  # fmt: skip
        if value.kind == "money":
            return _extreme_money(writer, value, below, which)
        entry = piece(f"{{}}{by_code_point(writer, value)}", _entry(writer, value))
        return Value(
            kind=value.kind, sql=piece(f"(SELECT {which}({{}}) {{}})", entry, below), storage=value.storage
        )


def _extreme_money(writer: Writer, value: Value, below: Piece, which: str) -> Value:
    currency = currency_of(value)
    amount = amount_of(value)
    if currency.known:
        return as_money(_like(amount, piece(f"(SELECT {which}({{}}) {{}})", amount.sql, below)), currency)
    text = writer.text(currency)
    found = piece(
        f"(SELECT CASE WHEN MIN({{0}}) = MAX({{0}}) THEN {which}({{1}}) END {{2}})", text, amount.sql, below
    )
    return as_money(_like(amount, found), Value(kind="text", sql=piece("(SELECT MIN({}) {})", text, below)))


def _rows_argument(node: Node) -> Node:
    argument = node.args[0]
    if argument.op != "each":
        raise NotSqlable(NO_LIST)
    return argument


def any_holds(writer: Writer, node: Node) -> Value:
    return condition_value(_some_row(writer, node, negated=False))


def all_hold(writer: Writer, node: Node) -> Value:
    found = _some_row(writer, node, negated=True)
    return condition_value(piece("(NOT {})", found) if isinstance(found, Piece) else not found)


def _some_row(writer: Writer, node: Node, *, negated: bool) -> Condition:
    """Whether some row fulfils the condition, or (negated) is sure not to."""
    argument = _rows_argument(node)
    child = writer.columns.rows(argument.path)
    with writer.rows(child) as joins:
        holds = writer.condition(argument.args[0], exact=negated)
    if negated:
        holds = piece("(NOT {})", holds) if isinstance(holds, Piece) else holds is False
    if not isinstance(holds, Piece):
        return _exists(child, joins) if holds is True else False
    return _exists(child, joins, holds)
