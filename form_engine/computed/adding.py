"""What values come to: exact, in the meaning of the expression language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from platform_core.expressions import Money

WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
"""Sums of millions of amounts lose no digit."""


def added_up(function: str, values: Iterable[object], currency: str | None = None) -> object:
    """`sum`, `avg`, `min` or `max` of what is there. A sum of nothing is zero (money: only in a fixed `currency`); amounts
    in several currencies come to nothing."""
    there = [value for value in values if value is not None]
    if there and isinstance(there[0], Money) or (not there and currency):
        return _money(function, [value for value in there if isinstance(value, Money)], currency)
    if function in ("min", "max"):
        return (min if function == "min" else max)(there, default=None)  # type: ignore[type-var]  # one type, ordered
    numbers = [Decimal(value) for value in there if isinstance(value, Decimal | int)]
    total = summed(numbers)
    if function == "sum":
        return total
    return averaged(total, len(numbers))


def _money(function: str, amounts: Sequence[Money], currency: str | None) -> Money | None:
    shared = {amount.currency for amount in amounts} or ({currency} if currency else set())
    if len(shared) != 1:
        return None
    found = added_up(function, [amount.amount for amount in amounts])
    return Money(found, shared.pop()) if isinstance(found, Decimal) else None


def summed(numbers: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    total = Decimal(0)
    for number in numbers:
        total = WIDE.add(total, number)
    return total


def averaged(total: Decimal, count: int) -> Decimal | None:
    """The average with far more digits than any field keeps; None of nothing."""
    return WIDE.divide(total, Decimal(count)) if count else None
