"""`barcode`: the text of a bar code, its check digit proven."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from form_engine.definition import IndexedField
from form_engine.fields.base import TEXT_OPERATORS, FieldType, Names, Schema, stored
from form_engine.fields.plain_text import read_text
from form_engine.fields.refusals import too_long
from platform_core.database import TEXT
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_

Symbology = Literal["gtin", "ean13", "ean8", "upc", "code128"]
_LENGTHS: dict[str, tuple[int, ...]] = {"gtin": (8, 12, 13, 14), "ean13": (13,), "ean8": (8,), "upc": (12,)}
_LONGEST = 80
_BETWEEN = re.compile(r"[\s-]+")


class BarcodeField(IndexedField, frozen=True, kw_only=True, tag="barcode"):
    """The text of a bar code. `gtin` takes EAN-8, UPC-A, EAN-13 and GTIN-14; `code128` any printable ASCII."""

    symbology: Symbology = "gtin"
    search: bool = False


@dataclass(frozen=True, slots=True)
class BarcodeCodec:
    symbology: str

    def parse(self, raw: object, context: ParseContext) -> str | None:
        text = read_text(raw, context)
        if text is None:
            return None
        return _code128(text) if self.symbology == "code128" else _digits(text, self.symbology, context)

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


def _code128(text: str) -> str:
    if len(text) > _LONGEST:
        raise too_long(_LONGEST, len(text))
    if not (text.isascii() and text.isprintable()):
        raise FieldProblem(
            "barcode", N_("A bar code of this kind holds plain letters, digits and signs only.")
        )
    return text


def _digits(text: str, symbology: str, context: ParseContext) -> str:
    code = _BETWEEN.sub("", text) if context.textual else text
    lengths = _LENGTHS[symbology]
    if not (code.isascii() and code.isdigit()) or len(code) not in lengths:
        raise FieldProblem(
            "barcode",
            N_("A bar code of this kind has {lengths} digits."),
            lengths=", ".join(map(str, lengths)),
        )
    expected = check_digit(code[:-1])
    if code[-1] != expected:
        raise FieldProblem(
            "check_digit",
            N_("The last digit should be {expected}: one of the digits is wrong."),
            remedy=N_("Look at the label again."),
            expected=expected,
        )
    return code


def check_digit(body: str) -> str:
    """The last digit of a GTIN (EAN, UPC): weights 3 and 1 from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


class BarcodeType(FieldType[BarcodeField]):
    name = "barcode"
    definition = BarcodeField
    label = N_("Bar code")
    plain = True
    encryptable = True
    operators = TEXT_OPERATORS
    widgets = ("barcode",)

    def columns(self, field: BarcodeField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, TEXT),)

    def codec(self, field: BarcodeField, names: Names) -> FieldCodec:
        return BarcodeCodec(field.symbology)

    def expression_type(self, field: BarcodeField, names: Names) -> Type:
        return TEXT_TYPE

    def value_schema(self, field: BarcodeField) -> Schema:
        if field.symbology == "code128":
            return {"type": "string", "pattern": "^[\\x20-\\x7e]{1,80}$"}
        lengths = "|".join(rf"\d{{{length}}}" for length in _LENGTHS[field.symbology])
        return {"type": "string", "pattern": f"^({lengths})$"}

    def demo(self, field: BarcodeField, names: Names, random: Random) -> object:
        if field.symbology == "code128":
            return f"TW-{random.randint(1000, 9999)}"
        length = _LENGTHS[field.symbology][0] if field.symbology != "gtin" else 13
        body = "690" + "".join(str(random.randint(0, 9)) for _ in range(length - 4))
        return body + check_digit(body)
