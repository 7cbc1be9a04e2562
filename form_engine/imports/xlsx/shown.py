"""A stored cell as the text that people see, and a mark that says what it was."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Context, Decimal, InvalidOperation

from .formats import Format

Shown = tuple[str, str]
"""(text, mark). Marks: "n" a number, "p" a share ("15.5%"), "d" a date, a currency code for an amount ("1200.5 EUR"),
"e" an error, "f" a formula without a result; "" plain text. With a mark, numbers have a point and no groups."""

_WHOLE = re.compile(r"-?\d{1,40}")
_ISO_CODE = re.compile("[A-Z]{3}")
_SEEN_DIGITS = Context(prec=15)
"""What spreadsheets show and keep: 0.1 + 0.2 is stored as 0.30000000000000004 and seen as 0.3."""
_LONGEST_EXPONENT = 30
_DAY_ZERO, _DAY_ZERO_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LEAP_DAY_THAT_NEVER_WAS = 60
_LAST_SERIAL = 2_958_466
_MILLISECONDS = 86_400_000


def shown_number(raw: str, form: Format, from_1904: bool) -> Shown:
    """A numeric cell."""
    number = _decimal(raw)
    if number is None:
        return raw.strip(), ""
    if form.kind in ("date", "time"):
        found = _moment(number, form, from_1904)
        if found is not None:
            return found
    elif form.kind == "elapsed":
        return _elapsed(number), ""
    elif form.kind == "percent":
        return f"{plain(number * 100)}%", "p"
    elif form.kind == "money":
        known = _ISO_CODE.fullmatch(form.currency)
        return f"{plain(number)} {form.currency}", form.currency if known else ""
    elif form.kind == "pattern" and number >= 0 and number == number.to_integral_value():
        return _filled(form.pattern, plain(number))
    text = raw.strip() if _WHOLE.fullmatch(raw.strip()) else plain(number)
    return text, "n"


def plain(number: Decimal) -> str:
    """At most 15 digits, no exponent, no zeros at the end."""
    seen = _SEEN_DIGITS.plus(number)
    if abs(seen.adjusted()) > _LONGEST_EXPONENT:
        return str(seen)
    text = format(seen, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def iso_moment(raw: str) -> Shown:
    """A cell that holds a date as text of ISO 8601."""
    return raw.strip().replace("T", " ").removesuffix("Z")[:19], "d"


def _decimal(raw: str) -> Decimal | None:
    try:
        number = Decimal(raw.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _moment(number: Decimal, form: Format, from_1904: bool) -> Shown | None:
    """The date, with the time where there is one; None for a number that is no day."""
    if not 0 <= number < _LAST_SERIAL:
        return None
    days, fraction = divmod(number, 1)
    moments = round(fraction * _MILLISECONDS)
    if form.kind == "time" and not days or (not days and not from_1904):
        return _clock(moments), ""
    start = _DAY_ZERO_1904 if from_1904 else _DAY_ZERO
    if not from_1904 and days < _LEAP_DAY_THAT_NEVER_WAS:
        start += timedelta(days=1)
    at = start + timedelta(days=int(days), milliseconds=moments)
    whole = at.replace(microsecond=0) + timedelta(seconds=at.microsecond >= 500_000)
    return whole.strftime("%Y-%m-%d %H:%M:%S") if form.time or moments else whole.strftime("%Y-%m-%d"), "d"


def _clock(milliseconds: int) -> str:
    seconds = round(milliseconds / 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _elapsed(number: Decimal) -> str:
    """ "26:30:00" for a day, two hours and a half."""
    sign = "-" if number < 0 else ""
    return sign + _clock(round(abs(number) * _MILLISECONDS))


def _filled(pattern: str, digits: str) -> Shown:
    """ "000-0000" with 5551234 is "555-1234"; digits that have no place of their own stand before."""
    places = pattern.count("0")
    digits = digits.zfill(places)
    head, rest = digits[: len(digits) - places], iter(digits[len(digits) - places :])
    text = "".join(next(rest) if character == "0" else character for character in pattern)
    first = pattern.index("0")
    text = text[:first] + head + text[first:]
    return text, "n" if text.isdigit() else ""
