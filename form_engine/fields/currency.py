"""`currency`: ISO 4217."""

from __future__ import annotations

from random import Random

from form_engine.definition import IndexedField
from form_engine.fields.base import Names, Schema
from form_engine.fields.codes import CodeType
from platform_core.i18n import N_


class CurrencyField(IndexedField, frozen=True, kw_only=True, tag="currency"):
    """A currency by its three-letter code."""


class CurrencyType(CodeType[CurrencyField]):
    name = "currency"
    definition = CurrencyField
    label = N_("Currency")
    kind = "currency"

    def value_schema(self, field: CurrencyField) -> Schema:
        return {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["USD"]}

    def demo(self, field: CurrencyField, names: Names, random: Random) -> object:
        return random.choice(("USD", "EUR", "CNY", "JPY"))
