"""How numbers are read and bounded: exact, never through binary fractions."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from form_engine.fields.base import problem
from form_engine.fields.refusals import (
    not_a_number,
    overflow,
    too_large,
    too_many_decimals,
    too_small,
    wrong_type,
)
from platform_core.entities import ParseContext
from platform_core.errors import Problem
from platform_core.i18n import N_, parse_number

MAX_DIGITS = 18


def read_number(raw: object, context: ParseContext) -> Decimal | None:
    """An exact number from the wire or from text; None where it is empty.

    A JSON number with a fraction arrives as a binary float: with at most 15 digits its shortest spelling is what was
    sent; beyond that nobody can know, and it is refused.
    """
    if raw is None or isinstance(raw, str) and not raw.strip():
        return None
    if isinstance(raw, bool):
        raise wrong_type(N_("This must be a number."))
    if isinstance(raw, Decimal | int):
        return _within_reason(Decimal(raw))
    if isinstance(raw, float):
        return _from_float(raw)
    if not isinstance(raw, str):
        raise wrong_type(N_("This must be a number."))
    return _from_text(raw, context)


def _from_float(raw: float) -> Decimal:
    number = Decimal(repr(raw))
    if not number.is_finite() or len(number.as_tuple().digits) > 15:
        raise wrong_type(
            N_("This must be a number written as text, for it has too many digits for a JSON number.")
        )
    return number


def _from_text(raw: str, context: ParseContext) -> Decimal:
    if len(raw) > 60:
        raise not_a_number(raw)
    if context.textual:
        found = parse_number(raw, language=context.language)
        if found is None:
            found = _plainly_grouped(raw)
        if found is None:
            raise not_a_number(raw)
        return found
    try:
        number = Decimal(raw.strip())
    except InvalidOperation:
        raise not_a_number(raw) from None
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise not_a_number(raw)
    return number


def _plainly_grouped(raw: str) -> Decimal | None:
    """A number whose signs tell by themselves which is which, whatever the language: "1.200,50", "1,200.50"."""
    text = "".join(raw.split())
    point, comma = text.rfind("."), text.rfind(",")
    if point < 0 or comma < 0:
        return None
    group, mark = (".", ",") if comma > point else (",", ".")
    whole, _, fraction = text.rpartition(mark)
    groups = whole.lstrip("+-").split(group)
    if not fraction.isdigit() or not groups[0].isdigit() or len(groups[0]) > 3 or mark in whole:
        return None
    if any(len(part) != 3 or not part.isdigit() for part in groups[1:]):
        return None
    return Decimal(f"{whole.replace(group, '')}.{fraction}")


def _within_reason(number: Decimal) -> Decimal:
    if not number.is_finite() or number.adjusted() > 30:
        raise overflow(MAX_DIGITS)
    return number


def fitted(number: Decimal, *, digits: int, scale: int) -> Decimal:
    """The number at exactly `scale` decimals. Refuses more decimals, and more than `digits` digits in all."""
    whole = digits - scale
    if abs(number) >= Decimal(1).scaleb(whole):
        raise overflow(whole)
    rounded = number.quantize(Decimal(1).scaleb(-scale))
    if rounded != number:
        raise too_many_decimals(scale)
    # Minus zero is zero: two spellings of one value would look like a change.
    return rounded if rounded else abs(rounded)


def bounded(number: Decimal, least: Decimal | int | None, most: Decimal | int | None) -> Decimal:
    """The number, if it lies within the bounds (both inclusive)."""
    if least is not None and number < least:
        raise too_small(least)
    if most is not None and number > most:
        raise too_large(most)
    return number


def check_bounds(least: Decimal | int | None, most: Decimal | int | None) -> Iterator[Problem]:
    """Bounds that no value can meet."""
    if least is not None and most is not None and least > most:
        yield problem("/min", "range", N_("The least value is above the greatest."))
