"""How many plural forms a language has here, and a catalogue that says so in its header."""

from __future__ import annotations

from babel.messages.catalog import Catalog

from platform_core.i18n.catalogs import DOMAIN
from platform_core.i18n.languages import known

# Babel writes Arabic's last two forms in an order of its own; translators and their programs know CLDR's.
_RULES = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
}


def new_catalog(language: str) -> Catalog:
    """An empty catalogue of a language, its plural forms in CLDR's order: zero, one, two, few, many, other."""
    catalog = Catalog(locale=known(language).locale, domain=DOMAIN, project="Tradewind", fuzzy=False)
    if rule := _RULES.get(known(language).code):
        catalog.mime_headers = [("Plural-Forms", rule)]
    return catalog


def forms_of(language: str) -> int:
    """How many plural forms a message has in this language: 1 in Chinese, 2 in Spanish, 6 in Arabic."""
    return new_catalog(language).num_plurals
