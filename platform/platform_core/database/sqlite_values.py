"""Python values as SQLite parameters and back: adapters by exact Python type, converters by declared type.

Both registries are process-wide inside `sqlite3`. Piccolo fills them on import (and turns a Decimal into a float), so
ours must be registered after it.
"""

from __future__ import annotations

import sqlite3
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from platform_core.database.types import CONVERTERS, instant_text


def _refuse_decimal(value: Decimal) -> int:
    raise TypeError("a bare Decimal reached SQLite; pass database.to_db(column_type, value)")


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _raw_json(value: msgspec.Raw) -> str:
    return bytes(value).decode()


def register() -> None:
    """Puts our adapters and converters in place; running it again changes nothing."""
    sqlite3.register_adapter(Decimal, _refuse_decimal)
    sqlite3.register_adapter(datetime, instant_text)
    sqlite3.register_adapter(date, date.isoformat)
    sqlite3.register_adapter(UUID, str)
    sqlite3.register_adapter(bool, int)
    for container in (dict, list, tuple):
        sqlite3.register_adapter(container, _json)
    sqlite3.register_adapter(msgspec.Raw, _raw_json)
    for declared, convert in CONVERTERS.items():
        sqlite3.register_converter(declared, convert)
