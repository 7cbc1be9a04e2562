"""The codecs of the system fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, Literal, cast

from platform_core.database import is_id
from platform_core.entities.model import FieldProblem, ParseContext, Ref
from platform_core.i18n import N_


def instant_wire(value: datetime) -> str:
    """An aware UTC instant as JSON has it: "2026-11-22T08:00:00Z"; microseconds only where there are some."""
    return value.replace(tzinfo=None).isoformat() + "Z"


class PlainCodec:
    """A value that is the same in Python, in its one column and on the wire."""

    def __init__(self, kind: type[str | int]) -> None:
        self._kind = kind

    def parse(self, raw: object, context: ParseContext) -> object:
        if raw is None or raw == "":
            return None
        if isinstance(raw, bool) or not isinstance(raw, self._kind):
            raise FieldProblem("bad_value", N_("This is not a value of the right kind."))
        return raw

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


class InstantCodec(PlainCodec):
    """An aware UTC instant."""

    def __init__(self) -> None:
        super().__init__(str)

    def parse(self, raw: object, context: ParseContext) -> object:
        if isinstance(raw, datetime) and raw.tzinfo is not None:
            return raw.astimezone(UTC)
        text = super().parse(raw, context)
        if text is None:
            return None
        try:
            value = datetime.fromisoformat(cast(str, text))
        except ValueError:
            value = datetime.min
        if value.tzinfo is None:
            raise FieldProblem(
                "bad_instant",
                N_("This is not a moment in time with its zone."),
                remedy=N_("Write it like 2026-11-22T08:00:00Z."),
            )
        return value.astimezone(UTC)

    def to_wire(self, value: object) -> object:
        return None if value is None else instant_wire(cast(datetime, value))

    column_to_wire = staticmethod(instant_wire)
    encodes_itself: ClassVar[Literal[True]] = True


class IdCodec(PlainCodec):
    """One id of a user, team or territory: "id", {"id": …}, or {"code": …} (an e-mail address, a name)."""

    def __init__(self) -> None:
        super().__init__(str)

    def parse(self, raw: object, context: ParseContext) -> object:
        if isinstance(raw, dict):
            raw = raw.get("id") or _by_code(raw.get("code"))
        if isinstance(raw, Ref):
            return raw
        text = super().parse(raw, context)
        if text is None or is_id(text):
            return text
        return Ref(code=cast(str, text))


def _by_code(code: object) -> Ref | None:
    return Ref(code=code) if isinstance(code, str) and code else None
