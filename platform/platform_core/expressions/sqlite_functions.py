"""Functions that SQLite borrows from Python, so that both give the same answer.

They get and give SQLite's raw values: scaled integers, texts of dates and moments. The host registers them once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final

from platform_core.expressions import arithmetic
from platform_core.expressions.environment import zone_info
from platform_core.expressions.functions import dates
from platform_core.expressions.limits import WIDE
from platform_core.expressions.sql_binding import LARGEST

Raw = str | bytes | int | float | None
SqliteFunction = Callable[..., Raw]
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00Z")


def _exact(value: float) -> int:
    """The integer itself; a float means that SQLite ran out of 64 bits."""
    if value.__class__ is float:
        raise ArithmeticError("a number in this filter has more than 18 digits")
    return int(value)


def _fitting(value: Decimal | None, scale: int) -> int | None:
    if value is None:
        return None
    unscaled = int(value.scaleb(scale, WIDE))
    if abs(unscaled) > LARGEST:
        raise ArithmeticError("a number in this filter has more than 18 digits")
    return unscaled


def _number(unscaled: float, scale: int) -> Decimal:
    return Decimal(_exact(unscaled)).scaleb(-scale, WIDE)


def _floordiv(left: int, left_scale: int, right: int, right_scale: int) -> int | None:
    return _fitting(arithmetic.floor_divide(_number(left, left_scale), _number(right, right_scale)), 0)


def _mod(left: int, left_scale: int, right: int, right_scale: int) -> int | None:
    remainder = arithmetic.modulo(_number(left, left_scale), _number(right, right_scale))
    return _fitting(remainder, max(left_scale, right_scale))


def _round_div(left: int, left_scale: int, right: int, right_scale: int, digits: int) -> int | None:
    quotient = arithmetic.round_quotient(_number(left, left_scale), _number(right, right_scale), digits)
    return _fitting(quotient, max(digits, 0))


def _round(value: int, scale: int, digits: int) -> int | None:
    rounded = arithmetic.round_to(_number(value, scale), digits, ROUND_HALF_UP)
    return _fitting(rounded, min(max(digits, 0), scale))


def _floor(value: int, scale: int) -> int | None:
    return _fitting(_number(value, scale).to_integral_value(ROUND_FLOOR, WIDE), 0)


def _ceil(value: int, scale: int) -> int | None:
    return _fitting(_number(value, scale).to_integral_value(ROUND_CEILING, WIDE), 0)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _micros(text: str) -> int:
    return arithmetic.microseconds(_moment(text) - _EPOCH)


def _local_day(text: str, zone: str) -> str:
    return _moment(text).astimezone(zone_info(zone)).date().isoformat()


def _local_hour(text: str, zone: str) -> int:
    return _moment(text).astimezone(zone_info(zone)).hour


def _add_days(text: str, count: int) -> str:
    return (date.fromisoformat(text) + timedelta(days=count)).isoformat()


def _add_months(text: str, count: int) -> str:
    return dates.months_later(date.fromisoformat(text), count).isoformat()


def _start_of(unit: str, text: str) -> str:
    return dates.first_day(unit, date.fromisoformat(text)).isoformat()


def _end_of(unit: str, text: str) -> str:
    return dates.last_day(unit, date.fromisoformat(text)).isoformat()


def _strict(function: SqliteFunction) -> SqliteFunction:
    """`function`, NULL where any argument is."""

    def call(*arguments: Raw) -> Raw:
        return None if None in arguments else function(*arguments)

    return call


_TABLE: Final[tuple[tuple[str, int, SqliteFunction], ...]] = (
    ("tw_exact", 1, _exact),
    ("tw_floordiv", 4, _floordiv),
    ("tw_mod", 4, _mod),
    ("tw_round_div", 5, _round_div),
    ("tw_round", 3, _round),
    ("tw_floor", 2, _floor),
    ("tw_ceil", 2, _ceil),
    ("tw_ends_with", 2, str.endswith),
    ("tw_micros", 1, _micros),
    ("tw_local_day", 2, _local_day),
    ("tw_local_hour", 2, _local_hour),
    ("tw_weekday", 1, lambda text: date.fromisoformat(text).isoweekday()),
    ("tw_week", 1, lambda text: date.fromisoformat(text).isocalendar().week),
    ("tw_add_days", 2, _add_days),
    ("tw_add_months", 2, _add_months),
    ("tw_start_of", 2, _start_of),
    ("tw_end_of", 2, _end_of),
)

SQLITE_FUNCTIONS: Final[list[tuple[str, int, SqliteFunction]]] = [
    (name, count, _strict(function)) for name, count, function in _TABLE
]
"""(name, number of arguments, function) for `database.register_sqlite_function`."""
