"""`country`: ISO 3166-1 alpha-2."""

from __future__ import annotations

from random import Random

from form_engine.definition import IndexedField
from form_engine.fields.base import Names, Schema
from form_engine.fields.codes import CodeType
from platform_core.i18n import N_, Listener, country_name


class CountryField(IndexedField, frozen=True, kw_only=True, tag="country"):
    """A country by its two-letter code."""


class CountryType(CodeType[CountryField]):
    name = "country"
    definition = CountryField
    label = N_("Country")
    kind = "country"

    def value_schema(self, field: CountryField) -> Schema:
        return {"type": "string", "pattern": "^[A-Z]{2}$", "examples": ["DE"]}

    def show(self, field: CountryField, names: Names, wire: object, reader: Listener) -> str:
        return country_name(str(wire), reader.language)

    def demo(self, field: CountryField, names: Names, random: Random) -> object:
        return random.choice(("DE", "US", "BR", "VN", "AE", "FR", "MX", "ZA"))
