"""`datetime`: an instant, kept in UTC and shown on the reader's wall clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import ClassVar, Literal

from form_engine.definition import FieldDef, IndexedField
from form_engine.fields.base import ORDER_OPERATORS, Cell, FieldType, Names, Schema, stored
from form_engine.fields.dates import read_instant
from form_engine.fields.refusals import not_an_instant, wrong_type
from platform_core import clock, settings
from platform_core.database import INSTANT
from platform_core.entities import FieldCodec, ParseContext, StoredColumn, instant_wire
from platform_core.expressions import DATETIME, Type
from platform_core.i18n import N_, Listener, format_datetime, in_zone


class DatetimeField(IndexedField, frozen=True, kw_only=True, tag="datetime"):
    """An instant."""


_FIRST = datetime(1000, 1, 1, tzinfo=UTC)
_LAST = datetime.max.replace(microsecond=0, tzinfo=UTC)
"""To the second: PostgreSQL's driver takes the last microsecond of the calendar for infinity."""


@dataclass(frozen=True, slots=True)
class DatetimeCodec:
    def parse(self, raw: object, context: ParseContext) -> datetime | None:
        if raw is None or isinstance(raw, str) and not raw.strip():
            return None
        if isinstance(raw, datetime) and raw.tzinfo is not None:
            return raw.astimezone(UTC)
        if context.textual and isinstance(raw, int | float) and not isinstance(raw, bool):
            raw = f"{raw:.15g}"
        if not isinstance(raw, str):
            raise wrong_type(N_("This must be an instant as text."))
        found = _iso(raw)
        if found is None and context.textual:
            found = read_instant(raw, context.zone)
        if found is None or not _FIRST <= found <= _LAST:
            raise not_an_instant(raw)
        return found

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        if not isinstance(value, datetime):
            return None
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"

    column_to_wire = staticmethod(instant_wire)
    encodes_itself: ClassVar[Literal[True]] = True


def _iso(text: str) -> datetime | None:
    """An instant with its offset; without one nobody knows which it is."""
    if len(text) > 40 or "T" not in text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


class DatetimeType(FieldType[DatetimeField]):
    name = "datetime"
    definition = DatetimeField
    label = N_("Date and time")
    encryptable = True
    operators = ORDER_OPERATORS
    widgets = ("datetime",)

    def columns(self, field: DatetimeField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, INSTANT),)

    def codec(self, field: DatetimeField, names: Names) -> FieldCodec:
        return DatetimeCodec()

    def expression_type(self, field: DatetimeField, names: Names) -> Type:
        return DATETIME

    def value_schema(self, field: DatetimeField) -> Schema:
        return {"type": "string", "format": "date-time"}

    def show(self, field: DatetimeField, names: Names, wire: object, reader: Listener) -> str:
        return format_datetime(datetime.fromisoformat(str(wire)), zone=reader.zone, language=reader.language)

    def cell(self, field: DatetimeField, names: Names, wire: object, reader: Listener) -> Cell:
        # A spreadsheet knows no zones: the reader's wall clock, as the screen shows it.
        return in_zone(datetime.fromisoformat(str(wire)), reader.zone).replace(tzinfo=None)

    def neutral_text(self, field: DatetimeField, names: Names, value: object) -> str:
        return str(DatetimeCodec().to_wire(value))

    def convert(
        self, field: DatetimeField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        if isinstance(value, date) and not isinstance(value, datetime):
            return read_instant(value.isoformat(), settings.current().zone)
        return super().convert(field, names, source, old, value)

    def demo(self, field: DatetimeField, names: Names, random: Random) -> object:
        moment = clock.now().replace(microsecond=0) - timedelta(minutes=random.randint(0, 60 * 24 * 60))
        return DatetimeCodec().to_wire(moment)
