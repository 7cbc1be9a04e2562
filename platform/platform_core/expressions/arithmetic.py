"""What the operators do, for values already known not to be blank. Every back end in Python calls these."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, DecimalException
from typing import Any, Final, TypeVar

from platform_core.expressions.errors import EvaluationError
from platform_core.expressions.limits import (
    DIGITS,
    NUMBERS,
    WIDE,
    bounded_number,
    number_too_large,
    require_text_length,
)
from platform_core.expressions.types import Money
from platform_core.i18n import N_

Number = Decimal | int
_Day = TypeVar("_Day", bound=date)
ONE: Final = Decimal(1)
ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
MICROSECOND: Final = timedelta(microseconds=1)


def decimal_of(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(value)


def divide(left: Number, right: Number) -> Decimal | None:
    """28 digits, half even; None by zero."""
    return NUMBERS.divide(left, right) if right else None


def floor_divide(left: Number, right: Number) -> Decimal | None:
    """The whole number at or below left / right; None by zero."""
    if not right:
        return None
    quotient, remainder = WIDE.divmod(decimal_of(left), decimal_of(right))
    if remainder and (remainder < 0) != (right < 0):
        quotient = WIDE.subtract(quotient, ONE)
    return bounded_number(quotient)


def modulo(left: Number, right: Number) -> Decimal | None:
    """left - right * floor(left / right): the sign of `right`; None by zero."""
    if not right:
        return None
    remainder = WIDE.remainder(decimal_of(left), decimal_of(right))
    if remainder and (remainder < 0) != (right < 0):
        remainder = WIDE.add(remainder, decimal_of(right))
    return bounded_number(remainder)


def round_to(value: Number, digits: Number, rounding: str = ROUND_HALF_UP) -> Decimal:
    """`value` with at most `digits` decimals (negative: tens, hundreds); by default half away from zero."""
    number, places = decimal_of(value), whole(digits, -DIGITS, DIGITS)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise number_too_large()
    if -exponent <= places:
        return number
    rounded = number.quantize(ONE.scaleb(-places), rounding, WIDE)
    return bounded_number(rounded.quantize(ONE, context=WIDE) if places < 0 else rounded)


def round_even(value: Number, digits: Number) -> Decimal:
    return round_to(value, digits, ROUND_HALF_EVEN)


def round_quotient(left: Number, right: Number, digits: Number) -> Decimal | None:
    """left / right rounded once, half away from zero, from the exact quotient; None by zero."""
    return round_to(WIDE.divide(decimal_of(left), decimal_of(right)), digits) if right else None


def floor(value: Number) -> Decimal:
    return decimal_of(value).to_integral_value(ROUND_FLOOR, WIDE)


def ceiling(value: Number) -> Decimal:
    return bounded_number(decimal_of(value).to_integral_value(ROUND_CEILING, WIDE))


def whole(value: Number, least: int, most: int) -> int:
    """`value` cut to a whole number and to the range: counts and positions."""
    return int(min(max(value, least), most))


def bounded_date(value: Callable[[], _Day]) -> _Day:
    """The date that `value` makes; EvaluationError outside the years 1 to 9999."""
    try:
        return value()
    except (OverflowError, ValueError) as exc:
        raise EvaluationError(
            "date_out_of_range", N_("A date in this calculation is not between 1 and 9999.")
        ) from exc


def add(left: object, right: object) -> object:
    """left + right by the kind of the values; None for two currencies."""
    if isinstance(left, str) and isinstance(right, str):
        require_text_length(len(left) + len(right))
        return left + right
    if isinstance(left, Money) and isinstance(right, Money):
        return _money(left, right, NUMBERS.add)
    if isinstance(left, datetime) and isinstance(right, timedelta):
        return bounded_date(lambda: left + right)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return left + right
    return NUMBERS.add(_number(left), _number(right))


def subtract(left: object, right: object) -> object:
    """left - right by the kind of the values: dates give days, instants a duration; None for two currencies."""
    if isinstance(left, Money) and isinstance(right, Money):
        return _money(left, right, NUMBERS.subtract)
    if isinstance(left, datetime) and isinstance(right, datetime):
        return left.astimezone(UTC) - right.astimezone(UTC)
    if isinstance(left, datetime) and isinstance(right, timedelta):
        return bounded_date(lambda: left - right)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return left - right
    if isinstance(left, date) and isinstance(right, date):
        return Decimal((left - right).days)
    return NUMBERS.subtract(_number(left), _number(right))


def multiply(left: object, right: object) -> object:
    """left * right; money or a duration by a number, on either side."""
    if isinstance(right, Money | timedelta):
        left, right = right, left
    if isinstance(left, Money):
        return Money(NUMBERS.multiply(left.amount, _number(right)), left.currency)
    if isinstance(left, timedelta):
        return scaled(left, _number(right))
    return NUMBERS.multiply(_number(left), _number(right))


def quotient(left: object, right: object) -> object:
    """left / right; money by money is a number. None by zero and for two currencies."""
    if isinstance(left, Money) and isinstance(right, Money):
        return divide(left.amount, right.amount) if left.currency == right.currency else None
    if isinstance(left, Money):
        amount = divide(left.amount, _number(right))
        return None if amount is None else Money(amount, left.currency)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return divide(microseconds(left), microseconds(right))
    return divide(_number(left), _number(right))


def rounded_quotient(left: object, right: object, digits: Number) -> object:
    """left / right rounded once from the exact quotient; money by a number stays money. None by zero."""
    if isinstance(left, Money) and isinstance(right, Money):
        return round_quotient(left.amount, right.amount, digits) if left.currency == right.currency else None
    if isinstance(left, Money):
        amount = round_quotient(left.amount, _number(right), digits)
        return None if amount is None else Money(amount, left.currency)
    return round_quotient(_number(left), _number(right), digits)


def negate(value: object) -> object:
    if isinstance(value, Money):
        return Money(NUMBERS.minus(value.amount), value.currency)
    return -value if isinstance(value, timedelta) else NUMBERS.minus(_number(value))


def compare(left: object, right: object, holds: Callable[[object, object], bool]) -> bool | None:
    """holds(left, right) for an order operator; None for two currencies."""
    if isinstance(left, Money) and isinstance(right, Money):
        return holds(left.amount, right.amount) if left.currency == right.currency else None
    return holds(left, right)


def microseconds(value: timedelta) -> int:
    return value // MICROSECOND


def scaled(value: timedelta, factor: Number) -> timedelta:
    """A duration times a number, to the microsecond, half away from zero."""
    product = WIDE.multiply(decimal_of(microseconds(value)), decimal_of(factor))
    try:
        return timedelta(microseconds=int(product.quantize(ONE, ROUND_HALF_UP, WIDE)))
    except (OverflowError, DecimalException) as exc:
        raise number_too_large() from exc


def join_texts(parts: Sequence[str]) -> str:
    require_text_length(sum(map(len, parts)))
    return "".join(parts)


def _money(left: Money, right: Money, operation: Callable[[Decimal, Decimal], Decimal]) -> Money | None:
    if left.currency != right.currency:
        return None
    return Money(operation(left.amount, right.amount), left.currency)


def _number(value: object) -> Number:
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return value
    raise TypeError(f"not a number: {type(value).__name__}")
