"""`address`: street, city, region, postcode and country, shown in the order of its country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Self

from form_engine.definition import FieldDef, ValueField
from form_engine.fields.address_lines import address_lines
from form_engine.fields.base import Cell, FieldType, Names, Schema, stored
from form_engine.fields.codes import read_code
from form_engine.fields.plain_text import read_text
from form_engine.fields.refusals import too_long, wrong_type
from platform_core.database import TEXT
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_, Listener, country_name

PARTS = ("street", "city", "region", "postcode", "country")
_LONGEST = {"street": 300, "city": 100, "region": 100, "postcode": 20}
_BETWEEN = " | "
"""Between the parts where an address is one text that is read back: exports, and retyping."""


class Address(str):
    """An address. As text it is its lines in one, so that filters, words and expressions see what people see."""

    __slots__ = ("parts",)

    parts: Mapping[str, str]

    def __new__(cls, parts: Mapping[str, str]) -> Self:
        country = parts.get("country", "")
        name = country_name(country, "en") if country else ""
        made = super().__new__(cls, ", ".join(address_lines(parts, name)))
        made.parts = {part: parts[part] for part in PARTS if parts.get(part)}
        return made

    def __eq__(self, other: object) -> bool:
        return self.parts == other.parts if isinstance(other, Address) else str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


class AddressField(ValueField, frozen=True, kw_only=True, tag="address"):
    """A postal address; any part may be missing."""

    search: bool = False


@dataclass(frozen=True, slots=True)
class AddressCodec:
    def parse(self, raw: object, context: ParseContext) -> Address | None:
        if raw is None:
            return None
        if isinstance(raw, Mapping):
            return self._of(raw, context)
        if not context.textual or not isinstance(raw, str):
            raise wrong_type(N_("This must be an object with street, city, region, postcode and country."))
        if _BETWEEN.strip() in raw:
            texts = [text.strip() for text in raw.split(_BETWEEN.strip())]
            return self._of(dict(zip(PARTS, texts, strict=False)), context)
        # What nobody has taken apart stands where the street does: it is shown as it was written.
        return self._of({"street": raw}, context)

    def _of(self, raw: Mapping[object, object], context: ParseContext) -> Address | None:
        unknown = next((key for key in raw if key not in PARTS), None)
        if unknown is not None:
            raise FieldProblem("unknown_part", N_("An address has no part '{part}'."), part=str(unknown)[:40])
        parts: dict[str, str] = {}
        for part in PARTS:
            try:
                text = self._part(part, raw.get(part), context)
            except FieldProblem as refusal:
                refusal.pointer = f"/{part}"
                raise
            if text:
                parts[part] = text
        return Address(parts) if parts else None

    def _part(self, part: str, raw: object, context: ParseContext) -> str | None:
        if part == "country":
            return read_code("country", raw, context)
        text = read_text(raw, context, lines=part == "street")
        if text is not None and len(text) > _LONGEST[part]:
            raise too_long(_LONGEST[part], len(text))
        return text

    def to_columns(self, value: object) -> tuple[object, ...]:
        if not isinstance(value, Address):
            return (None,) * 6
        return (str(value), *(value.parts.get(part) for part in PARTS))

    def from_columns(self, raw: Sequence[object]) -> object:
        parts = {part: text for part, text in zip(PARTS, raw[1:], strict=False) if isinstance(text, str)}
        return Address(parts) if parts else None

    def to_wire(self, value: object) -> object:
        return dict(value.parts) if isinstance(value, Address) else None


class AddressType(FieldType[AddressField]):
    name = "address"
    definition = AddressField
    label = N_("Address")
    encryptable = True
    operators = ("contains", "blank")
    sortable = False
    widgets = ("address",)

    def columns(self, field: AddressField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, TEXT), *(stored(base, TEXT, part, role="part") for part in PARTS))

    def codec(self, field: AddressField, names: Names) -> FieldCodec:
        return AddressCodec()

    def expression_type(self, field: AddressField, names: Names) -> Type:
        return TEXT_TYPE

    def value_schema(self, field: AddressField) -> Schema:
        texts: dict[str, Schema] = {
            part: {"type": "string", "maxLength": longest} for part, longest in _LONGEST.items()
        }
        country: Schema = {"type": "string", "pattern": "^[A-Z]{2}$"}
        return {"type": "object", "properties": {**texts, "country": country}, "additionalProperties": False}

    def show(self, field: AddressField, names: Names, wire: object, reader: Listener) -> str:
        return ", ".join(self.lines(wire, reader))

    def lines(self, wire: object, reader: Listener) -> tuple[str, ...]:
        """The lines as they stand on an envelope, the country in the reader's language."""
        if not isinstance(wire, Mapping):
            return (str(wire),)
        country = str(wire.get("country") or "")
        return address_lines(wire, country_name(country, reader.language) if country else "")

    def cell(self, field: AddressField, names: Names, wire: object, reader: Listener) -> Cell:
        if not isinstance(wire, Mapping):
            return str(wire)
        return _BETWEEN.join(str(wire.get(part) or "").replace("\n", ", ") for part in PARTS)

    def neutral_text(self, field: AddressField, names: Names, value: object) -> str:
        return str(value)

    def convert(
        self, field: AddressField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        return value if isinstance(value, Address) else super().convert(field, names, source, old, value)

    def demo(self, field: AddressField, names: Names, random: Random) -> object:
        return random.choice(
            (
                {"street": "Speicherstraße 12", "city": "Hamburg", "postcode": "20457", "country": "DE"},
                {"street": "400 Harbor Blvd", "city": "Oakland", "region": "CA", "postcode": "94607", "country": "US"},
                {"street": "北仑区明州路 88 号", "city": "宁波", "region": "浙江", "country": "CN"},
            )
        )  # fmt: skip
