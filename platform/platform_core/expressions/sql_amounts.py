"""Money, durations and choices between values in SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from platform_core.expressions import sql_compare, sql_numbers
from platform_core.expressions.errors import NotSqlable
from platform_core.expressions.ir import Node
from platform_core.expressions.sql_compare import amount_of, as_piece, comparable, currency_of
from platform_core.expressions.sql_reasons import NO_LIST_COMPARISON
from platform_core.expressions.sql_values import Piece, Storage, Value, piece
from platform_core.i18n import N_

if TYPE_CHECKING:
    from platform_core.expressions.sql_writer import Writer

HOURS_SCALE: Final = 6
_MICROSECONDS_PER_HOUR: Final = Value(kind="number", known=True, constant=3_600_000_000)


def as_money(number: Value, currency: Value | None) -> Value:
    """A number as an amount of `currency`."""
    return Value(
        kind="money",
        sql=number.sql,
        scale=number.scale,
        digits=number.digits,
        storage="decimal",
        currency=currency,
    )


def special_arithmetic(writer: Writer, node: Node, values: Sequence[Value]) -> Value:
    """Arithmetic in which money, dates, moments or durations take part."""
    kinds = [value.kind for value in values]
    if "money" in kinds:
        return _money_arithmetic(writer, node, values)
    if kinds == ["date", "date"]:
        return days(writer, values[1], values[0])
    if kinds == ["datetime", "datetime"]:
        return elapsed(writer, values[1], values[0])
    raise NotSqlable(N_("Durations are computed in a filter only between two moments."))


def _money_arithmetic(writer: Writer, node: Node, values: Sequence[Value]) -> Value:
    amounts = [amount_of(value) if value.kind == "money" else value for value in values]
    number = sql_numbers.arithmetic(writer, node.op, amounts)
    currencies = [currency_of(value) for value in values if value.kind == "money"]
    first = currencies[0]
    for other in currencies[1:]:
        same = sql_compare.equal(writer, first, other, exact=False)
        if same is not True:
            guarded = piece("CASE WHEN {} THEN {} END", as_piece(same), number.sql)
            number = Value(kind="number", sql=guarded, scale=number.scale, digits=number.digits)
    return as_money(number, first)


def rounded_quotient(writer: Writer, node: Node) -> Value:
    """ROUND(x / y, n) of numbers, of money by a number, and of two amounts."""
    left, right = writer.value(node.args[0]), writer.value(node.args[1])
    digits = sql_numbers.digits_argument(writer, node, 2)
    if left.is_blank or right.is_blank or digits is None:
        return Value(kind=node.kind, known=True, constant=None)
    if left.kind != "money":
        return sql_numbers.round_quotient(writer, left, right, digits)
    divisor = amount_of(right) if right.kind == "money" else right
    number = sql_numbers.round_quotient(writer, amount_of(left), divisor, digits)
    if right.kind != "money":
        return as_money(number, currency_of(left))
    same = sql_compare.equal(writer, currency_of(left), currency_of(right), exact=False)
    if same is True:
        return number
    return Value(
        kind="number", sql=piece("CASE WHEN {} THEN {} END", as_piece(same), number.sql),
        scale=number.scale, digits=number.digits,
    )  # fmt: skip


def days(writer: Writer, start: Value, end: Value) -> Value:
    """Whole days from one date to another."""
    first, last = plain(writer, start), plain(writer, end)
    if writer.dialect == "sqlite":
        sql = piece("CAST(julianday({}) - julianday({}) AS INTEGER)", last, first)
    else:
        sql = piece("CAST({} - {} AS bigint)", last, first)
    return Value(kind="number", sql=sql, digits=7, whole=writer.dialect == "postgresql", storage="int")


def elapsed(writer: Writer, start: Value, end: Value) -> Value:
    """The duration from one moment to another, in microseconds."""
    first, last = plain(writer, start), plain(writer, end)
    if writer.dialect == "sqlite":
        sql = piece("(tw_micros({}) - tw_micros({}))", last, first)
    else:
        sql = piece(
            "CAST((extract(epoch FROM {}) - extract(epoch FROM {})) * 1000000 AS bigint)", last, first
        )
    return Value(kind="duration", sql=sql, digits=18, storage="int")


def hours(writer: Writer, node: Node) -> Value:
    """HOURS_BETWEEN: with six decimals."""
    start, end = writer.value(node.args[0]), writer.value(node.args[1])
    if start.is_blank or end.is_blank:
        return Value(kind="number", known=True, constant=None)
    duration = elapsed(writer, start, end)
    micros = Value(
        kind="number", sql=duration.sql, digits=18, whole=writer.dialect == "postgresql", storage="int"
    )
    return sql_numbers.round_quotient(writer, micros, _MICROSECONDS_PER_HOUR, HOURS_SCALE)


def plain(writer: Writer, value: Value) -> Piece:
    """The value itself, bound where it is known (numbers and money apart)."""
    if not value.known:
        return value.sql
    place = comparable(writer, Value(kind=value.kind, storage=writer.storage(value.kind)), value.constant)
    if not isinstance(place, Piece):
        raise NotSqlable(N_("A value of this filter cannot be sent to the database."))
    return place


_NULLS: Final = {"number": "numeric", "money": "numeric", "bool": "boolean", "date": "date", "datetime": "timestamptz",
                 "duration": "bigint"}  # fmt: skip


def materialised(writer: Writer, value: Value) -> Value:
    """A value that became known while writing (one branch of IF was sure, …) as SQL: above it stands a part of the row."""
    if value.kind == "list":
        return value
    if value.constant is None:
        null = Piece(
            "NULL" if writer.dialect == "sqlite" else f"CAST(NULL AS {_NULLS.get(value.kind, 'text')})"
        )
        currency = Value(
            kind="text", sql=Piece("NULL" if writer.dialect == "sqlite" else "CAST(NULL AS text)")
        )
        return Value(
            kind=value.kind, sql=null, digits=1, storage=writer.storage(value.kind),
            currency=currency if value.kind == "money" else None,
        )  # fmt: skip
    if value.kind == "money":
        return as_money(sql_numbers.settled(writer, amount_of(value)), currency_of(value))
    if value.kind == "number":
        return sql_numbers.settled(writer, value)
    return Value(kind=value.kind, sql=plain(writer, value), storage=writer.storage(value.kind))


def case(writer: Writer, condition: Piece, then: Value, otherwise: Value, kind: str) -> Value:
    """CASE WHEN condition THEN then ELSE otherwise END, both sides in one form."""
    return _merged(
        writer,
        (then, otherwise),
        kind,
        lambda a, b: piece("CASE WHEN {} THEN {} ELSE {} END", condition, a, b),
    )


def coalesce(writer: Writer, node: Node) -> Value:
    """The first value that is not blank; an empty text counts as blank."""
    values = [writer.value(part) for part in node.args]
    values = [value for value in values if not (value.known and value.constant in (None, "", ()))]
    if not values:
        return Value(kind=node.kind, known=True, constant=None)
    if node.kind == "list":
        raise NotSqlable(NO_LIST_COMPARISON)
    total = values[-1]
    for value in reversed(values[:-1]):
        if value.known:
            total = value
            continue
        present = piece("NULLIF({}, '') IS NOT NULL" if value.kind == "text" else "{} IS NOT NULL", value.sql)
        total = case(writer, present, value, total, node.kind)
    if not total.known and total.kind == "text":
        return Value(kind="text", sql=piece("NULLIF({}, '')", writer.text(total)))
    return total


def _merged(writer: Writer, values: Sequence[Value], kind: str, build: Callable[..., Piece]) -> Value:
    """`build` over the values in one form; known blanks become NULL."""
    if all(value.is_blank for value in values):
        return Value(kind=kind, known=True, constant=None)
    if kind == "money":
        amounts = [value if value.is_blank else amount_of(value) for value in values]
        currencies = [value if value.is_blank else currency_of(value) for value in values]
        return as_money(_merged(writer, amounts, "number", build), _merged(writer, currencies, "text", build))
    if kind == "list":
        raise NotSqlable(NO_LIST_COMPARISON)
    if kind == "number":
        ready = iter(sql_numbers.aligned(writer, [value for value in values if not value.is_blank]))
        forms = [value if value.is_blank else next(ready) for value in values]
        digits = max(form.digits for form in forms if not form.is_blank)
        scale = max(form.scale for form in forms if not form.is_blank)
        return Value(kind=kind, sql=build(*(form.sql for form in forms)), scale=scale, digits=digits)
    storages = {value.storage for value in values if not value.known} or {writer.storage(kind)}
    if len(storages) > 1 or "uuid" in storages:
        return Value(kind=kind, sql=build(*(_text(writer, value) for value in values)))
    storage = storages.pop()
    return Value(
        kind=kind, sql=build(*(_in_form(writer, value, storage) for value in values)), storage=storage
    )


def _text(writer: Writer, value: Value) -> Piece:
    return value.sql if value.is_blank else writer.text(value)


def _in_form(writer: Writer, value: Value, storage: Storage) -> Piece:
    if not value.known or value.constant is None:
        return value.sql
    place = comparable(writer, Value(kind=value.kind, storage=storage), value.constant)
    return place if isinstance(place, Piece) else Piece("NULL")
