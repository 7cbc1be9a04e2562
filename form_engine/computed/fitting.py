"""Results of expressions as canonical values of the field that keeps them; what does not fit is blank.

A record must never be refused because of a value that nobody has typed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from platform_core.entities import Ref
from platform_core.expressions import Money
from platform_core.i18n import minor_unit

Fit = Callable[[object], object]

_LIMIT = Decimal(10) ** 18
_LONGEST_TEXT = 500
_LONGEST = 10_000


def fit_of(
    kind: str, *, scale: int | None = None, currency: str | None = None, most: int | None = None
) -> Fit:
    """What makes a value one of a field of the type `kind`; None for what cannot be one.

    `scale` are the decimals kept (half up), `currency` the only one that money may have, `most` the longest text.
    """
    if kind in ("decimal", "percent"):
        return _numbers(2 if scale is None else scale)
    if kind in ("integer", "rating"):
        return _whole
    if kind == "money":
        return lambda value: _money(value, scale, currency)
    if kind in ("text", "long_text"):
        longest = most or (_LONGEST_TEXT if kind == "text" else _LONGEST)
        return lambda value: _text(value, longest)
    return _typed(_CLASSES[kind]) if kind in _CLASSES else _as_it_is


_CLASSES: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "choice": (str,),
    "country": (str,),
    "currency": (str,),
    "language": (str,),
    "timezone": (str,),
    "user": (str,),
    "team": (str,),
    "link": (str, Ref),
    "date": (date,),
    "datetime": (datetime,),
    "time": (time,),
    "duration": (timedelta, Decimal, int),
    "email": (str,),
    "url": (str,),
}


def _typed(classes: tuple[type, ...]) -> Fit:
    dated = classes == (date,)

    def fit(value: object) -> object:
        if not isinstance(value, classes) or (dated and isinstance(value, datetime)):
            return None
        return value or None if isinstance(value, str) else value

    return fit


def _as_it_is(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _numbers(scale: int) -> Callable[[object], Decimal | None]:
    """Decimals at a scale. Eighteen digits in all are kept, those behind the sign among them."""
    unit, limit = Decimal(1).scaleb(-scale), _LIMIT.scaleb(-scale)

    def fit(value: object) -> Decimal | None:
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            return None
        try:
            fitted = Decimal(value).quantize(unit, ROUND_HALF_UP)
        except InvalidOperation:
            return None
        return fitted if -limit < fitted < limit else None

    return fit


_by_scale = [_numbers(scale) for scale in range(13)]
_MOST_WHOLE = 2**53
_MOST_MONEY = Decimal(10) ** 14
"""The column has four decimals, so fourteen digits stand before the sign."""


def _whole(value: object) -> int | None:
    fitted = _by_scale[0](value)
    return int(fitted) if fitted is not None and abs(fitted) < _MOST_WHOLE else None


def _money(value: object, scale: int | None, currency: str | None) -> Money | None:
    if not isinstance(value, Money) or (currency is not None and value.currency != currency):
        return None
    unit = minor_unit(value.currency)
    amount = _by_scale[min(unit if scale is None else scale, 4)](value.amount)
    if amount is None or abs(amount) >= _MOST_MONEY:
        return None
    if scale is None:
        return Money(amount, value.currency)
    exponent = amount.normalize().as_tuple().exponent
    has = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return Money(amount.quantize(Decimal(1).scaleb(-max(has, unit))), value.currency)


def _text(value: object, most: int) -> str | None:
    return value[:most].strip() or None if isinstance(value, str) else None
