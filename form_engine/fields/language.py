"""`language`: ISO 639-1, what a customer speaks."""

from __future__ import annotations

from random import Random

from form_engine.definition import IndexedField
from form_engine.fields.base import Names, Schema
from form_engine.fields.codes import CodeType
from platform_core.i18n import N_, Listener, language_name


class LanguageField(IndexedField, frozen=True, kw_only=True, tag="language"):
    """A language by its two-letter code."""


class LanguageType(CodeType[LanguageField]):
    name = "language"
    definition = LanguageField
    label = N_("Language")
    kind = "language"

    def value_schema(self, field: LanguageField) -> Schema:
        return {"type": "string", "pattern": "^[a-z]{2}$", "examples": ["en"]}

    def show(self, field: LanguageField, names: Names, wire: object, reader: Listener) -> str:
        return language_name(str(wire), reader.language)

    def demo(self, field: LanguageField, names: Names, random: Random) -> object:
        return random.choice(("en", "zh", "es", "fr", "ar"))
