"""Known values become `?` places, in the form that the column beside them stores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final
from uuid import UUID

from platform_core.expressions.arithmetic import decimal_of, microseconds
from platform_core.expressions.limits import WIDE
from platform_core.expressions.sql_values import Dialect, Piece, Storage

LARGEST: Final = 2**63 - 1
_CASTS: Final[dict[str, str]] = {
    "text": "text",
    "uuid": "uuid",
    "int": "bigint",
    "decimal": "numeric",
    "date": "date",
    "instant": "timestamptz",
}


def bound(dialect: Dialect, storage: Storage, value: object) -> Piece:
    """A place for `value`; PostgreSQL is told its type. Booleans are written out."""
    if isinstance(value, bool):
        return Piece("TRUE" if value else "FALSE")
    if dialect == "postgresql":
        return Piece(f"CAST(? AS {_CASTS[storage]})", (value,))
    return Piece("?", (value,))


def stored(dialect: Dialect, storage: Storage, kind: str, value: Any) -> object:
    """`value` as a column of `storage` holds it (numbers apart, see `scaled`)."""
    if isinstance(value, timedelta):
        return microseconds(value)
    if isinstance(value, time):
        return value.isoformat("microseconds" if value.microsecond else "seconds")
    if dialect == "sqlite" and isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")
    if dialect == "sqlite" and kind == "date":
        return value.isoformat()
    return value


def is_uuid(value: object) -> bool:
    """Whether `value` is an id as it is stored: anything else equals no id."""
    if not isinstance(value, str) or len(value) != 36:
        return False
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def parts_of_number(value: Decimal | int) -> tuple[int, int]:
    """(unscaled, scale) of a number without zeros at the end: 1.50 is (15, 1)."""
    number = decimal_of(value).normalize(WIDE)
    exponent = number.as_tuple().exponent
    scale = max(-exponent, 0) if isinstance(exponent, int) else 0
    return int(number.scaleb(scale, WIDE)), scale


def scaled(
    value: Decimal | int, scale: int, rounding: Callable[[Decimal], Decimal] | None = None
) -> int | None:
    """value x 10^scale as an integer; where it is none, rounded by `rounding` or None. Cut to 64 bits."""
    exact = decimal_of(value).scaleb(scale, WIDE)
    nearest = exact.to_integral_value(ROUND_FLOOR, WIDE)
    if nearest != exact:
        if rounding is None:
            return None
        nearest = rounding(exact)
    if rounding is None and abs(nearest) > LARGEST:
        return None
    return max(-LARGEST, min(LARGEST, int(nearest)))


def rounded_down(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_FLOOR, WIDE)


def rounded_up(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_CEILING, WIDE)
