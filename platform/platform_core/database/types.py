"""The portable column types and how a value goes in and comes out.

| kind | Python | SQLite | PostgreSQL |
|---|---|---|---|
| uuid | str | TEXT | uuid |
| text | str | TEXT | text COLLATE "C" (both engines then sort by code point) |
| int | int | BIGINT | bigint |
| bool | bool | BOOL_INT 0/1 | boolean |
| instant | aware UTC datetime | INSTANT_TEXT `2026-11-22T08:00:00.000000Z` (fixed width: it sorts) | timestamptz |
| date | date | DATE_TEXT | date |
| json | dict or list | JSON_TEXT | jsonb |
| decimal(p,s) | Decimal | DECIMAL_INT_S<s>: value x 10^s as integer | numeric(p,s) |
| blob | bytes | BLOB | bytea |
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from functools import cache
from typing import Literal

import msgspec

from platform_core.database.errors import BadValue

Kind = Literal["uuid", "text", "int", "bool", "instant", "date", "json", "decimal", "blob"]
EngineName = Literal["sqlite", "postgresql"]

MAX_DIGITS = 18
"""Digits of a decimal on both engines: what a 64-bit integer surely holds."""


class ColumnType(msgspec.Struct, frozen=True):
    """One portable type; `precision` (total digits, at most 18) and `scale` count for decimals only."""

    kind: Kind
    precision: int = 0
    scale: int = 0

    def __post_init__(self) -> None:
        if self.kind == "decimal" and not 0 <= self.scale <= self.precision <= MAX_DIGITS:
            raise ValueError(
                f"decimal({self.precision},{self.scale}): needs 0 <= scale <= precision <= {MAX_DIGITS}"
            )


UUID = ColumnType("uuid")
TEXT = ColumnType("text")
INT = ColumnType("int")
BOOL = ColumnType("bool")
INSTANT = ColumnType("instant")
DATE = ColumnType("date")
JSON = ColumnType("json")
BLOB = ColumnType("blob")


def decimal_type(precision: int = 18, scale: int = 4) -> ColumnType:
    """decimal(precision, scale); ValueError beyond 18 digits."""
    return ColumnType("decimal", precision, scale)


_POSTGRESQL = {
    "uuid": "uuid",
    "text": 'text COLLATE "C"',
    "int": "bigint",
    "bool": "boolean",
    "instant": "timestamptz",
    "date": "date",
    "json": "jsonb",
    "blob": "bytea",
}
# The affinity follows from the letters inside the name (INT, TEXT, BLOB); the converter from the whole word.
_SQLITE = {
    "uuid": "TEXT",
    "text": "TEXT",
    "int": "BIGINT",
    "bool": "BOOL_INT",
    "instant": "INSTANT_TEXT",
    "date": "DATE_TEXT",
    "json": "JSON_TEXT",
    "blob": "BLOB",
}


def sql_type(column_type: ColumnType, engine: EngineName) -> str:
    """The type as written in CREATE TABLE."""
    if column_type.kind == "decimal":
        if engine == "sqlite":
            return f"DECIMAL_INT_S{column_type.scale}"
        return f"numeric({column_type.precision},{column_type.scale})"
    return (_SQLITE if engine == "sqlite" else _POSTGRESQL)[column_type.kind]


def instant_text(value: datetime) -> str:
    """Fixed-width UTC text of an aware datetime; TypeError for a naive one."""
    if value.tzinfo is None:
        raise TypeError("a naive datetime reached the database; instants are aware")
    moved = value if value.tzinfo is UTC else value.astimezone(UTC)
    return moved.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


_EXACT = Context(prec=40, rounding=ROUND_HALF_UP, traps=[InvalidOperation])


@cache
def _quantum(scale: int) -> Decimal:
    return Decimal(1).scaleb(-scale)


def fitted(column_type: ColumnType, value: Decimal | int) -> Decimal:
    """The value at the column's scale, rounded half up as PostgreSQL does; BadValue where it has too many digits."""
    if isinstance(value, float):
        raise TypeError("a float reached a decimal column; decimals are exact")
    try:
        rounded = Decimal(value).quantize(_quantum(column_type.scale), context=_EXACT)
    except InvalidOperation as exc:
        raise _too_large(column_type, value) from exc
    if not rounded.is_finite() or abs(rounded) >= Decimal(1).scaleb(
        column_type.precision - column_type.scale
    ):
        raise _too_large(column_type, value)
    return rounded


def _too_large(column_type: ColumnType, value: object) -> BadValue:
    whole = column_type.precision - column_type.scale
    return BadValue(
        "{value} is too large: at most {whole} digits before the decimal point.",
        code="overflow",
        params={"value": str(value), "whole": whole},
    )


def scaled(column_type: ColumnType, value: Decimal | int) -> int:
    """The integer that SQLite stores for a decimal."""
    return int(fitted(column_type, value).scaleb(column_type.scale, context=_EXACT))


def unscaled(number: int, scale: int) -> Decimal:
    """The decimal behind SQLite's integer, exact also for sums far beyond 18 digits."""
    return Decimal(number).scaleb(-scale, context=_WIDE)


_WIDE = Context(prec=80, traps=[InvalidOperation, Inexact])


def to_sqlite(column_type: ColumnType, value: object) -> object:
    """The parameter for a value of this type on SQLite; None stays None."""
    if value is None:
        return None
    match column_type.kind:
        case "decimal" if isinstance(value, Decimal | int | float):
            return scaled(column_type, value)  # type: ignore[arg-type]  # a float is refused inside
        case "instant" if isinstance(value, datetime):
            return instant_text(value)
        case "date" if isinstance(value, date):
            return value.isoformat()
        case "json":
            return msgspec.json.encode(value).decode()
        case "bool":
            return int(bool(value))
    return value


def to_postgresql(column_type: ColumnType, value: object) -> object:
    """The parameter for a value of this type on PostgreSQL; None stays None."""
    if value is None:
        return None
    if column_type.kind == "decimal" and isinstance(value, Decimal | int | float):
        return fitted(column_type, value)  # type: ignore[arg-type]  # a float is refused inside
    if column_type.kind == "instant" and isinstance(value, datetime):
        instant_text(value)  # refuses a naive one
    return value


def from_sqlite(column_type: ColumnType, raw: object) -> object:
    """The value behind SQLite's raw one, where an expression or aggregate has lost the declared type.

    Already converted values pass unchanged. An average or a quotient of scaled integers (a float) is not exact and
    is refused: divide in Python.
    """
    if raw is None:
        return None
    match column_type.kind:
        case "decimal" if isinstance(raw, int):
            return unscaled(raw, column_type.scale)
        case "decimal" if isinstance(raw, float):
            raise TypeError("a decimal came back from SQLite as a float; divide in Python, not in SQL")
        case "instant" | "date" | "json" if isinstance(raw, str):
            return CONVERTERS[_SQLITE[column_type.kind]](raw.encode())
        case "bool" if isinstance(raw, int):
            return bool(raw)
    return raw


def from_postgresql(column_type: ColumnType, raw: object) -> object:
    """The value behind PostgreSQL's raw one: a sum over bigint is numeric there and becomes an int again."""
    if column_type.kind == "int" and isinstance(raw, Decimal):
        return int(raw)
    return raw


def _instant(raw: bytes) -> datetime:
    return datetime.fromisoformat(raw.decode())


def _date(raw: bytes) -> date:
    return date.fromisoformat(raw.decode())


def _bool(raw: bytes) -> bool:
    return raw == b"1"


def _decimal(scale: int) -> Callable[[bytes], Decimal]:
    def convert(raw: bytes) -> Decimal:
        return Decimal(raw.decode()).scaleb(-scale, context=_WIDE)

    return convert


CONVERTERS: dict[str, Callable[[bytes], object]] = {
    "INSTANT_TEXT": _instant,
    "DATE_TEXT": _date,
    "BOOL_INT": _bool,
    "JSON_TEXT": msgspec.json.decode,
    **{f"DECIMAL_INT_S{scale}": _decimal(scale) for scale in range(MAX_DIGITS + 1)},
}
"""By declared type: what SQLite's raw bytes become."""
