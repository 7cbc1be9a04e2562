"""Exact arithmetic in SQL.

PostgreSQL computes in `numeric`. SQLite has 64-bit integers: a number is value x 10^scale, both sides are brought to one
scale, and where the digits might not fit the result goes through `tw_exact`, which stops the statement instead of
letting SQLite go on with a float. A number never silently loses a digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from platform_core.expressions.errors import NotSqlable
from platform_core.expressions.limits import DIGITS
from platform_core.expressions.sql_binding import bound, parts_of_number
from platform_core.expressions.sql_values import PLAIN_DIGITS, Piece, Value, piece
from platform_core.i18n import N_

if TYPE_CHECKING:
    from platform_core.expressions.ir import Node
    from platform_core.expressions.sql_writer import Writer

_SIGNS: Final = {"add": "+", "sub": "-", "mul": "*"}


def settled(writer: Writer, value: Value) -> Value:
    """A known number as a bound one; others as they are. On PostgreSQL whole numbers become numeric."""
    if value.known:
        unscaled, scale = parts_of_number(value.constant)
        digits = len(str(abs(unscaled)))
        if writer.dialect == "sqlite":
            if digits > PLAIN_DIGITS:
                raise NotSqlable(N_("A number in this filter is too large for the database."))
            return Value(
                kind="number", sql=Piece("?", (unscaled,)), scale=scale, digits=digits, nullable=False
            )
        place = bound("postgresql", "decimal", value.constant)
        return Value(kind="number", sql=place, scale=scale, digits=digits, nullable=False)
    if value.whole and writer.dialect == "postgresql":
        return Value(kind="number", sql=piece("CAST({} AS numeric)", value.sql), digits=value.digits)
    return value


def at_scale(writer: Writer, value: Value, scale: int) -> Value:
    """The same number written with `scale` decimals (SQLite), never fewer than it has."""
    value = settled(writer, value)
    steps = scale - value.scale
    if writer.dialect == "postgresql" or steps <= 0:
        return value
    raised = piece(f"({{}} * {10**steps})", value.sql)
    return fitted(writer, Value(kind="number", sql=raised, scale=scale, digits=value.digits + steps))


def aligned(writer: Writer, values: Sequence[Value]) -> list[Value]:
    """All at the largest scale among them."""
    ready = [settled(writer, value) for value in values]
    scale = max(value.scale for value in ready)
    return [at_scale(writer, value, scale) for value in ready]


def fitted(writer: Writer, value: Value) -> Value:
    """`value`, stopping the statement where it has more digits than the engine or the language keeps exact."""
    if writer.dialect == "sqlite" and value.digits > PLAIN_DIGITS:
        return Value(kind="number", sql=piece("tw_exact({})", value.sql), scale=value.scale)
    if value.digits > DIGITS:
        if value.scale > DIGITS:
            raise NotSqlable(N_("A product in this filter has too many decimals."))
        exact = piece(f"CAST({{}} AS numeric({DIGITS}, {value.scale}))", value.sql)
        return Value(kind="number", sql=exact, scale=value.scale, digits=DIGITS)
    return value


def arithmetic(writer: Writer, op: str, values: Sequence[Value]) -> Value:
    """`+`, `-` and `*` of numbers; `//` and `%` too."""
    total = settled(writer, values[0])
    for value in values[1:]:
        total = _step(writer, op, total, settled(writer, value))
    return total


def _step(writer: Writer, op: str, left: Value, right: Value) -> Value:
    if op in ("floordiv", "mod"):
        return _whole_division(writer, op, left, right)
    if op == "mul":
        scale, digits = left.scale + right.scale, left.digits + right.digits
    else:
        left, right = aligned(writer, (left, right))
        scale = max(left.scale, right.scale)
        digits = max(left.digits - left.scale, right.digits - right.scale) + scale + 1
    sql = piece(f"({{}} {_SIGNS[op]} {{}})", left.sql, right.sql)
    return fitted(writer, Value(kind="number", sql=sql, scale=scale, digits=digits))


def _whole_division(writer: Writer, op: str, left: Value, right: Value) -> Value:
    scale = max(left.scale, right.scale) if op == "mod" else 0
    if writer.dialect == "sqlite":
        sql = piece(f"tw_{op}({{}}, {left.scale}, {{}}, {right.scale})", left.sql, right.sql)
        return Value(kind="number", sql=sql, scale=scale)
    remainder = piece("mod(mod({0}, NULLIF({1}, 0)) + {1}, NULLIF({1}, 0))", left.sql, right.sql)
    if op == "mod":
        return Value(kind="number", sql=remainder, scale=scale, digits=right.digits - right.scale + scale)
    quotient = piece("div({0} - {2}, NULLIF({1}, 0))", left.sql, right.sql, remainder)
    return fitted(
        writer, Value(kind="number", sql=quotient, digits=left.digits - left.scale + right.scale + 1)
    )


def negated(writer: Writer, value: Value) -> Value:
    ready = settled(writer, value)
    return Value(kind="number", sql=piece("(- {})", ready.sql), scale=ready.scale, digits=ready.digits)


def round_quotient(writer: Writer, left: Value, right: Value, digits: int) -> Value:
    """left / right rounded once, half away from zero: one digit more than asked is cut, then rounded."""
    left, right = settled(writer, left), settled(writer, right)
    scale = max(digits, 0)
    bound_digits = left.digits - left.scale + right.scale + scale + 1
    if writer.dialect == "sqlite":
        sql = piece(f"tw_round_div({{}}, {left.scale}, {{}}, {right.scale}, {digits})", left.sql, right.sql)
        return Value(kind="number", sql=sql, scale=scale)
    sql = piece(
        f"(round(div({{}} * {power(digits + 1)}, NULLIF({{}}, 0)) * 0.1, 0) * {power(-digits)})",
        left.sql,
        right.sql,
    )
    return fitted(writer, Value(kind="number", sql=sql, scale=scale, digits=bound_digits))


def power(exponent: int) -> str:
    """10^exponent as a numeric literal."""
    return "1" + "0" * exponent if exponent >= 0 else "0." + "0" * (-exponent - 1) + "1"


def whole_argument(writer: Writer, value: Value, least: int, most: int) -> Piece:
    """A count or a position: a known number cut to a whole one, or a column of whole numbers."""
    cast = "CAST({} AS integer)" if writer.dialect == "postgresql" else "{}"
    if value.known:
        return piece(cast, bound(writer.dialect, "int", int(min(max(value.constant, least), most))))
    if value.scale:
        raise NotSqlable(N_("A count in this filter is not a whole number."))
    return piece(cast, value.sql)


def digits_argument(writer: Writer, call: Node, index: int) -> int | None:
    """How many decimals ROUND keeps, the same for every row; None where that is blank."""
    if len(call.args) <= index:
        return 0
    value = writer.value(call.args[index])
    if not value.known:
        raise NotSqlable(N_("The number of decimals must be the same for every row."))
    return None if value.constant is None else int(min(max(value.constant, -DIGITS), DIGITS))
