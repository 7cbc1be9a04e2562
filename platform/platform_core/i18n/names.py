"""Names of countries, currencies, languages and time zones from CLDR, sorted as their readers sort."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies

from platform_core.i18n.context import current
from platform_core.i18n.languages import LANGUAGES, locale_of

Choice = tuple[str, str]
"""(code, name)"""

# The product does not speak these, but lists of customers do.
_READ_TOO = ("de", "it", "pt", "ru", "ja", "ko", "tr")
# CLDR lists these beside ISO 3166-1: unions, pseudo regions and exceptional reservations.
_NO_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)


def _order(name: str) -> tuple[str, bytes]:
    """Latin and Arabic without accents, marks and case; Han by GB 18030, whose common characters stand in pinyin order."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", name).casefold() if sign.isalnum() or sign == " "
    )
    latin = bare if bare.isascii() else ""
    return latin, b"" if latin else bare.encode("gb18030")


def _sorted(names: dict[str, str]) -> tuple[Choice, ...]:
    return tuple(sorted(names.items(), key=lambda item: _order(item[1])))


@lru_cache(maxsize=16)
def countries(language: str) -> tuple[Choice, ...]:
    """ISO 3166-1 alpha-2 codes with their names, 249 and Kosovo."""
    names = locale_of(language).territories
    return _sorted(
        {
            code: name
            for code, name in names.items()
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
        }
    )


@lru_cache(maxsize=16)
def currencies(language: str) -> tuple[Choice, ...]:
    """ISO 4217 codes that are legal tender somewhere today, with their names."""
    names = locale_of(language).currencies
    return _sorted({code: names.get(code, code) for code in _tender()})


@lru_cache(maxsize=1)
def _tender() -> frozenset[str]:
    codes = {code for code, _ in countries("en")}
    return frozenset(currency for code in codes for currency in get_territory_currencies(code, tender=True))


@lru_cache(maxsize=16)
def spoken_languages(language: str) -> tuple[Choice, ...]:
    """ISO 639-1 codes with their names: what a customer may speak."""
    names = locale_of(language).languages
    return _sorted({code: name for code, name in names.items() if len(code) == 2})


@lru_cache(maxsize=16)
def zones(language: str) -> tuple[Choice, ...]:
    """IANA zones of places, named "Shanghai, China"."""
    territories = get_global("zone_territories")
    return _sorted(
        {zone: zone_name(zone, language) for zone in territories if not zone.startswith("Etc/")}
        | {"UTC": "UTC"}
    )


@lru_cache(maxsize=16)
def _lookup(kind: str, language: str) -> dict[str, str]:
    lists = {"country": countries, "currency": currencies, "language": spoken_languages, "zone": zones}
    return dict(lists[kind](language))


def country_name(code: str, language: str | None = None) -> str:
    """The name of a country; the code itself where it is none."""
    return _lookup("country", language or current().language).get(code, code)


def currency_name(code: str, language: str | None = None) -> str:
    """The name of a currency; the code itself where it is none."""
    return _lookup("currency", language or current().language).get(code, code)


def language_name(code: str, language: str | None = None) -> str:
    """The name of a language; the code itself where it is none."""
    return _lookup("language", language or current().language).get(code, code)


@lru_cache(maxsize=4096)
def zone_name(zone: str, language: str) -> str:
    """ "Shanghai, China" for Asia/Shanghai; the zone itself where it names no place."""
    locale = locale_of(language)
    territory = get_global("zone_territories").get(zone)
    if territory is None:
        return zone
    city = _city(zone, locale)
    country = locale.territories.get(territory, territory)
    return (
        city
        if city == country
        else f"{city}{'，' if language == 'zh' else '، ' if language == 'ar' else ', '}{country}"
    )


def _city(zone: str, locale: Locale) -> str:
    names: dict[str, str] = locale.time_zones.get(zone, {})
    return names.get("city") or zone.rpartition("/")[2].replace("_", " ")


@lru_cache(maxsize=4)
def _codes_by_name(kind: str) -> dict[str, str]:
    """Casefolded names in the languages spreadsheets come in, and the codes themselves, to the code."""
    found: dict[str, str] = {}
    for language in (*(language.code for language in LANGUAGES), *_READ_TOO):
        for code, name in _lookup(kind, language).items():
            found.setdefault(unicodedata.normalize("NFC", name).casefold(), code)
    found.update({code.casefold(): code for code in _lookup(kind, "en")})
    return found


def find_code(kind: str, text: str) -> str | None:
    """The code of a `country`, `currency`, `language` or `zone` written in a language of trade; else None."""
    return _codes_by_name(kind).get(unicodedata.normalize("NFC", text.strip()).casefold())
