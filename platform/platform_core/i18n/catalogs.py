"""gettext catalogues: `locale/<language>/LC_MESSAGES/tradewind.po`, compiled by set-up or in memory."""

from __future__ import annotations

import gettext
import io
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from platform_core.i18n.languages import PSEUDO, SOURCE, known

DOMAIN = "tradewind"
LOCALES = Path(__file__).parent / "locale"

_folders: list[Path] = [LOCALES]


class Translator:
    """Product text in one language. Placeholders are `{name}`; without parameters the text is left as it is."""

    def __init__(self, language: str, catalog: gettext.NullTranslations) -> None:
        self.language = language
        self._catalog = catalog

    def gettext(self, msgid: str, /, **params: object) -> str:
        """The translation of `msgid`, or `msgid` itself."""
        return _fill(self._catalog.gettext(msgid) if msgid else "", params)

    def ngettext(self, one: str, many: str, n: int, /, **params: object) -> str:
        """The plural form for `n`, which the text may show as `{n}`."""
        return _fill(self._catalog.ngettext(one, many, n), {"n": n, **params})

    def pgettext(self, context: str, msgid: str, /, **params: object) -> str:
        """As `gettext`, for a word that means different things in different places."""
        return _fill(self._catalog.pgettext(context, msgid), params)


class _Pseudo(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"

    def pgettext(self, context: str, message: str) -> str:
        return f"⟦{message}⟧"


def _fill(text: str, params: dict[str, object]) -> str:
    return text.format_map(params) if params else text


def add_catalogs(folder: Path) -> None:
    """Reads a plugin's `<folder>/<language>/LC_MESSAGES/tradewind.po` too; the product's own words win."""
    if folder not in _folders:
        _folders.append(folder)
        translator.cache_clear()


def remove_catalogs(folder: Path) -> None:
    """Forgets a plugin's words when it is disabled."""
    if folder in _folders:
        _folders.remove(folder)
        translator.cache_clear()


@lru_cache(maxsize=16)
def translator(language: str) -> Translator:
    """The translator of a language; an unknown language gets English."""
    code = known(language).code
    if code == PSEUDO:
        return Translator(code, _Pseudo())
    first, *others = [_load(folder, code) for folder in _folders]
    for other in others:
        first.add_fallback(other)
    return Translator(code, first)


def _load(folder: Path, code: str) -> gettext.NullTranslations:
    source = folder / code / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = source.with_suffix(".mo")
    if compiled.exists() and (not source.exists() or compiled.stat().st_mtime >= source.stat().st_mtime):
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    if not source.exists() or code == SOURCE:
        return gettext.NullTranslations()
    with source.open("rb") as file:
        catalog = read_po(file, locale=known(code).locale, domain=DOMAIN)
    image = io.BytesIO()
    write_mo(image, catalog)
    image.seek(0)
    return gettext.GNUTranslations(image)


def plural_rule(language: str) -> str:
    """The C expression over `n` that picks the plural form, from the catalogue's header; it is also JavaScript."""
    catalog = translator(language)._catalog
    header = catalog.info().get("plural-forms", "") if isinstance(catalog, gettext.GNUTranslations) else ""
    return header.partition("plural=")[2].strip().rstrip(";") or "(n != 1)"


def plural_forms(language: str, one: str, many: str) -> list[str]:
    """Every plural form of a message, in the order of `plural_rule`."""
    catalog = translator(language)._catalog
    forms: dict[tuple[str, int], str] = getattr(catalog, "_catalog", {})
    found = [forms[one, index] for index in range(6) if (one, index) in forms]
    return found or [one, many]
