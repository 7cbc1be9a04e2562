"""How dates and times are read from what people type and spreadsheets hold."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SERIAL_START = datetime(1899, 12, 30)
_SERIAL = re.compile(r"^([1-9]\d{4})(\.\d+)?$")
"""Five digits, 18 May 1927 to 13 October 2173: a bare year like 2026 is not taken for a day of 1905."""

_YEAR_FIRST = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_YEAR_LAST = re.compile(r"^(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})$")
_DAY_WORD = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th|\.)?[\s-]+(?:de\s+)?([^\W\d]+)\.?,?[\s-]+(?:de\s+)?(\d{4}|\d{2})$"
)
_WORD_DAY = re.compile(r"^([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
_CLOCK = re.compile(
    r"(?:^|[\sT,]+|(?<=日))(?P<early>上午|下午|晚上)?\s*(?P<h>\d{1,2})(?::|时|点)(?P<m>\d{2})?(?:(?::|分)(?P<s>\d{2})?(?:\.\d+)?秒?)?"
    r"\s*(?P<half>am|pm|a\.m\.|p\.m\.)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)


def read_date(text: str) -> date | None:
    """A date in any common order; None where it is none.

    Of 03/04/2026 the first number is the day, as most of the world writes; where the second is above 12, it is the
    day. Two-digit years reach from 1970 to 2069.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or len(plain) > 40:
        return None
    if serial := _SERIAL.match(plain):
        return (_SERIAL_START + timedelta(days=int(serial[1]))).date()
    for pattern in (_YEAR_FIRST, _COMPACT):
        if found := pattern.match(plain):
            return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST.match(plain):
        first, second, year = int(found[1]), int(found[3]), _year(found[4])
        month_first = second > 12 and found[2] != "."
        return _day(year, first, second) if month_first else _day(year, second, first)
    if found := _DAY_WORD.match(plain):
        return _day(_year(found[3]), _months().get(found[2].casefold(), 0), int(found[1]))
    if found := _WORD_DAY.match(plain):
        return _day(int(found[3]), _months().get(found[1].casefold(), 0), int(found[2]))
    return None


def read_instant(text: str, zone: str) -> datetime | None:
    """A date with a time, on the wall clock of `zone` unless it names an offset; a bare date is its midnight."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or len(plain) > 60:
        return None
    if serial := _SERIAL.match(plain):
        days = timedelta(days=int(serial[1])) + timedelta(seconds=round(float(serial[2] or 0) * 86400))
        return _at(_SERIAL_START + days, zone)
    clock = _CLOCK.search(plain)
    day = read_date(plain[: clock.start()] if clock else plain)
    if day is None:
        return None
    if clock is None:
        return _at(datetime.combine(day, time()), zone)
    moment = _time(clock)
    return None if moment is None else _at(datetime.combine(day, moment), zone, clock["zone"])


def _time(clock: re.Match[str]) -> time | None:
    hour = int(clock["h"])
    half = (clock["half"] or "").casefold().replace(".", "")
    late = half == "pm" or clock["early"] in ("下午", "晚上")
    early = half == "am" or clock["early"] == "上午"
    if (late or early) and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + 12 if late else hour % 12 if early else hour
    try:
        return time(hour, int(clock["m"] or 0), int(clock["s"] or 0))
    except ValueError:
        return None


def _at(local: datetime, zone: str, offset: str | None = None) -> datetime | None:
    """The instant of a wall clock time; of a time that comes twice in autumn the first."""
    try:
        if offset:
            return datetime.fromisoformat(f"{local.isoformat()}{offset.upper()}").astimezone(UTC)
        return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (OverflowError, ValueError, ZoneInfoNotFoundError):
        return None


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (2000 if year < 70 else 1900)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def _months() -> dict[str, int]:
    """Month names and their short forms in the languages spreadsheets come in."""
    from babel import Locale

    found: dict[str, int] = {}
    for code in ("en", "es", "fr", "ar", "de", "it", "pt"):
        for style in ("wide", "abbreviated"):
            for number, name in Locale.parse(code).months["format"][style].items():
                found.setdefault(name.rstrip(".").casefold(), number)
    return found | {"sept": 9}
