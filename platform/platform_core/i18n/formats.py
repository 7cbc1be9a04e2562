"""Numbers, money, dates and spans as people read them. Digits are Latin in every language.

Every function takes `language` (and `zone`); without them it speaks to the current reader. Where it is the reader's own
language, the reader's own formats count before those of the language. The hot ones avoid Babel's pattern engine: a list
of fifty rows formats some three hundred values.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from babel.lists import format_list
from babel.numbers import get_currency_precision, get_decimal_symbol, get_group_symbol

from platform_core.i18n.catalogs import translator
from platform_core.i18n.context import current
from platform_core.i18n.languages import locale_of

NBSP = "\N{NO-BREAK SPACE}"


NUMBER_FORMATS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "1,234.56": (",", "."),
        "1.234,56": (".", ","),
        "1 234,56": ("\N{NARROW NO-BREAK SPACE}", ","),
        "1 234.56": ("\N{NARROW NO-BREAK SPACE}", "."),
        "1234.56": ("", "."),
    }
)
"""What a person may choose, by what it looks like: (group sign, decimal sign)."""

DATE_FORMATS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ymd": ("%Y-%m-%d", "%m-%d"),
        "dmy": ("%d/%m/%Y", "%d/%m"),
        "mdy": ("%m/%d/%Y", "%m/%d"),
        "dots": ("%d.%m.%Y", "%d.%m."),
    }
)
"""What a person may choose: the pattern with and without the year."""


def own_separators(language: str | None = None) -> tuple[str, str]:
    """(group sign, decimal sign) for the current reader: as chosen, where `language` is the reader's, else of it."""
    reader = current()
    if reader.formats.numbers and language in (None, reader.language):
        return NUMBER_FORMATS.get(reader.formats.numbers) or separators(reader.language)
    return separators(language or reader.language)


@lru_cache(maxsize=16)
def separators(language: str) -> tuple[str, str]:
    """(group sign, decimal sign) of a language with Latin digits: (",", ".") for English."""
    locale = locale_of(language)
    return get_group_symbol(locale, numbering_system="latn"), get_decimal_symbol(
        locale, numbering_system="latn"
    )


def format_number(value: Decimal | int, *, places: int | None = None, language: str | None = None) -> str:
    """`value` grouped by thousands, with exactly `places` decimals (half up), or as many as it has."""
    if places is not None:
        value = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,d}"
    group, point = own_separators(language)
    if (group, point) == (",", "."):
        return text
    return text.translate({ord(","): group, ord("."): point})


def format_money(
    amount: Decimal, currency: str, *, places: int | None = None, language: str | None = None
) -> str:
    """ "USD 1,200.10": the code before the amount, at the currency's minor unit unless `places` says otherwise.

    More decimals than the minor unit are shown as they are: a unit price of 9.2504 is not rounded away.
    """
    if places is None:
        exponent = amount.as_tuple().exponent
        has = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        places = max(minor_unit(currency), _significant(amount, has))
    return f"{currency}{NBSP}{format_number(amount, places=places, language=language)}"


def _significant(amount: Decimal, has: int) -> int:
    """Decimals without trailing zeros: stored amounts carry four."""
    if not has:
        return 0
    exponent = amount.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


@lru_cache(maxsize=512)
def minor_unit(currency: str) -> int:
    """Decimals of an ISO 4217 currency: 2 for USD, 0 for JPY, 3 for KWD; 2 where it is unknown."""
    return get_currency_precision(currency)


def format_percent(value: Decimal | int, *, places: int | None = None, language: str | None = None) -> str:
    """`value` in hundredths already: 12.8 is shown as "12.8 %"."""
    return f"{format_number(value, places=places, language=language)}{NBSP}%"


def format_bytes(size: int, *, language: str | None = None) -> str:
    """A file size in kB or MB of 1,000 bytes, as file managers show it."""
    if size < 1000:
        return f"{size}{NBSP}B"
    for unit, factor in (("kB", 10**3), ("MB", 10**6), ("GB", 10**9)):
        if size < factor * 1000 or unit == "GB":
            amount = Decimal(size) / factor
            places = 0 if amount >= 100 or unit == "kB" or amount == int(amount) else 1
            return f"{format_number(amount, places=places, language=language)}{NBSP}{unit}"
    raise AssertionError("unreachable: the loop ends with GB")


@lru_cache(maxsize=16)
def _months(language: str) -> tuple[str, ...]:
    names = locale_of(language).months["format"]["abbreviated"]
    return tuple(names[number].rstrip(".") for number in range(1, 13))


def format_date(value: date, *, style: str = "medium", language: str | None = None) -> str:
    """`medium` "17 Nov 2026" (zh "2026-11-17"), `short` without the year, `long` with the weekday.

    An instant is turned into a date by the caller (`in_zone`), who knows whose day is meant.
    """
    reader = current()
    if style != "long" and reader.formats.dates and language in (None, reader.language):
        chosen = DATE_FORMATS.get(reader.formats.dates)
        if chosen:
            return value.strftime(chosen[1 if style == "short" else 0])
    language = language or reader.language
    if style == "long":
        return babel_date(value, "full", locale=locale_of(language))
    if language == "zh":
        return f"{value.month}月{value.day}日" if style == "short" else f"{value:%Y-%m-%d}"
    day_month = f"{value.day} {_months(language)[value.month - 1]}"
    return day_month if style == "short" else f"{day_month} {value.year}"


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def in_zone(value: datetime, zone: str | None = None) -> datetime:
    """An aware instant on the wall clock of `zone` (default: the reader's)."""
    return value.astimezone(_zone(zone or current().zone))


def format_datetime(
    value: datetime, *, zone: str | None = None, seconds: bool = False, language: str | None = None
) -> str:
    """ "17 Nov 2026, 14:50" on the wall clock of `zone`; 24 hours everywhere."""
    local = in_zone(value, zone)
    clock = local.strftime("%H:%M:%S" if seconds else "%H:%M")
    language = language or current().language
    joint = " " if language == "zh" else "، " if language == "ar" else ", "
    return f"{format_date(local, language=language)}{joint}{clock}"


def format_time(value: datetime, *, zone: str | None = None) -> str:
    """ "14:50" on the wall clock of `zone`."""
    return in_zone(value, zone).strftime("%H:%M")


def relative_time(
    value: datetime, now: datetime, *, zone: str | None = None, language: str | None = None
) -> str:
    """ "5 h ago", "in 20 min", "yesterday"-free: beyond thirty days it is a date. Both instants are aware."""
    text = translator(language or current().language)
    span = now - value
    past = span >= timedelta(0)
    minutes = int(abs(span).total_seconds() // 60)
    hours, days = minutes // 60, minutes // 1440
    if days > 30:
        return format_date(in_zone(value, zone), language=language)
    if days:
        if past:
            return text.ngettext("{n} day ago", "{n} days ago", days)
        return text.ngettext("in {n} day", "in {n} days", days)
    if hours:
        return text.gettext("{n} h ago", n=hours) if past else text.gettext("in {n} h", n=hours)
    if minutes:
        return text.gettext("{n} min ago", n=minutes) if past else text.gettext("in {n} min", n=minutes)
    return text.gettext("just now")


ListStyle = Literal["standard", "or", "unit"]


def join_list(items: Sequence[str], *, style: ListStyle = "standard", language: str | None = None) -> str:
    """ "a, b and c" in the language's way; `style` "or" for alternatives, "unit" without a last word."""
    return format_list(list(items), style=style, locale=locale_of(language or current().language))


def input_number(
    value: Decimal | int | None, *, places: int | None = None, language: str | None = None
) -> str:
    """What a number input starts with: no grouping, the language's decimal sign; `parse_number` reads it back."""
    if value is None:
        return ""
    number = Decimal(value)
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{number:f}".replace(".", own_separators(language)[1])


_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']+")


def parse_number(text: str, *, language: str | None = None) -> Decimal | None:
    """A number as typed in `language`, or as the API writes it ("1200.10"); None where it is neither.

    Grouped and decimal signs are told apart by the language first: "1.200" is 1200 in Spanish, 1.2 in English.
    """
    group, point = own_separators(language)
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", text)).replace("\u2212", "-")
    group = "" if group.isspace() or group in "\u202f\u00a0" else group
    if group and re.fullmatch(
        rf"[-+]?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(point)}\d+)?", plain
    ):
        return Decimal(plain.replace(group, "").replace(point, "."))
    if re.fullmatch(rf"[-+]?(?:\d+(?:{re.escape(point)}\d*)?|{re.escape(point)}\d+)", plain):
        return Decimal(plain.replace(point, "."))
    if re.fullmatch(r"[-+]?\d+\.\d+", plain):
        return Decimal(plain)
    return None


@lru_cache(maxsize=16)
def usual_first_day(language: str) -> int:
    """1 Monday … 7 Sunday, as it is usual where the language is spoken."""
    return locale_of(language).first_week_day + 1


def first_day_of_week(language: str | None = None) -> int:
    """1 Monday … 7 Sunday, as the reader chose it, or as it is usual where the language is spoken."""
    reader = current()
    if reader.formats.first_day and language in (None, reader.language):
        return reader.formats.first_day
    return usual_first_day(language or reader.language)


@lru_cache(maxsize=16)
def weekday_names(language: str) -> tuple[str, ...]:
    """Monday … Sunday."""
    names = locale_of(language).days["stand-alone"]["wide"]
    return tuple(names[number] for number in range(7))
