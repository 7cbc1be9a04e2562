"""Walks a checked tree and writes SQL for the parts that come from the record; the rest is computed and bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from platform_core.expressions import sql_amounts, sql_compare, sql_lists, sql_numbers
from platform_core.expressions.environment import Env
from platform_core.expressions.errors import NotSqlable
from platform_core.expressions.functions import find
from platform_core.expressions.ir import Node
from platform_core.expressions.sql_compare import as_piece
from platform_core.expressions.sql_reasons import NO_DIVISION, NO_FUNCTION, NO_LIST_COMPARISON
from platform_core.expressions.sql_values import (
    ChildTable,
    ColumnResolver,
    Condition,
    Dialect,
    Join,
    Piece,
    SqlColumn,
    SqlEmitter,
    Value,
    piece,
)
from platform_core.i18n import N_

Known = Mapping[int, Callable[[Env], Any]]
"""For the node with this id(): the function that computes it, where it does not depend on the row."""
_STORAGE: Final[dict[str, Any]] = {
    "number": "decimal", "money": "decimal", "bool": "bool", "date": "date", "datetime": "instant", "duration": "int",
}  # fmt: skip


class Writer:
    """One compilation. `exact` is set while a condition is written whose unknown must not become false."""

    def __init__(self, dialect: Dialect, columns: ColumnResolver, env: Env, known: Known) -> None:
        self.dialect = dialect
        self.env = env
        self.exact = False
        self._known = known
        self._columns = columns
        self._row_columns: ColumnResolver | None = None
        self.joins: dict[str, Join] = {}
        self._row_joins: dict[str, Join] = {}

    # conditions

    def condition(self, node: Node, *, exact: bool) -> Condition:
        """A condition; with `exact` its SQL is NULL just where it is unknown, without it NULL may stand for false."""
        known = self._known.get(id(node))
        if known is not None:
            decided: bool | None = known(self.env)
            return decided
        write = _CONDITIONS.get(node.op)
        if write is not None:
            return write(self, node, exact)
        outer, self.exact = self.exact, exact
        try:
            value = self._written(node)
        finally:
            self.exact = outer
        if value.known:
            return bool(value.constant) if value.constant is not None else None
        return (
            piece("({} = 1)", value.sql)
            if self.dialect == "sqlite" and node.op in ("path", "row")
            else value.sql
        )

    def _all(self, node: Node, exact: bool) -> Condition:
        parts = [self.condition(part, exact=exact) for part in node.args]
        if any(part is False for part in parts):
            return False
        return _joined(" AND ", [part for part in parts if part is not True], empty=True, exact=exact)

    def _some(self, node: Node, exact: bool) -> Condition:
        parts = [self.condition(part, exact=exact) for part in node.args]
        if any(part is True for part in parts):
            return True
        left: list[Condition] = [part for part in parts if part is not False and (exact or part is not None)]
        return _joined(" OR ", left, empty=False, exact=exact)

    def _not(self, node: Node, exact: bool) -> Condition:
        inner = node.args[0]
        if inner.op == "eq":
            return self._unequal(inner, exact)
        part = self.condition(inner, exact=True)
        if isinstance(part, Piece):
            return piece("(NOT {})", part)
        return None if part is None else not part

    def _equal(self, node: Node, exact: bool) -> Condition:
        left, right = self._pair(node)
        return sql_compare.equal(self, left, right, exact=exact)

    def _unequal(self, node: Node, exact: bool) -> Condition:
        left, right = self._pair(node)
        return sql_compare.unequal(self, left, right)

    def _ordered(self, node: Node, exact: bool) -> Condition:
        left, right = self._pair(node)
        return sql_compare.ordered(self, node.op, left, right, exact=exact)

    def _pair(self, node: Node) -> tuple[Value, Value]:
        """The values on both sides; a list counts as blank when it is empty, which only a list function can ask."""
        if any(part.kind == "list" for part in node.args):
            raise NotSqlable(NO_LIST_COMPARISON)
        return self.value(node.args[0]), self.value(node.args[1])

    def _in(self, node: Node, exact: bool) -> Condition:
        return sql_lists.contained(self, node.args[0], node.args[1], exact=exact)

    def _chosen(self, node: Node, exact: bool) -> Condition:
        when, then, otherwise = node.args
        decided = self.condition(when, exact=False)
        if not isinstance(decided, Piece):
            return self.condition(then if decided is True else otherwise, exact=exact)
        branches = [as_piece(self.condition(part, exact=exact)) for part in (then, otherwise)]
        return piece("CASE WHEN {} THEN {} ELSE {} END", decided, *branches)

    # values

    def value(self, node: Node) -> Value:
        """The value of any part."""
        known = self._known.get(id(node))
        if known is not None:
            return Value(
                kind=node.kind, known=True, constant=known(self.env), storage=self.storage(node.kind)
            )
        value = self._bool_value(node) if node.kind == "bool" else self._written(node)
        if not value.known:
            return value
        return sql_amounts.materialised(self, value)

    def _written(self, node: Node) -> Value:
        write = _VALUES.get(node.op)
        if write is None:
            raise NotSqlable(NO_DIVISION if node.op == "div" else N_("A part of this expression has no SQL."))
        return write(self, node)

    def is_known(self, node: Node) -> bool:
        """Whether the part is computed before the statement runs."""
        return id(node) in self._known

    def storage(self, kind: str) -> Any:
        """How a computed value of `kind` is held."""
        return _STORAGE.get(kind, "text")

    def _bool_value(self, node: Node) -> Value:
        condition = self.condition(node, exact=True)
        if not isinstance(condition, Piece):
            return Value(kind="bool", known=True, constant=condition, storage="bool")
        return Value(kind="bool", sql=condition, storage="bool")

    def _path(self, node: Node) -> Value:
        return self._column(node, self._columns.column(node.path), self.joins)

    def _row(self, node: Node) -> Value:
        if self._row_columns is None:
            raise NotSqlable(N_("Rows can be read inside a list function only."))
        return self._column(node, self._row_columns.column(node.path), self._row_joins)

    def _column(self, node: Node, column: SqlColumn, joins: dict[str, Join]) -> Value:
        joins.update((join.alias, join) for join in column.joins)
        return Value(
            kind=node.kind,
            sql=Piece(column.text),
            scale=column.scale if column.storage == "decimal" else 0,
            digits=column.precision,
            whole=column.storage == "int" and self.dialect == "postgresql" and node.kind == "number",
            nullable=column.nullable or bool(column.joins),
            storage=column.storage,
            currency=self._currency(node, column),
            folded=column.folded,
        )

    def _currency(self, node: Node, column: SqlColumn) -> Value | None:
        if node.kind != "money":
            return None
        if column.currency is not None:
            return Value(kind="text", sql=Piece(column.currency), nullable=column.nullable)
        fixed = node.type.partition(":")[2]
        return Value(kind="text", known=True, constant=fixed) if fixed else None

    def _part(self, node: Node) -> Value:
        money = self.value(node.args[0])
        if node.name == "amount":
            return sql_compare.amount_of(money)
        currency = sql_compare.currency_of(money)
        if not currency.known:
            return currency
        return Value(
            kind="text", sql=piece("CASE WHEN {} IS NOT NULL THEN {} END", money.sql, self.text(currency))
        )

    def _arithmetic(self, node: Node) -> Value:
        values = [self.value(part) for part in node.args]
        if any(value.is_blank for value in values):
            return Value(kind=node.kind, known=True, constant=None, storage=self.storage(node.kind))
        kinds = {value.kind for value in values}
        if kinds == {"text"}:
            return Value(kind="text", sql=_joined_piece(" || ", [self.text(value) for value in values]))
        if kinds == {"number"}:
            return sql_numbers.arithmetic(self, node.op, values)
        return sql_amounts.special_arithmetic(self, node, values)

    def _negated(self, node: Node) -> Value:
        value = self.value(node.args[0])
        if value.kind == "money":
            negative = sql_numbers.negated(self, sql_compare.amount_of(value))
            return Value(kind="money", sql=negative.sql, scale=negative.scale, digits=negative.digits,
                         storage="decimal", currency=value.currency)  # fmt: skip
        if value.kind == "duration":
            return Value(kind="duration", sql=piece("(- {})", value.sql), storage="int")
        return sql_numbers.negated(self, value)

    def _if(self, node: Node) -> Value:
        decided = self.condition(node.args[0], exact=False)
        if not isinstance(decided, Piece):
            return self.value(node.args[1] if decided is True else node.args[2])
        return sql_amounts.case(self, decided, self.value(node.args[1]), self.value(node.args[2]), node.kind)

    def _round_div(self, node: Node) -> Value:
        return sql_amounts.rounded_quotient(self, node)

    def _call(self, node: Node) -> Value:
        spec = find(node.name)
        if spec is None or not spec.sqlable:
            raise NotSqlable(NO_FUNCTION)
        written = spec.sqlite if self.dialect == "sqlite" else spec.postgresql
        if not isinstance(written, str):
            return self._emitted(written, node)
        values = [self.value(part) for part in node.args]
        if any(value.is_blank for value in values):
            return Value(kind=node.kind, known=True, constant=None)
        sql = piece(written, *(self.argument(value) for value in values))
        return Value(
            kind=node.kind, sql=sql, whole=node.kind == "number" and self.dialect == "postgresql",
            storage="int" if node.kind == "number" else self.storage(node.kind),
        )  # fmt: skip

    def _emitted(self, write: SqlEmitter | None, node: Node) -> Value:
        if write is None:
            raise NotSqlable(NO_FUNCTION)
        return write(self, node)

    def argument(self, value: Value) -> Piece:
        """A value as a template's argument: text, or a whole number."""
        if value.kind == "number":
            return sql_numbers.whole_argument(self, value, -(10**6), 10**6)
        return self.text(value)

    def text(self, value: Value) -> Piece:
        """A text, key or id as SQL text."""
        if value.known:
            place = sql_compare.comparable(self, Value(kind="text"), value.constant)
            return place if isinstance(place, Piece) else Piece("NULL")
        if value.storage == "uuid" and self.dialect == "postgresql":
            return piece("CAST({} AS text)", value.sql)
        return value.sql

    # rows

    @property
    def columns(self) -> ColumnResolver:
        """The resolver of the record itself."""
        return self._columns

    @contextmanager
    def rows(self, child: ChildTable) -> Iterator[dict[str, Join]]:
        """While inside, `row` paths read `child`; yields the joins that these need in the sub-query."""
        outer = self._row_columns, self._row_joins
        self._row_columns, self._row_joins = child.columns, {join.alias: join for join in child.joins}
        try:
            yield self._row_joins
        finally:
            self._row_columns, self._row_joins = outer


def _joined(sign: str, parts: list[Condition], *, empty: bool, exact: bool) -> Condition:
    if not exact and sign == " AND " and any(part is None for part in parts):
        return False
    pieces = [as_piece(part) for part in parts]
    if not pieces:
        return empty
    if all(part is None for part in parts):
        return None
    return pieces[0] if len(pieces) == 1 else _joined_piece(sign, pieces)


def _joined_piece(sign: str, pieces: list[Piece]) -> Piece:
    return piece("(" + sign.join(["{}"] * len(pieces)) + ")", *pieces)


_CONDITIONS: Final[dict[str, Callable[[Writer, Node, bool], Condition]]] = {
    "and": Writer._all,
    "or": Writer._some,
    "not": Writer._not,
    "eq": Writer._equal,
    "ne": Writer._unequal,
    **dict.fromkeys(("lt", "le", "gt", "ge"), Writer._ordered),
    "in": Writer._in,
}
_VALUES: Final[dict[str, Callable[[Writer, Node], Value]]] = {
    "path": Writer._path,
    "row": Writer._row,
    "part": Writer._part,
    **dict.fromkeys(("add", "sub", "mul", "floordiv", "mod"), Writer._arithmetic),
    "neg": Writer._negated,
    "if": Writer._if,
    "round_div": Writer._round_div,
    "call": Writer._call,
}
