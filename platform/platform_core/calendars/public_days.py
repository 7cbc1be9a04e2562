"""Public holidays of countries, and China's make-up days; and how far the data can be trusted.

China publishes its holidays and make-up days each autumn for the next year: until then the statutory days are known
and the make-up days are not. Days that follow the moon are estimates for years ahead.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Literal

Trust = Literal["exact", "estimated", "statutory", "none"]
"""exact: as published; estimated: some days may move by one or two; statutory: without make-up days, which are not
published yet; none: no data for that year, weekends only."""

CHINA = "CN"


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int) -> Mapping[date, str]:
    """The days off of a country ("DE", "DE-BY") in a year and what they are called; empty where nothing is known."""
    code, _, part = country.partition("-")
    if code == CHINA and _china_is_published(year):
        return _published_in_china(year)
    return _from_package(code, part, year)


@lru_cache(maxsize=64)
def make_up_days(country: str, year: int) -> frozenset[date]:
    """Weekend days that are worked to make up for a holiday (调休)."""
    if country.partition("-")[0] != CHINA or not _china_is_published(year):
        return frozenset()
    from chinese_calendar.constants import workdays

    return frozenset(day for day in workdays if day.year == year)


def trust(country: str, year: int) -> Trust:
    """How far the data for a country and year can be trusted."""
    code = country.partition("-")[0]
    if code == CHINA:
        if _china_is_published(year):
            return "exact"
        return "statutory" if public_holidays(country, year) else "none"
    found = public_holidays(country, year)
    if not found:
        return "none"
    return "estimated" if any("estimated" in name for name in found.values()) else "exact"


@lru_cache(maxsize=1)
def known_countries() -> Mapping[str, tuple[str, ...]]:
    """Countries with data, and the parts of each that have days of their own."""
    import holidays

    return {code: tuple(parts) for code, parts in holidays.list_supported_countries().items()}


def is_known(country: str) -> bool:
    """Whether there is data for a country, and for the part where one is named."""
    code, _, part = country.partition("-")
    known = known_countries()
    return code in known and (not part or part in known[code])


def _china_is_published(year: int) -> bool:
    from chinese_calendar.constants import holidays

    return bool(min(holidays).year <= year <= max(holidays).year)


def _published_in_china(year: int) -> Mapping[date, str]:
    from chinese_calendar.constants import holidays

    return {day: str(name) for day, name in holidays.items() if day.year == year}


def _from_package(code: str, part: str, year: int) -> Mapping[date, str]:
    import holidays

    if not is_known(f"{code}-{part}" if part else code):
        return {}
    found = holidays.country_holidays(code, subdiv=part or None, years=year)
    return {day: str(name) for day, name in found.items() if day.year == year}
