"""The product's catalogues as units for translators, and the words they send back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from babel.messages.catalog import Message

from platform_core.i18n.catalogs import LOCALES
from platform_core.i18n.languages import SOURCE
from platform_core.i18n.plurals import forms_of
from platform_core.i18n.units import Unit, faults


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """`changed` messages got other words; `unknown` units are no longer (or not) asked for and were left out."""

    changed: int
    unchanged: int
    unknown: tuple[Unit, ...] = ()


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far a translation is: all messages, those without words, those whose words are broken."""

    source: str
    language: str
    messages: int
    missing: int
    broken: int


def standing(source: str, language: str, units: Sequence[Unit]) -> Standing:
    """Counts the units of `source` ("product", "trade_crm") in a language; English lacks nothing in the product."""
    forms = forms_of(language)
    return Standing(
        source=source,
        language=language,
        messages=len(units),
        missing=sum(not unit.is_translated for unit in units),
        broken=sum(any(True for _fault in faults(unit, forms)) for unit in units),
    )


def product_units(language: str, folder: Path = LOCALES) -> list[Unit]:
    """Every message of the product with its words in a language; none for English, whose words are the messages."""
    from platform_core.i18n import extract  # Babel's extractor is for translators only, not for every start

    if language == SOURCE:
        return []
    return [_unit(message) for message in extract.read(language, folder) if message.id]


def take_product(
    language: str, units: Sequence[Unit], folder: Path = LOCALES, *, dry_run: bool = False
) -> Taken:
    """Puts words into the product's catalogue. The caller has refused broken ones; empty ones change nothing."""
    from platform_core.i18n import extract

    standing_words = {unit.key: unit for unit in product_units(language, folder)}
    wanted = [unit for unit in units if unit.is_translated]
    known = [unit for unit in wanted if unit.key in standing_words]
    changed = [unit for unit in known if standing_words[unit.key].words != unit.words]
    if changed and not dry_run:
        extract.fill(language, {_message_id(unit): _words(unit) for unit in changed}, folder)
    return Taken(
        changed=len(changed),
        unchanged=len(known) - len(changed),
        unknown=tuple(unit for unit in wanted if unit.key not in standing_words),
    )


def _unit(message: Message) -> Unit:
    source = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    words = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return Unit(
        source=source,
        words=tuple(word or "" for word in words),
        context=message.context or "",
        note=", ".join(dict.fromkeys(file for file, _line in message.locations)),
    )


def _message_id(unit: Unit) -> str:
    return f"{unit.context}|{unit.source[0]}" if unit.context else unit.source[0]


def _words(unit: Unit) -> str | list[str]:
    return list(unit.words) if unit.is_plural else unit.words[0]
