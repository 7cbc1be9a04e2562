"""`money`: an exact amount with its currency."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Annotated, TypeVar

from msgspec import Meta

from form_engine.definition import FieldDef, IndexedField
from form_engine.fields.base import ORDER_OPERATORS, FieldType, Names, Schema, problem, stored
from form_engine.fields.codes import UNKNOWN, known_codes, read_code
from form_engine.fields.decimal import decimal_schema
from form_engine.fields.numbers import MAX_DIGITS, bounded, check_bounds, fitted, read_number
from form_engine.fields.refusals import too_many_decimals, unknown_code, wrong_type
from platform_core import settings
from platform_core.database import TEXT, decimal_type
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import Money, Type
from platform_core.expressions import money as money_type
from platform_core.i18n import N_, Listener, format_money, minor_unit

V = TypeVar("V")

STORED_SCALE = 4
"""Decimals of the column: unit prices have up to four."""

_SYMBOLS = {
    "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "RMB": "CNY", "元": "CNY", "人民币": "CNY",
    "HK$": "HKD", "A$": "AUD", "C$": "CAD", "R$": "BRL", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "CN¥": "CNY",
}  # fmt: skip
_TYPED = re.compile(
    r"^(?P<before>[^\d.,+\-\s]*)\s*(?P<amount>[+-]?[\d.,'\s]*\d[.,]?)\s*(?P<after>[^\d.,+\-\s]*)$"
)


class MoneyField(IndexedField, frozen=True, kw_only=True, tag="money"):
    """An amount with its currency. `min` and `max` bound the amount, whatever the currency."""

    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | None = None
    """Fixed currency; without it each value has its own."""
    scale: Annotated[int, Meta(ge=0, le=4)] | None = None
    """Decimals allowed, for unit prices; without it as many as the currency's minor unit has (JPY 0, KWD 3)."""
    min: Decimal | None = None
    max: Decimal | None = None


def trimmed(amount: Decimal, currency: str) -> Decimal:
    """The amount at its currency's minor unit, or with as many decimals as it really has."""
    exponent = amount.normalize().as_tuple().exponent
    has = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return amount.quantize(Decimal(1).scaleb(-max(has, minor_unit(currency))))


@dataclass(frozen=True, slots=True)
class MoneyCodec:
    currency: str | None
    scale: int | None
    least: Decimal | None
    most: Decimal | None

    def parse(self, raw: object, context: ParseContext) -> Money | None:
        if isinstance(raw, Mapping):
            return self._of(raw.get("amount"), raw.get("currency"), context)
        if raw is None:
            return None
        if not context.textual:
            raise wrong_type(N_("This must be an object with amount and currency."))
        if not isinstance(raw, str):
            return self._of(raw, None, context)
        return self._typed(raw, context)

    def _typed(self, raw: str, context: ParseContext) -> Money | None:
        """ "USD 1,200.50", "1.200,50 €", or a bare amount in the currency of the field or the installation."""
        text = unicodedata.normalize("NFKC", raw).strip()
        found = _TYPED.match(text) if len(text) <= 80 else None
        if found is None or found["before"] and found["after"]:
            return self._of(text, None, context)
        word = found["before"] or found["after"]
        return self._of(found["amount"], _SYMBOLS.get(word.upper(), word) or None, context)

    def _of(self, raw_amount: object, raw_currency: object, context: ParseContext) -> Money | None:
        amount = _below("/amount", lambda: read_number(raw_amount, context))
        if amount is None:
            return None
        currency = _below("/currency", lambda: read_code("currency", raw_currency, context))
        return self._checked(amount, self._currency(currency, context))

    def _currency(self, given: str | None, context: ParseContext) -> str:
        if self.currency:
            if given not in (None, self.currency):
                raise FieldProblem(
                    "currency", N_("This is kept in {currency}."), pointer="/currency", currency=self.currency
                )
            return self.currency
        if given is None:
            if not context.textual:
                raise FieldProblem("required", N_("The currency is missing."), pointer="/currency")
            return settings.current().base_currency
        return given

    def _checked(self, amount: Decimal, currency: str) -> Money:
        places = minor_unit(currency) if self.scale is None else self.scale
        exact = _below("/amount", lambda: fitted(amount, digits=MAX_DIGITS, scale=STORED_SCALE))
        if exact != exact.quantize(Decimal(1).scaleb(-places)):
            problem = too_many_decimals(places)
            problem.pointer = "/amount"
            raise problem
        return Money(trimmed(bounded(exact, self.least, self.most), currency), currency)

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value.amount, value.currency) if isinstance(value, Money) else (None, None)

    def from_columns(self, raw: Sequence[object]) -> object:
        amount, currency = raw
        if not isinstance(amount, Decimal) or not isinstance(currency, str):
            return None
        return Money(trimmed(amount, currency), currency)

    def to_wire(self, value: object) -> object:
        if not isinstance(value, Money):
            return None
        return {"amount": f"{trimmed(value.amount, value.currency):f}", "currency": value.currency}


class MoneyType(FieldType[MoneyField]):
    name = "money"
    definition = MoneyField
    label = N_("Money")
    encryptable = True
    summed = True
    operators = ORDER_OPERATORS
    widgets = ("money",)

    def columns(self, field: MoneyField, base: str) -> tuple[StoredColumn, ...]:
        return (
            stored(base, decimal_type(MAX_DIGITS, STORED_SCALE)),
            stored(base, TEXT, "cur", role="currency"),
        )

    def codec(self, field: MoneyField, names: Names) -> FieldCodec:
        return MoneyCodec(field.currency, field.scale, field.min, field.max)

    def expression_type(self, field: MoneyField, names: Names) -> Type:
        return money_type(field.currency)

    def value_schema(self, field: MoneyField) -> Schema:
        currency: Schema = {"type": "string", "pattern": "^[A-Z]{3}$"}
        return {
            "type": "object",
            "properties": {
                "amount": decimal_schema(MAX_DIGITS, STORED_SCALE if field.scale is None else field.scale),
                "currency": {"const": field.currency} if field.currency else currency,
            },
            "required": ["amount"] if field.currency else ["amount", "currency"],
            "additionalProperties": False,
        }

    def show(self, field: MoneyField, names: Names, wire: object, reader: Listener) -> str:
        if not isinstance(wire, Mapping):
            return str(wire)
        return format_money(Decimal(str(wire["amount"])), str(wire["currency"]), language=reader.language)

    def neutral_text(self, field: MoneyField, names: Names, value: object) -> str:
        if not isinstance(value, Money):
            return ""
        return f"{value.currency} {trimmed(value.amount, value.currency):f}"

    def convert(
        self, field: MoneyField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        codec = MoneyCodec(field.currency, field.scale, field.min, field.max)
        if isinstance(value, Money):
            return codec._checked(value.amount, codec._currency(value.currency, ParseContext()))
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            return codec.parse(value, ParseContext(textual=True))
        return super().convert(field, names, source, old, value)

    def demo(self, field: MoneyField, names: Names, random: Random) -> object:
        currency = field.currency or random.choice(("USD", "EUR", "CNY"))
        return {"amount": str(random.randint(1, 900) * 100), "currency": currency}

    def check(self, field: MoneyField) -> Iterator[Problem]:
        yield from check_bounds(field.min, field.max)
        if field.currency is not None and field.currency.casefold() not in known_codes("currency"):
            refusal = unknown_code(UNKNOWN["currency"], field.currency, "USD")
            yield problem("/currency", refusal.code, refusal.message, remedy=refusal.remedy, **refusal.params)


def _below(pointer: str, read: Callable[[], V]) -> V:
    """What `read` answers; a refusal gets the place inside the money object."""
    try:
        return read()
    except FieldProblem as refusal:
        refusal.pointer = pointer
        raise
