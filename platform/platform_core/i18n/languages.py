"""The five languages of the product, and how a browser's wish becomes one of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import msgspec
from babel import Locale

Direction = Literal["ltr", "rtl"]

SOURCE = "en"
"""Message ids are English sentences; a missing translation shows them."""

PSEUDO = "qps"
"""A made-up language for tests: every translated string comes back in ⟦brackets⟧."""


class Language(msgspec.Struct, frozen=True):
    """`code` is stored and sent, `tag` goes into the `lang` attribute, `locale` is the CLDR identifier."""

    code: str
    name: str
    tag: str
    locale: str
    direction: Direction = "ltr"


LANGUAGES: tuple[Language, ...] = (
    Language("zh", "中文", "zh-Hans", "zh_Hans_CN"),
    Language("en", "English", "en", "en_GB"),
    Language("es", "Español", "es", "es"),
    Language("fr", "Français", "fr", "fr"),
    Language("ar", "العربية", "ar", "ar", "rtl"),
)

_BY_CODE = {language.code: language for language in LANGUAGES}
_BY_CODE[PSEUDO] = Language(PSEUDO, "⟦Pseudo⟧", "en-x-pseudo", "en_GB")


def languages() -> tuple[Language, ...]:
    """The languages a user may choose, in the order of the switch."""
    return LANGUAGES


def known(code: str) -> Language:
    """The language of `code` ("zh", "zh-CN", "zh_Hant"); English where we do not speak it."""
    found = _BY_CODE.get(code)
    return found or _BY_CODE.get(code.replace("_", "-").partition("-")[0].lower(), _BY_CODE[SOURCE])


def direction(code: str) -> Direction:
    """`ltr` or `rtl`, for the `dir` attribute."""
    return known(code).direction


@lru_cache(maxsize=16)
def locale_of(code: str) -> Locale:
    """The CLDR data of one of our languages, or of any CLDR identifier. Babel reads it from disk once."""
    ours = _BY_CODE.get(code)
    return Locale.parse(ours.locale if ours else code)


def preferred(accept_language: str, default: str = SOURCE) -> str:
    """The first language of an Accept-Language header that we speak, else `default`.

    Quality values order the wishes; a malformed one counts as the last wish.
    """
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language.split(",")[:20]):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        wishes.append((-weight, place, tag.partition("-")[0].lower()))
    for _weight, _place, code in sorted(wishes):
        if code in _BY_CODE and code != PSEUDO:
            return code
    return default
