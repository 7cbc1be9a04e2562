"""`phone`: a number as people wrote it, and in E.164 where that can be told for certain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated, Self

from msgspec import Meta

from form_engine.definition import IndexedField, Name
from form_engine.fields.base import TEXT_OPERATORS, FieldType, Names, Schema, problem, stored
from form_engine.fields.codes import UNKNOWN, known_codes
from form_engine.fields.plain_text import read_text
from form_engine.fields.refusals import shortened, unknown_code
from platform_core.database import TEXT
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_, Listener

_PLAUSIBLE = re.compile(
    r"^[+(]?[\d(][\d\s()./\-]{2,36}(?:\s*(?:ext\.?|x|转|#|,|;ext=)\s*\d{1,8})?$", re.IGNORECASE
)


class Phone(str):
    """A phone number. As text it is the E.164 form, or what was written where there is none; so are its columns.

    Expressions and filters therefore see one text on both sides, and the number as written is kept beside it.
    """

    __slots__ = ("e164", "raw")

    raw: str
    e164: str | None

    def __new__(cls, raw: str, e164: str | None = None) -> Self:
        made = super().__new__(cls, e164 or raw)
        made.raw = raw
        made.e164 = e164
        return made

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Phone):
            return (self.raw, self.e164) == (other.raw, other.e164)
        return str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __repr__(self) -> str:
        return f"Phone(raw={self.raw!r}, e164={self.e164!r})"


class PhoneField(IndexedField, frozen=True, kw_only=True, tag="phone"):
    """A phone number.

    Numbers written without a country code are read in `region`, or in the country that the field `region_from` of the
    same record holds; without either they have no E.164 form.
    """

    region: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | None = None
    region_from: Name | None = None
    search: bool = False


@dataclass(frozen=True, slots=True)
class PhoneCodec:
    region: str | None

    def parse(self, raw: object, context: ParseContext) -> Phone | None:
        given = raw.get("e164") if isinstance(raw, Mapping) else None
        text = read_text((raw.get("raw") or given) if isinstance(raw, Mapping) else raw, context)
        if text is None:
            return None
        if not _PLAUSIBLE.match(text):
            raise FieldProblem(
                "phone",
                N_("'{text}' is not a phone number."),
                remedy=N_("Write it with the country code: +86 574 8765 4321."),
                text=shortened(text),
            )
        return Phone(text, e164(text, self.region) or (e164(given, None) if isinstance(given, str) else None))

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (str(value), value.raw) if isinstance(value, Phone) else (None, None)

    def from_columns(self, raw: Sequence[object]) -> object:
        number, written = raw
        if not isinstance(number, str) or not isinstance(written, str):
            return None
        # Only an E.164 number has a plus and nothing but digits; a raw one kept for want of a better has not both.
        return Phone(written, number if _E164.match(number) else None)

    def to_wire(self, value: object) -> object:
        return {"raw": value.raw, "e164": value.e164} if isinstance(value, Phone) else None


_E164 = re.compile(r"^\+[1-9]\d{6,14}$")


def is_international(text: str) -> bool:
    """Whether a number says itself which country it belongs to: +49…, 0049…"""
    return text.startswith(("+", "00")) and not text.startswith("000")


def e164(text: str, region: str | None) -> str | None:
    """The number in E.164; None where the country cannot be told or the number cannot exist. Extensions fall off."""
    # Imported here: its tables take 15 MB.
    import phonenumbers

    if is_international(text):
        text = "+" + text.lstrip("+0 ")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


class PhoneType(FieldType[PhoneField]):
    name = "phone"
    definition = PhoneField
    label = N_("Phone")
    encryptable = True
    operators = TEXT_OPERATORS
    widgets = ("phone",)

    def columns(self, field: PhoneField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, TEXT), stored(base, TEXT, "raw", role="raw"))

    def codec(self, field: PhoneField, names: Names) -> FieldCodec:
        return PhoneCodec(field.region)

    def expression_type(self, field: PhoneField, names: Names) -> Type:
        return TEXT_TYPE

    def value_schema(self, field: PhoneField) -> Schema:
        return {
            "type": "object",
            "properties": {
                "raw": {"type": "string", "maxLength": 48},
                "e164": {"type": ["string", "null"], "pattern": r"^\+[1-9]\d{6,14}$"},
            },
            "additionalProperties": False,
        }

    def input_schema(self, field: PhoneField) -> Schema:
        return {"anyOf": [{"type": "string", "maxLength": 48}, self.value_schema(field)]}

    def show(self, field: PhoneField, names: Names, wire: object, reader: Listener) -> str:
        return str(wire.get("raw") or wire.get("e164")) if isinstance(wire, Mapping) else str(wire)

    def neutral_text(self, field: PhoneField, names: Names, value: object) -> str:
        return value.raw if isinstance(value, Phone) else str(value)

    def check(self, field: PhoneField) -> Iterator[Problem]:
        if field.region is not None and field.region.casefold() not in known_codes("country"):
            refusal = unknown_code(UNKNOWN["country"], field.region, "DE")
            yield problem("/region", refusal.code, refusal.message, remedy=refusal.remedy, **refusal.params)

    def demo(self, field: PhoneField, names: Names, random: Random) -> object:
        number = f"+86 574 8765 {random.randint(1000, 9999)}"
        return {"raw": number, "e164": number.replace(" ", "")}
