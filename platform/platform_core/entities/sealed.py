"""Fields that are stored encrypted: what lies in their columns, and the codec around their own.

Two columns: a token that only the installation's keys open, and a keyed digest of the value as people mean it (the blind
index), by which equal values are found and kept unique. Nobody sorts, groups or searches by either.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from platform_core.database import TEXT
from platform_core.entities.model import Entity, EntityField, FieldCodec, ParseContext, StoredColumn

SEALED, BLIND = "sealed", "blind"
"""Roles of the two columns."""
BLIND_SUFFIX = f"__{BLIND}"
"""Behind a field's name in a rewritten filter: its blind index. No field is called so."""
_UNSEEN = "••••"


class Sealed(msgspec.Struct, frozen=True):
    """A value as it lies in the database, before anybody has opened it."""

    token: str
    blind: str | None = None


class SealedCodec:
    """The codec of an encrypted field around that of its type.

    The canonical value in the hand of rules and screens is the type's own; in the columns it is a `Sealed`, which
    whoever holds the keys makes and opens (`pack`, `unpack`). A value that nobody has sealed is never written.
    """

    def __init__(self, inner: FieldCodec, columns: Sequence[StoredColumn]) -> None:
        self.inner = inner
        self._kinds = tuple(column.type for column in columns)

    def parse(self, raw: object, context: ParseContext) -> object:
        return self.inner.parse(raw, context)

    def to_columns(self, value: object) -> tuple[object, ...]:
        if value is None:
            return (None, None)
        if not isinstance(value, Sealed):
            raise TypeError("a value of an encrypted field was to be written without being sealed")
        return (value.token, value.blind)

    def from_columns(self, raw: Sequence[object]) -> object:
        token, blind = raw
        return Sealed(token, blind if isinstance(blind, str) else None) if isinstance(token, str) else None

    def to_wire(self, value: object) -> object:
        return _UNSEEN if isinstance(value, Sealed) else self.inner.to_wire(value)

    def pack(self, value: object) -> bytes:
        """A canonical value as the bytes that are sealed: what its own columns would hold."""
        plain = [_plain(one) for one in self.inner.to_columns(value)]
        return msgspec.json.encode(plain)

    def unpack(self, packed: bytes) -> object:
        """The canonical value behind `pack`."""
        raw = msgspec.json.decode(packed, type=list[Any])
        return self.inner.from_columns(
            [_restored(kind.kind, one) for kind, one in zip(self._kinds, raw, strict=False)]
        )


def sealed_columns(base: str) -> tuple[StoredColumn, ...]:
    """The columns of an encrypted field: token and blind index."""
    return (StoredColumn(base, TEXT, SEALED), StoredColumn(f"{base}{BLIND_SUFFIX}", TEXT, BLIND))


def is_sealed(field: EntityField) -> bool:
    """Whether the field's values are stored encrypted."""
    return isinstance(field.codec, SealedCodec)


def sealed_fields(entity: Entity) -> tuple[EntityField, ...]:
    """The fields of a form that are stored encrypted."""
    return tuple(field for field in entity.fields.values() if is_sealed(field))


def key_column(field: EntityField) -> StoredColumn:
    """The column by which equal values are told: the blind index of an encrypted field, else the value's own."""
    return field.columns[1] if is_sealed(field) else field.columns[0]


def meant(value: object) -> str:
    """A canonical value as the blind index takes it: width, case, spaces and trailing zeros do not matter."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal | int):
        return f"{Decimal(value).normalize():f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, msgspec.Struct):
        return " ".join(meant(part) for part in msgspec.structs.astuple(value))
    return "".join(unicodedata.normalize("NFKC", str(value)).casefold().split())


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, datetime | date) else value


def _restored(kind: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if kind == "decimal":
        return Decimal(value)
    if kind == "instant":
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind == "date" else value
