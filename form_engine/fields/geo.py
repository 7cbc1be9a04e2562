"""`geo`: a place on the earth by latitude and longitude."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from random import Random

import msgspec

from form_engine.definition import ValueField
from form_engine.fields.base import Cell, FieldType, Names, Schema, stored
from form_engine.fields.refusals import shortened, wrong_type
from platform_core.database import TEXT, decimal_type
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_, Listener

_STEP = Decimal("0.000001")
"""Six decimals: a tenth of a metre."""
_PAIR = re.compile(r"^\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*$")


class Place(msgspec.Struct, frozen=True):
    """Degrees north and east (WGS 84)."""

    lat: Decimal
    lon: Decimal

    def __str__(self) -> str:
        return f"{self.lat.normalize():f},{self.lon.normalize():f}"


class GeoField(ValueField, frozen=True, kw_only=True, tag="geo"):
    """A place; kept to six decimals."""


@dataclass(frozen=True, slots=True)
class GeoCodec:
    def parse(self, raw: object, context: ParseContext) -> Place | None:
        if raw is None or isinstance(raw, str) and not raw.strip():
            return None
        if isinstance(raw, Mapping):
            lat, lon = raw.get("lat"), raw.get("lon")
            if lat in (None, "") and lon in (None, ""):
                return None
        elif context.textual and isinstance(raw, str) and (pair := _PAIR.match(raw)):
            lat, lon = pair[1], pair[2]
        elif isinstance(raw, str):
            raise FieldProblem(
                "geo",
                N_("'{text}' is not a place."),
                remedy=N_("Write latitude and longitude as 29.868336, 121.543990."),
                text=shortened(raw),
            )
        else:
            raise wrong_type(N_("This must be an object with lat and lon."))
        return Place(_degrees(lat, 90, "/lat"), _degrees(lon, 180, "/lon"))

    def to_columns(self, value: object) -> tuple[object, ...]:
        if not isinstance(value, Place):
            return (None, None, None)
        return (str(value), value.lat, value.lon)

    def from_columns(self, raw: Sequence[object]) -> object:
        _text, lat, lon = raw
        return Place(lat, lon) if isinstance(lat, Decimal) and isinstance(lon, Decimal) else None

    def to_wire(self, value: object) -> object:
        if not isinstance(value, Place):
            return None
        return {"lat": f"{value.lat.normalize():f}", "lon": f"{value.lon.normalize():f}"}


def _degrees(raw: object, most: int, pointer: str) -> Decimal:
    try:
        if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
            raise InvalidOperation
        found = Decimal(str(raw).strip().replace(",", "."))
        if not abs(found) <= most:
            raise InvalidOperation
    except InvalidOperation:
        raise FieldProblem(
            "degrees", N_("This must be degrees between {least} and {most}."), pointer=pointer, least=-most, most=most
        ) from None  # fmt: skip
    return found.quantize(_STEP, ROUND_HALF_UP) + Decimal(0)


class GeoType(FieldType[GeoField]):
    name = "geo"
    definition = GeoField
    label = N_("Place on the map")
    encryptable = True
    operators = ("blank",)
    sortable = False
    widgets = ("geo",)

    def columns(self, field: GeoField, base: str) -> tuple[StoredColumn, ...]:
        degrees = decimal_type(9, 6)
        return (
            stored(base, TEXT),
            stored(base, degrees, "lat", role="part"),
            stored(base, degrees, "lon", role="part"),
        )

    def codec(self, field: GeoField, names: Names) -> FieldCodec:
        return GeoCodec()

    def expression_type(self, field: GeoField, names: Names) -> Type:
        return TEXT_TYPE

    def value_schema(self, field: GeoField) -> Schema:
        degrees: Schema = {"type": "string", "pattern": r"^-?\d{1,3}(\.\d{1,6})?$"}
        return {
            "type": "object",
            "properties": {"lat": degrees, "lon": degrees},
            "required": ["lat", "lon"],
            "additionalProperties": False,
        }

    def show(self, field: GeoField, names: Names, wire: object, reader: Listener) -> str:
        return f"{wire['lat']}, {wire['lon']}" if isinstance(wire, Mapping) else str(wire)

    def cell(self, field: GeoField, names: Names, wire: object, reader: Listener) -> Cell:
        return self.show(field, names, wire, reader)

    def neutral_text(self, field: GeoField, names: Names, value: object) -> str:
        return str(value)

    def demo(self, field: GeoField, names: Names, random: Random) -> object:
        lat, lon = random.choice((("29.868336", "121.54399"), ("53.5488", "9.9872"), ("-23.96", "-46.333")))
        return {"lat": lat, "lon": lon}
