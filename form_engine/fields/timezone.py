"""`timezone`: an IANA zone."""

from __future__ import annotations

from random import Random

from form_engine.definition import IndexedField
from form_engine.fields.base import Names
from form_engine.fields.codes import CodeType
from platform_core.i18n import N_, Listener, zone_name


class TimezoneField(IndexedField, frozen=True, kw_only=True, tag="timezone"):
    """A time zone by its IANA name."""


class TimezoneType(CodeType[TimezoneField]):
    name = "timezone"
    definition = TimezoneField
    label = N_("Time zone")
    kind = "zone"

    def show(self, field: TimezoneField, names: Names, wire: object, reader: Listener) -> str:
        return zone_name(str(wire), reader.language)

    def demo(self, field: TimezoneField, names: Names, random: Random) -> object:
        return random.choice(("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Dubai"))
