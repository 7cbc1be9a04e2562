"""`duration`: a length of time, to the second."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random

from form_engine.definition import FieldDef, IndexedField
from form_engine.fields.base import ORDER_OPERATORS, Cell, FieldType, Names, Schema, problem, stored
from form_engine.fields.refusals import shortened, too_large, too_small, wrong_type
from platform_core.database import INT
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import DURATION as DURATION_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_, Listener, translator

LONGEST = timedelta(days=36_500)
_MICROSECOND = timedelta(microseconds=1)
_ISO = re.compile(
    r"^(?P<sign>-)?P(?:(?P<w>\d{1,6})W)?(?:(?P<d>\d{1,6})D)?"
    r"(?:T(?:(?P<h>\d{1,7}(?:\.\d{1,9})?)H)?(?:(?P<m>\d{1,8}(?:\.\d{1,9})?)M)?(?:(?P<s>\d{1,10})S)?)?$"
)
_CLOCK = re.compile(r"^(?P<sign>-)?(?P<h>\d{1,7}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?$")
_NUMBER = r"\d{1,10}(?:[.,]\d{1,9})?"
_WORDS = (
    ("weeks", r"w|wk|weeks?|周|星期|semanas?|semaines?|sem|أسبوع|أسابيع"),
    ("days", r"d|days?|天|日|d[ií]as?|jours?|j|ي|يوم|أيام"),
    ("hours", r"h|hrs?|hours?|小时|时|horas?|heures?|س|ساعة|ساعات"),
    ("minutes", r"m|min|mins|minutes?|minutos?|分钟|分|د|دقيقة|دقائق"),
    ("seconds", r"s|sec|secs|seconds?|segundos?|secondes?|秒|ث|ثانية|ثوان"),
)
_TYPED = re.compile(
    r"^(?P<sign>-)?"
    + r"".join(rf"\s*(?:(?P<{unit}>{_NUMBER})\s*(?:{words})\.?)?" for unit, words in _WORDS)
    + r"$"
)


class DurationField(IndexedField, frozen=True, kw_only=True, tag="duration"):
    """A length of time. `min` and `max` are durations like "PT30M"; without a `min` it is not negative."""

    min: str | None = None
    max: str | None = None


@dataclass(frozen=True, slots=True)
class DurationCodec:
    least: timedelta
    most: timedelta

    def parse(self, raw: object, context: ParseContext) -> timedelta | None:
        if raw is None or isinstance(raw, str) and not raw.strip():
            return None
        if isinstance(raw, timedelta):
            found: timedelta | None = raw
        elif isinstance(raw, str):
            found = read_iso(raw.strip())
            if found is None and context.textual:
                found = _typed(raw)
        else:
            raise wrong_type(N_("This must be a duration as text."))
        if found is None:
            raise FieldProblem(
                "duration",
                N_("'{text}' is not a duration."),
                remedy=N_("Write it as 2 h 30 min, 2:30 or PT2H30M."),
                text=shortened(raw),
            )
        if found < self.least:
            raise too_small(to_iso(self.least))
        if found > self.most:
            raise too_large(to_iso(self.most))
        return timedelta(seconds=round(found.total_seconds()))

    def to_columns(self, value: object) -> tuple[object, ...]:
        # As expressions keep durations: whole microseconds.
        return (value // _MICROSECOND if isinstance(value, timedelta) else None,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return timedelta(microseconds=raw[0]) if isinstance(raw[0], int) else None

    def to_wire(self, value: object) -> object:
        return to_iso(value) if isinstance(value, timedelta) else None


def read_iso(text: str) -> timedelta | None:
    """ISO 8601: weeks, days, hours, minutes, seconds; months and years have no fixed length."""
    found = _ISO.match(text)
    if found is None or text in ("P", "-P") or text.endswith("T"):
        return None
    return _sum(found, {"weeks": "w", "days": "d", "hours": "h", "minutes": "m", "seconds": "s"})


def to_iso(value: timedelta) -> str:
    """PT2H30M; days are 24 hours and stand as hours, as people plan in them."""
    seconds = abs(round(value.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = (
        f"{f'{hours}H' if hours else ''}{f'{minutes}M' if minutes else ''}{f'{seconds}S' if seconds else ''}"
    )
    return f"{'-' if value < timedelta() else ''}PT{parts or '0S'}"


def _typed(text: str) -> timedelta | None:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if not plain or len(plain) > 60:
        return None
    if clock := _CLOCK.match(plain):
        return _sum(clock, {"hours": "h", "minutes": "m", "seconds": "s"})
    found = _TYPED.match(plain)
    named = {unit: unit for unit, _words in _WORDS}
    return _sum(found, named) if found is not None and any(found[unit] for unit in named) else None


def _sum(found: re.Match[str], groups: dict[str, str]) -> timedelta | None:
    parts = {unit: float(Decimal((found[group] or "0").replace(",", "."))) for unit, group in groups.items()}
    try:
        total = timedelta(**parts)
    except OverflowError:
        return None
    return -total if found["sign"] else total


class DurationType(FieldType[DurationField]):
    name = "duration"
    definition = DurationField
    label = N_("Duration")
    encryptable = True
    operators = ORDER_OPERATORS
    groupable = True
    widgets = ("duration",)

    def columns(self, field: DurationField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, INT),)

    def codec(self, field: DurationField, names: Names) -> FieldCodec:
        least = read_iso(field.min) if field.min else None
        most = read_iso(field.max) if field.max else None
        return DurationCodec(timedelta() if least is None else least, LONGEST if most is None else most)

    def expression_type(self, field: DurationField, names: Names) -> Type:
        return DURATION_TYPE

    def value_schema(self, field: DurationField) -> Schema:
        return {"type": "string", "format": "duration", "examples": ["PT2H30M"]}

    def show(self, field: DurationField, names: Names, wire: object, reader: Listener) -> str:
        """ "2 h 30 min", "3 d 4 h"."""
        value = read_iso(str(wire)) or timedelta()
        seconds = abs(round(value.total_seconds()))
        days, rest = divmod(seconds, 86_400) if seconds % 86_400 == 0 else (0, seconds)
        hours, rest = divmod(rest, 3_600)
        minutes, left = divmod(rest, 60)
        words = translator(reader.language).gettext
        parts = [
            words(word, n=count)
            for count, word in ((days, N_("{n} d")), (hours, N_("{n} h")), (minutes, N_("{n} min")), (left, N_("{n} s")))
            if count
        ]  # fmt: skip
        return ("-" if value < timedelta() else "") + (" ".join(parts) or words("{n} min", n=0))

    def cell(self, field: DurationField, names: Names, wire: object, reader: Listener) -> Cell:
        return self._clock(read_iso(str(wire)) or timedelta())

    def neutral_text(self, field: DurationField, names: Names, value: object) -> str:
        return self._clock(value) if isinstance(value, timedelta) else str(value)

    def _clock(self, value: timedelta) -> str:
        """ "2:30", "49:00:05": hours beyond a day as they are, readable and read back."""
        minutes, seconds = divmod(abs(round(value.total_seconds())), 60)
        hours, minutes = divmod(minutes, 60)
        end = f":{seconds:02d}" if seconds else ""
        return f"{'-' if value < timedelta() else ''}{hours}:{minutes:02d}{end}"

    def check(self, field: DurationField) -> Iterator[Problem]:
        bounds = {name: read_iso(text) for name in ("min", "max") if (text := getattr(field, name))}
        for name, found in bounds.items():
            if found is None:
                yield problem(f"/{name}", "duration", N_("This is not a duration like PT2H30M."))
        least, most = bounds.get("min"), bounds.get("max")
        if least is not None and most is not None and least > most:
            yield problem("/min", "range", N_("The least value is above the greatest."))

    def convert(
        self, field: DurationField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        if isinstance(value, timedelta):
            return self.codec(field, names).parse(value, ParseContext())
        return super().convert(field, names, source, old, value)

    def demo(self, field: DurationField, names: Names, random: Random) -> object:
        codec = self.codec(field, names)
        assert isinstance(codec, DurationCodec)
        value = timedelta(minutes=15 * random.randint(1, 40))
        return to_iso(min(max(value, codec.least), codec.most))
