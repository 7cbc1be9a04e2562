"""`consent`: that somebody agreed, to which wording, when, and whether it was withdrawn."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Annotated

import msgspec
from msgspec import Meta

from form_engine.definition import FieldDef, TextMap, ValueField
from form_engine.fields.base import Cell, FieldType, Names, Schema, stored
from form_engine.fields.boolean import BooleanCodec
from form_engine.fields.refusals import shortened, wrong_type
from platform_core import clock
from platform_core.database import BOOL, INSTANT, TEXT
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn, instant_wire
from platform_core.expressions import BOOL as BOOL_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_, Listener, format_datetime, translator

_TEXT = re.compile(r"^(?P<word>given|withdrawn) (?P<version>\S{1,40}) (?P<at>\S{10,40})$")


class Consent(msgspec.Struct, frozen=True):
    """`given` tells whether it holds; `version` is the wording that was shown; `at` is when it was given or withdrawn."""

    given: bool
    version: str
    at: datetime


class ConsentField(ValueField, frozen=True, kw_only=True, tag="consent"):
    """A consent. `wording` is what is agreed to, `version` tells its wordings apart; a change of the words needs a new
    version, and consents given before keep theirs."""

    version: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")] = "1"
    wording: TextMap = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConsentCodec:
    version: str

    def parse(self, raw: object, context: ParseContext) -> Consent | None:
        if isinstance(raw, Mapping):
            return self._of(raw)
        if isinstance(raw, str) and context.textual and (found := _TEXT.match(raw.strip())):
            return self._of(
                {"given": found["word"] == "given", "version": found["version"], "at": found["at"]}
            )
        given = BooleanCodec().parse(raw, context)
        return None if given is None else Consent(given, self.version, _now())

    def _of(self, raw: Mapping[object, object]) -> Consent | None:
        given, version, at = raw.get("given"), raw.get("version", self.version), raw.get("at")
        if given is None and at is None:
            return None
        if not isinstance(given, bool) or not isinstance(version, str) or not 1 <= len(version) <= 40:
            raise wrong_type(N_("This must be true, false, or an object with given, version and at."))
        return Consent(given, version, _now() if at is None else _instant(at))

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value.given, value.version, value.at) if isinstance(value, Consent) else (None, None, None)

    def from_columns(self, raw: Sequence[object]) -> object:
        given, version, at = raw
        return (
            Consent(given, str(version), at) if isinstance(given, bool) and isinstance(at, datetime) else None
        )

    def to_wire(self, value: object) -> object:
        if not isinstance(value, Consent):
            return None
        return {"given": value.given, "version": value.version, "at": instant_wire(value.at)}


def _now() -> datetime:
    return clock.now().replace(microsecond=0)


def _instant(raw: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(raw))
        if found.tzinfo is None:
            raise ValueError
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise FieldProblem(
            "datetime",
            N_("'{text}' is not a date with a time."),
            remedy=N_("Write it as 2026-11-22T08:00:00Z."),
            pointer="/at",
            text=shortened(raw),
        ) from None


class ConsentType(FieldType[ConsentField]):
    name = "consent"
    definition = ConsentField
    label = N_("Consent")
    operators = ("eq", "blank")
    chip = True
    sortable = False
    groupable = False
    widgets = ("consent",)

    def columns(self, field: ConsentField, base: str) -> tuple[StoredColumn, ...]:
        return (
            stored(base, BOOL),
            stored(base, TEXT, "version", role="part"),
            stored(base, INSTANT, "at", role="part"),
        )

    def codec(self, field: ConsentField, names: Names) -> FieldCodec:
        return ConsentCodec(field.version)

    def expression_type(self, field: ConsentField, names: Names) -> Type:
        return BOOL_TYPE

    def value_schema(self, field: ConsentField) -> Schema:
        return {
            "type": "object",
            "properties": {
                "given": {"type": "boolean"},
                "version": {"type": "string", "maxLength": 40},
                "at": {"type": "string", "format": "date-time"},
            },
            "required": ["given"],
            "additionalProperties": False,
        }

    def input_schema(self, field: ConsentField) -> Schema:
        return {"anyOf": [{"type": "boolean"}, self.value_schema(field)]}

    def show(self, field: ConsentField, names: Names, wire: object, reader: Listener) -> str:
        if not isinstance(wire, Mapping):
            return str(wire)
        at = format_datetime(
            datetime.fromisoformat(str(wire["at"])), zone=reader.zone, language=reader.language
        )
        told = (
            N_("given on {at} (wording {version})")
            if wire["given"]
            else N_("withdrawn on {at} (wording {version})")
        )
        return translator(reader.language).gettext(told, at=at, version=wire["version"])

    def cell(self, field: ConsentField, names: Names, wire: object, reader: Listener) -> Cell:
        if not isinstance(wire, Mapping):
            return str(wire)
        return f"{'given' if wire['given'] else 'withdrawn'} {wire['version']} {wire['at']}"

    def neutral_text(self, field: ConsentField, names: Names, value: object) -> str:
        return ("yes" if value.given else "no") if isinstance(value, Consent) else str(value)

    def convert(
        self, field: ConsentField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        return value if isinstance(value, Consent) else super().convert(field, names, source, old, value)

    def demo(self, field: ConsentField, names: Names, random: Random) -> object:
        return {"given": random.random() < 0.8, "version": field.version, "at": "2026-11-22T08:00:00Z"}
