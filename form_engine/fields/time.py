"""`time`: a time of day, without a day and without a zone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from random import Random

from form_engine.definition import FieldDef, IndexedField
from form_engine.fields.base import ORDER_OPERATORS, Cell, FieldType, Names, Schema, stored
from form_engine.fields.refusals import shortened, wrong_type
from platform_core import settings
from platform_core.database import TEXT
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.expressions import TIME as TIME_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_, Listener, in_zone

_ISO = re.compile(r"^\d{2}:\d{2}(:\d{2})?$")
_TYPED = re.compile(
    r"^(?P<early>上午|下午|晚上)?\s*(?P<h>\d{1,2})\s*(?:(?::|\.|h|时|点)\s*(?P<m>\d{2})?(?:(?::|分)\s*(?P<s>\d{2})?秒?)?)?"
    r"\s*(?P<half>am|pm|a\.?m\.?|p\.?m\.?|ص|م)?$",
    re.IGNORECASE,
)
_LATE = ("下午", "晚上", "pm", "م")


class TimeField(IndexedField, frozen=True, kw_only=True, tag="time"):
    """A time of day to the second."""


@dataclass(frozen=True, slots=True)
class TimeCodec:
    def parse(self, raw: object, context: ParseContext) -> time | None:
        if raw is None or isinstance(raw, str) and not raw.strip():
            return None
        if isinstance(raw, time):
            return raw.replace(microsecond=0, tzinfo=None)
        if not isinstance(raw, str):
            raise wrong_type(N_("This must be a time as text."))
        found = _typed(raw) if context.textual else _iso(raw)
        if found is None:
            raise FieldProblem(
                "time",
                N_("'{text}' is not a time of day."),
                remedy=N_("Write it as 09:30."),
                text=shortened(raw),
            )
        return found

    def to_columns(self, value: object) -> tuple[object, ...]:
        # As expressions write a time for the database: always with seconds, so that it sorts.
        return (value.isoformat("seconds") if isinstance(value, time) else None,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return time.fromisoformat(raw[0]) if isinstance(raw[0], str) else None

    def to_wire(self, value: object) -> object:
        return value.isoformat("seconds" if value.second else "minutes") if isinstance(value, time) else None


def _iso(text: str) -> time | None:
    if not _ISO.match(text):
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _typed(text: str) -> time | None:
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    found = _TYPED.match(plain) if len(plain) <= 30 else None
    if found is None:
        return None
    half = (found["early"] or found["half"] or "").replace(".", "")
    hour = int(found["h"])
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in _LATE else 0)
    elif found["m"] is None and not any(sign in plain for sign in "h时点"):
        return None  # a bare number is no time
    try:
        return time(hour, int(found["m"] or 0), int(found["s"] or 0))
    except ValueError:
        return None


class TimeType(FieldType[TimeField]):
    name = "time"
    definition = TimeField
    label = N_("Time")
    encryptable = True
    operators = ORDER_OPERATORS
    groupable = True
    widgets = ("time",)

    def columns(self, field: TimeField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, TEXT),)

    def codec(self, field: TimeField, names: Names) -> FieldCodec:
        return TimeCodec()

    def expression_type(self, field: TimeField, names: Names) -> Type:
        return TIME_TYPE

    def value_schema(self, field: TimeField) -> Schema:
        return {"type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2})?$", "examples": ["09:30"]}

    def show(self, field: TimeField, names: Names, wire: object, reader: Listener) -> str:
        return str(wire)  # 24 hours everywhere

    def cell(self, field: TimeField, names: Names, wire: object, reader: Listener) -> Cell:
        return str(wire)

    def neutral_text(self, field: TimeField, names: Names, value: object) -> str:
        return str(self.codec(field, names).to_wire(value))

    def convert(
        self, field: TimeField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        if isinstance(value, datetime):
            # Whose clock it was is not known any more: the installation's.
            return in_zone(value, settings.current().zone).time().replace(microsecond=0)
        return super().convert(field, names, source, old, value)

    def demo(self, field: TimeField, names: Names, random: Random) -> object:
        return time(random.randint(7, 18), random.choice((0, 15, 30, 45))).isoformat("minutes")
