"""Codes of the world: ISO 3166, ISO 4217, ISO 639 and IANA zones, by code or by name in any language of trade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from form_engine.fields.base import D, FieldType, Names, Schema, stored
from form_engine.fields.refusals import unknown_code, wrong_type
from platform_core import i18n
from platform_core.database import TEXT
from platform_core.entities import FieldCodec, ParseContext, StoredColumn
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_, Listener

CodeKind = Literal["country", "currency", "language", "zone"]

_LISTS = {
    "country": i18n.countries,
    "currency": i18n.currencies,
    "language": i18n.spoken_languages,
    "zone": i18n.zones,
}
UNKNOWN = {
    "country": N_("'{text}' is not a known country."),
    "currency": N_("'{text}' is not a known currency."),
    "language": N_("'{text}' is not a known language."),
    "zone": N_("'{text}' is not a known time zone."),
}
_EXAMPLES = {"country": "DE", "currency": "USD", "language": "en", "zone": "Asia/Shanghai"}


@cache
def known_codes(kind: CodeKind) -> dict[str, str]:
    """Every code of a kind by its folded spelling. Read once: the lists come from CLDR."""
    codes = {code.casefold(): code for code, _name in _LISTS[kind]("en")}
    if kind == "zone":
        from zoneinfo import available_timezones

        codes = {zone.casefold(): zone for zone in available_timezones() if "/" in zone} | codes
    return codes


def read_code(kind: CodeKind, raw: object, context: ParseContext) -> str | None:
    """The code that is meant; None where it is empty. Names are understood in typed and imported text only."""
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise wrong_type(N_("This must be text."))
    text = raw.strip()
    if not text:
        return None
    found = known_codes(kind).get(text.casefold()) if len(text) <= 60 else None
    if found is None and context.textual:
        found = i18n.find_code(kind, text) or (other_country(text) if kind == "country" else None)
    if found is None:
        raise unknown_code(UNKNOWN[kind], text, _EXAMPLES[kind])
    return found


# What customers' lists call a country beside its official names.
_ALSO = {
    "us": "US", "usa": "US", "america": "US", "united states of america": "US", "美国": "US",
    "uk": "GB", "england": "GB", "great britain": "GB", "britain": "GB", "scotland": "GB", "wales": "GB",
    "uae": "AE", "emirates": "AE", "korea": "KR", "south korea": "KR", "republic of korea": "KR", "韩国": "KR",
    "russia": "RU", "russian federation": "RU", "viet nam": "VN", "turkey": "TR", "türkiye": "TR",
    "czech republic": "CZ", "czechia": "CZ", "holland": "NL", "the netherlands": "NL", "hong kong": "HK",
    "香港": "HK", "macau": "MO", "macao": "MO", "澳门": "MO", "taiwan": "TW", "台湾": "TW", "prc": "CN",
    "p.r. china": "CN", "mainland china": "CN", "中国大陆": "CN", "ksa": "SA", "ivory coast": "CI",
    "burma": "MM", "cape verde": "CV", "swaziland": "SZ", "macedonia": "MK", "brasil": "BR", "deutschland": "DE",
}  # fmt: skip


def other_country(text: str) -> str | None:
    """A country by a common name or its ISO 3166-1 alpha-3 code; None where it is neither."""
    word = " ".join(
        text.casefold().replace("u.s.a.", "usa").replace("u.k.", "uk").replace("u.s.", "us").split()
    )
    if word in _ALSO:
        return _ALSO[word]
    if len(text) == 3 and text.isascii():
        from babel.core import get_global

        codes = get_global("territory_aliases").get(text.upper(), ())
        return codes[0] if len(codes) == 1 else None
    return None


@dataclass(frozen=True, slots=True)
class CodeCodec:
    kind: CodeKind

    def parse(self, raw: object, context: ParseContext) -> str | None:
        return read_code(self.kind, raw, context)

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


class CodeType(FieldType[D]):
    """Base of the four types that hold one code."""

    kind: CodeKind
    plain = True
    groupable = True
    chip = True
    widgets = ("combobox", "select")

    def columns(self, field: D, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, TEXT),)

    def codec(self, field: D, names: Names) -> FieldCodec:
        return CodeCodec(self.kind)

    def expression_type(self, field: D, names: Names) -> Type:
        return TEXT_TYPE

    def value_schema(self, field: D) -> Schema:
        return {"type": "string", "examples": [_EXAMPLES[self.kind]]}

    def offered(self, field: D, reader: Listener) -> tuple[tuple[str, str], ...]:
        """(code, name) of everything that may be chosen, sorted for the reader."""
        return _LISTS[self.kind](reader.language)
