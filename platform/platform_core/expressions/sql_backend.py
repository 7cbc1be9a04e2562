"""A checked expression as SQL that is certain to give Python's answer, or a refusal.

Parts that do not depend on the record are computed by the Python back end and bound as parameters; so any function
may stand in a filter over `user`, `flow`, constants and today().
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from platform_core.expressions.checked import Checked
from platform_core.expressions.environment import Env
from platform_core.expressions.errors import NotSqlable
from platform_core.expressions.functions import find
from platform_core.expressions.ir import Node, constant, walk
from platform_core.expressions.limits import CACHE
from platform_core.expressions.python_backend import runner
from platform_core.expressions.sql_amounts import plain
from platform_core.expressions.sql_compare import as_piece
from platform_core.expressions.sql_numbers import settled
from platform_core.expressions.sql_support import depends_on_row
from platform_core.expressions.sql_values import ColumnResolver, Dialect, Piece, Sql, Value
from platform_core.expressions.sql_writer import Known, Writer
from platform_core.expressions.types import Money


def compile_sql(checked: Checked, columns: ColumnResolver, env: Env, *, dialect: Dialect) -> Sql:
    """A WHERE condition for an expression of type bool: true exactly for the rows where the condition holds.

    It may be NULL instead of false, so it must not be negated by the caller. Raises NotSqlable where no exact SQL
    exists, EvaluationError where a part that is computed first breaks a limit.
    """
    ir, known = _prepared(checked)
    writer = Writer(dialect, columns, env, known)
    condition = as_piece(writer.condition(ir, exact=False))
    if condition.text == "NULL":
        condition = Piece("FALSE")
    return _finished(checked, writer, condition)


def compile_sql_value(checked: Checked, columns: ColumnResolver, env: Env, *, dialect: Dialect) -> Sql:
    """The value itself, for a measure or a column of a report; `Sql.scale` and `Sql.currency` say how to read it."""
    ir, known = _prepared(checked)
    writer = Writer(dialect, columns, env, known)
    value = writer.value(ir)
    if value.is_blank:
        return _finished(checked, writer, Piece("NULL"))
    if value.kind == "number":
        value = settled(writer, value)
        return _finished(checked, writer, value.sql, value.scale)
    if value.kind == "money":
        return _amount(checked, writer, value)
    return _finished(checked, writer, plain(writer, value))


def require_sqlable(checked: Checked, columns: ColumnResolver) -> None:
    """Asked when a filter or a permission is designed: NotSqlable where either database could not answer,
    EvaluationError where a part that is always the same breaks a limit."""
    if checked.not_sqlable_reason:
        raise NotSqlable(checked.not_sqlable_reason)
    ir, _ = _prepared(checked)
    independent = _independent(ir)
    known = {id(node): _sample(node) for node in independent}
    for node in independent:
        if _is_fixed(node):
            runner(node)(Env())
    env = Env(now=datetime(2024, 1, 31, 12, tzinfo=UTC))
    for dialect in _DIALECTS:
        writer = Writer(dialect, columns, env, known)
        if ir.kind == "bool":
            writer.condition(ir, exact=False)
        else:
            writer.value(ir)


_DIALECTS: Final[tuple[Dialect, ...]] = ("sqlite", "postgresql")


def _finished(checked: Checked, writer: Writer, sql: Piece, scale: int = 0) -> Sql:
    return Sql(
        text=sql.text, params=sql.params, joins=tuple(writer.joins.values()), type=checked.type, scale=scale
    )


def _amount(checked: Checked, writer: Writer, value: Value) -> Sql:
    if value.known:
        money: Money = value.constant
        amount = settled(writer, Value(kind="number", known=True, constant=money.amount))
        currency = Value(kind="text", known=True, constant=money.currency)
    else:
        amount = value
        if value.currency is None:
            raise NotSqlable("The currency of an amount is not stored in a column.")
        currency = value.currency
    beside = writer.text(currency)
    return Sql(
        text=amount.sql.text, params=amount.sql.params, joins=tuple(writer.joins.values()), type=checked.type,
        scale=amount.scale, currency=beside.text, currency_params=beside.params,
    )  # fmt: skip


@lru_cache(maxsize=CACHE)
def _prepared(checked: Checked) -> tuple[Node, Known]:
    """The tree, and a function for each largest part of it that does not depend on the row."""
    return checked.ir, {id(node): runner(node) for node in _independent(checked.ir)}


def _independent(node: Node) -> list[Node]:
    if not depends_on_row(node):
        return [node]
    return [found for part in node.args for found in _independent(part)]


def _is_fixed(node: Node) -> bool:
    """Whether the value is the same for everybody and at all times: constants, and functions of them."""
    return all(part.op not in ("path", "row", "each") and not _asks_around(part) for part in walk(node))


def _asks_around(node: Node) -> bool:
    spec = find(node.name) if node.op == "call" else None
    return spec is not None and spec.needs_env


_SAMPLES: Final[dict[str, object]] = {
    "text": "a",
    "number": Decimal(1),
    "bool": True,
    "date": date(2024, 1, 31),
    "datetime": datetime(2024, 1, 31, 12, tzinfo=UTC),
    "time": time(12),
    "duration": timedelta(hours=1),
    "choice": "a",
    "user": "00000000-0000-7000-8000-000000000000",
    "ref": "00000000-0000-7000-8000-000000000000",
    "null": None,
}


def _sample(node: Node) -> Callable[[Env], Any]:
    """Stands for a part that is only known later: a usual value of its type."""
    if node.op in ("const", "list"):
        value = constant(node)
    elif node.kind == "list":
        value = (_SAMPLES.get(node.type.split(":")[1]),)
    elif node.kind == "money":
        value = Money(Decimal(1), node.type.partition(":")[2] or "USD")
    else:
        value = _SAMPLES.get(node.kind)
    return lambda env: value
