"""Rates as they are entered, and what a conversion says of itself."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

import msgspec

from platform_core.expressions import Money

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_SHOWN = Context(prec=12, rounding=ROUND_HALF_UP)


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """One unit of `source` cost so much of `target` on that day. `rate` is exact as entered; `origin` who says so."""

    day: date
    source: str
    target: str
    rate: Decimal
    origin: str = "manual"


class StoredQuote(Quote, frozen=True, kw_only=True):
    """A quote in the table."""

    id: str
    entered_by: str


class Leg(msgspec.Struct, frozen=True):
    """One stored quote on the way of a conversion; `inverted`: it is read backwards."""

    quote: Quote
    inverted: bool


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """How one currency becomes another: directly, backwards, or over a third one.

    `day` is the oldest day of what it rests on; without legs the two currencies are the same.
    """

    source: str
    target: str
    legs: tuple[Leg, ...]
    day: date

    @property
    def value(self) -> Decimal:
        """The rate with twelve digits, to be shown and stored; `applied` is exact."""
        return _SHOWN.create_decimal(self.applied(Decimal(1))).normalize(_SHOWN)

    @property
    def origins(self) -> tuple[str, ...]:
        """Who says so."""
        return tuple(dict.fromkeys(leg.quote.origin for leg in self.legs))

    def applied(self, amount: Decimal) -> Decimal:
        """The amount in the other currency, to 60 digits: multiplied first and divided once."""
        over, under = amount, Decimal(1)
        for leg in self.legs:
            if leg.inverted:
                under = _EXACT.multiply(under, leg.quote.rate)
            else:
                over = _EXACT.multiply(over, leg.quote.rate)
        return _EXACT.divide(over, under)


class Converted(msgspec.Struct, frozen=True):
    """An amount in another currency, and the rate with its day by which it got there."""

    money: Money
    rate: Rate
