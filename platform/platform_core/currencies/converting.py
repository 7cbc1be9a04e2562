"""From one currency to another, on a day: by the last rate known then, directly, backwards, or over a third one."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from platform_core import settings
from platform_core.currencies.errors import RateMissing
from platform_core.currencies.iso import minor_units
from platform_core.currencies.model import Converted, Leg, Rate
from platform_core.currencies.table import newest, partners
from platform_core.expressions import Money


async def find_rate(source: str, target: str, on: date, *, max_age_days: int | None = None) -> Rate | None:
    """The rate that held on a day; None where there is none, or only one that is older than `max_age_days`.

    Of a pair's own rate and its opposite the newer one counts. Then comes the way over the base currency, then over
    any other that has a rate with both, the one whose rates are newer first.
    """
    if source == target:
        return Rate(source=source, target=target, legs=(), day=on)
    legs = await _legs(source, target, on)
    if not legs:
        return None
    day = min(leg.quote.day for leg in legs)
    if max_age_days is not None and (on - day).days > max_age_days:
        return None
    return Rate(source=source, target=target, legs=legs, day=day)


async def rate(source: str, target: str, on: date, *, max_age_days: int | None = None) -> Rate:
    """As `find_rate`; raises RateMissing instead of answering None."""
    found = await find_rate(source, target, on, max_age_days=max_age_days)
    if found is None:
        raise RateMissing(source, target, on.isoformat(), base=settings.current().base_currency)
    return found


async def convert(
    money: Money, target: str, on: date, *, max_age_days: int | None = None, decimals: int | None = None
) -> Converted:
    """The amount in another currency, half up at its minor unit (or `decimals`), with the rate and its day.

    Raises RateMissing: nothing is ever converted at a rate that nobody has given.
    """
    found = await rate(money.currency, target, on, max_age_days=max_age_days)
    if not found.legs:
        return Converted(money, found)
    places = minor_units(target) if decimals is None else decimals
    amount = found.applied(money.amount).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return Converted(Money(amount, target), found)


async def _legs(source: str, target: str, on: date) -> tuple[Leg, ...]:
    direct = await _pair(source, target, on)
    if direct is not None:
        return (direct,)
    between = await partners(source, on) & await partners(target, on)
    base = settings.current().base_currency
    if base in between:
        return await _over(source, base, target, on)
    # A source that quotes against another currency (a central bank its own) still joins two others.
    ways = [await _over(source, pivot, target, on) for pivot in sorted(between)]
    return max(ways, key=lambda legs: min(leg.quote.day for leg in legs)) if ways else ()


async def _over(source: str, pivot: str, target: str, on: date) -> tuple[Leg, ...]:
    legs = (await _pair(source, pivot, on), await _pair(pivot, target, on))
    return tuple(leg for leg in legs if leg is not None)


async def _pair(source: str, target: str, on: date) -> Leg | None:
    forth, back = await newest(source, target, on), await newest(target, source, on)
    if forth is not None and (back is None or forth.day >= back.day):
        return Leg(forth, inverted=False)
    return Leg(back, inverted=True) if back is not None else None
