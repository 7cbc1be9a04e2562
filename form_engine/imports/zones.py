"""The time zone of a country: a new customer's clock, where the file says the country and not the zone."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from babel.core import get_global

from platform_core.entities import Entity, FieldProblem, ParseContext

_CHIEF = {
    "AR": "America/Argentina/Buenos_Aires", "CL": "America/Santiago", "CN": "Asia/Shanghai", "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin", "EC": "America/Guayaquil", "ES": "Europe/Madrid", "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland", "PG": "Pacific/Port_Moresby", "PS": "Asia/Hebron", "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv", "UZ": "Asia/Tashkent",
}  # fmt: skip
"""Countries with several zones of which one is nearly always meant. The others (US, RU, BR, …) are left to people."""


class ZoneOfCountry:
    """Fills the one time zone field of a form from its one country field, where only the country is given."""

    def __init__(
        self, entity: Entity, mapped: Collection[str], writable: Collection[str], language: str
    ) -> None:
        zones = [field for field in entity.own_fields if field.type == "timezone"]
        countries = [field for field in entity.own_fields if field.type == "country"]
        alone = (
            len(zones) == len(countries) == 1 and zones[0].name in writable and countries[0].name in mapped
        )
        self._zone = zones[0].name if alone else ""
        self._country = countries[0] if alone else None
        self._context = ParseContext(language=language, textual=True)
        self._known: dict[str, str | None] = {}

    def fill(self, values: dict[str, object]) -> None:
        """Set the zone where it is missing and the country leaves no doubt."""
        if self._country is None or self._zone in values:
            return
        given = values.get(self._country.name)
        if isinstance(given, str) and (zone := self._of(given)) is not None:
            values[self._zone] = zone

    def _of(self, text: str) -> str | None:
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> str | None:
        assert self._country is not None
        try:
            code = self._country.codec.parse(text, self._context)
        except FieldProblem:
            return None
        return zone_of(code) if isinstance(code, str) else None


def zone_of(country: str) -> str | None:
    """The IANA zone of an ISO 3166 country; None where it has several and none is chief."""
    if country in _CHIEF:
        return _CHIEF[country]
    zones = _zones().get(country, ())
    return zones[0] if len(zones) == 1 else None


@lru_cache(maxsize=1)
def _zones() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for zone, country in get_global("zone_territories").items():
        found[country] = (*found.get(country, ()), zone)
    return found
