"""Comparisons in SQL: null-safe equality, order with unknown, membership.

In a WHERE only "true" counts, so `x = ?` may stand for the two-valued equality and indexes work. Where the exact value
matters (`exact`, below NOT or as a value) the null-safe forms are written.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from platform_core.expressions.arithmetic import ORDER, compare
from platform_core.expressions.errors import NotSqlable
from platform_core.expressions.sql_binding import bound, is_uuid, rounded_down, rounded_up, scaled, stored
from platform_core.expressions.sql_numbers import aligned, settled
from platform_core.expressions.sql_reasons import NO_AMOUNT_COMPARISON, NO_LIST_COMPARISON
from platform_core.expressions.sql_values import Condition, Piece, Value, comma, piece
from platform_core.expressions.types import Money
from platform_core.i18n import N_

if TYPE_CHECKING:
    from platform_core.expressions.sql_writer import Writer

SIGNS: Final = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
FLIPPED: Final = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
NEVER: Final = object()
"""A constant that no stored value can equal."""


def equal(writer: Writer, left: Value, right: Value, *, exact: bool) -> Condition:
    """`left == right`: true or false, never unknown."""
    if left.known:
        left, right = right, left
    if left.known:
        return bool(left.constant == right.constant)
    if right.is_blank:
        return piece("({} IS NULL)", left.sql)
    if left.kind == "money":
        return _equal_money(writer, left, right, exact=exact)
    if right.known:
        place = comparable(writer, left, right.constant)
        return (
            False
            if not isinstance(place, Piece)
            else _equal_sql(writer, left.sql, place, exact and left.nullable)
        )
    one, other = _alike(writer, left, right)
    return _equal_sql(writer, one, other, left.nullable or right.nullable)


def unequal(writer: Writer, left: Value, right: Value) -> Condition:
    """`left != right`, in full: a blank differs from everything but a blank."""
    if left.known:
        left, right = right, left
    if right.is_blank:
        return piece("({} IS NOT NULL)", left.sql)
    if left.kind == "money":
        same = _equal_money(writer, left, right, exact=True)
        return not same if isinstance(same, bool) else piece("(NOT {})", as_piece(same))
    if right.known:
        place = comparable(writer, left, right.constant)
        if not isinstance(place, Piece):
            return True
        one, other = left.sql, place
    else:
        one, other = _alike(writer, left, right)
    if not left.nullable and (right.known or not right.nullable):
        return piece("({} <> {})", one, other)
    return piece("({} IS NOT {})" if writer.dialect == "sqlite" else "({} IS DISTINCT FROM {})", one, other)


def _equal_sql(writer: Writer, left: Piece, right: Piece, null_safe: bool) -> Piece:
    if not null_safe:
        return piece("({} = {})", left, right)
    return piece("({} IS {})" if writer.dialect == "sqlite" else "({} IS NOT DISTINCT FROM {})", left, right)


def _equal_money(writer: Writer, left: Value, right: Value, *, exact: bool) -> Condition:
    amount = equal(writer, amount_of(left), amount_of(right), exact=False)
    currency = equal(writer, currency_of(left), currency_of(right), exact=False)
    both = both_of(amount, currency)
    if not right.known:
        blank = piece("({} IS NULL AND {} IS NULL)", left.sql, right.sql)
        if not isinstance(both, Piece):
            return blank
        both = piece("({} OR {})", blank, both)
    if not isinstance(both, Piece):
        return False
    return piece("COALESCE({}, FALSE)", both) if exact else both


def comparable(writer: Writer, beside: Value, constant: Any) -> Piece | object:
    """A place for `constant` in the form of the value beside it; NEVER where that value cannot equal it."""
    if beside.kind == "number":
        return _comparable_number(writer, beside, constant)
    if beside.storage == "uuid" and not is_uuid(constant):
        return NEVER
    return bound(
        writer.dialect, beside.storage, stored(writer.dialect, beside.storage, beside.kind, constant)
    )


def _comparable_number(writer: Writer, beside: Value, constant: Decimal | int) -> Piece | object:
    if writer.dialect == "postgresql" and not beside.whole:
        return bound("postgresql", "decimal", constant)
    unscaled = scaled(constant, beside.scale)
    return NEVER if unscaled is None else bound(writer.dialect, "int", unscaled)


def _alike(writer: Writer, left: Value, right: Value) -> tuple[Piece, Piece]:
    """Two computed values in one form."""
    if left.kind == "number":
        if left.whole and right.whole:
            return left.sql, right.sql
        one, other = aligned(writer, (left, right))
        return one.sql, other.sql
    if left.kind == "list":
        raise NotSqlable(NO_LIST_COMPARISON)
    if left.storage != right.storage and writer.dialect == "postgresql":
        return piece("CAST({} AS text)", left.sql), piece("CAST({} AS text)", right.sql)
    return left.sql, right.sql


def ordered(writer: Writer, op: str, left: Value, right: Value, *, exact: bool) -> Condition:
    """`<`, `<=`, `>`, `>=`; unknown where one side is blank."""
    if left.is_blank or right.is_blank:
        return None
    if left.known and right.known:
        return compare(left.constant, right.constant, ORDER[op])
    if left.known:
        left, right, op = right, left, FLIPPED[op]
    if left.kind == "money":
        return _ordered_money(writer, op, left, right, exact=exact)
    if left.kind == "number":
        return _ordered_numbers(writer, op, left, right)
    if right.known:
        other = bound(
            writer.dialect, left.storage, stored(writer.dialect, left.storage, left.kind, right.constant)
        )
        one = left.sql
    else:
        one, other = _alike(writer, left, right)
    return piece(f"({{}}{by_code_point(writer, left)} {SIGNS[op]} {{}})", one, other)


def by_code_point(writer: Writer, value: Value) -> str:
    """The collation of an order comparison of texts."""
    return ' COLLATE "C"' if writer.dialect == "postgresql" and value.kind == "text" else ""


def _ordered_numbers(writer: Writer, op: str, left: Value, right: Value) -> Piece:
    if right.known and (writer.dialect == "sqlite" or left.whole):
        rounding = rounded_up if op in ("lt", "ge") else rounded_down
        place = bound(writer.dialect, "int", scaled(right.constant, left.scale, rounding))
        return piece(f"({{}} {SIGNS[op]} {{}})", left.sql, place)
    if left.whole and right.whole:
        return piece(f"({{}} {SIGNS[op]} {{}})", left.sql, right.sql)
    if right.known:
        return piece(f"({{}} {SIGNS[op]} {{}})", left.sql, settled(writer, right).sql)
    one, other = aligned(writer, (left, right))
    return piece(f"({{}} {SIGNS[op]} {{}})", one.sql, other.sql)


def _ordered_money(writer: Writer, op: str, left: Value, right: Value, *, exact: bool) -> Condition:
    currency = equal(writer, currency_of(left), currency_of(right), exact=False)
    order = ordered(writer, op, amount_of(left), amount_of(right), exact=exact)
    if currency is True:
        return order
    if not isinstance(currency, Piece) or not isinstance(order, Piece):
        return None
    return piece("CASE WHEN {} THEN {} END", currency, order) if exact else both_of(currency, order)


def amount_of(value: Value) -> Value:
    """The number of a money value."""
    if value.known:
        return Value(kind="number", known=True, constant=value.constant.amount)
    return Value(
        kind="number", sql=value.sql, scale=value.scale, digits=value.digits, whole=value.whole,
        nullable=value.nullable, storage="decimal",
    )  # fmt: skip


def currency_of(value: Value) -> Value:
    if value.known:
        money: Money = value.constant
        return Value(kind="text", known=True, constant=money.currency)
    if value.currency is None:
        raise NotSqlable(N_("The currency of an amount is not stored in a column."))
    return value.currency


def both_of(one: Condition, other: Condition) -> Condition:
    if one is False or other is False:
        return False
    if one is True or other is True:
        return other if one is True else one
    return None if one is None or other is None else piece("({} AND {})", one, other)


def as_piece(condition: Condition) -> Piece:
    """A decided condition written out."""
    if isinstance(condition, Piece):
        return condition
    return Piece({True: "TRUE", False: "FALSE", None: "NULL"}[condition])


def one_of(writer: Writer, value: Value, entries: Sequence[Any], *, exact: bool) -> Condition:
    """`value in [known entries]`; unknown where the value is blank."""
    if value.kind == "money":
        raise NotSqlable(NO_AMOUNT_COMPARISON)
    places = [comparable(writer, value, entry) for entry in dict.fromkeys(entries) if entry is not None]
    usable = [place for place in places if isinstance(place, Piece)]
    if usable:
        return piece("({} IN ({}))", value.sql, comma(usable))
    return (
        piece("CASE WHEN {} IS NULL THEN NULL ELSE FALSE END", value.sql)
        if exact and value.nullable
        else False
    )
