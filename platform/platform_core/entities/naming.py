"""What tables, columns and indexes of forms are called. Pure: the same names on every machine and engine."""

from __future__ import annotations

import hashlib
import re

LONGEST = 50
"""Bytes of a generated name. PostgreSQL cuts at 63 without a word; the rest is room for suffixes."""

_HASH_LENGTH = 8
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")


def table_name(app: str, form: str) -> str:
    """The table of a form: "r_trade_crm__account"."""
    return cut(f"r_{app}__{form}")


def rows_table_name(form_table: str, field: str) -> str:
    """The table of a `table` field: "r_trade_crm__quote__lines"."""
    return cut(f"{form_table}__{field}")


def column_name(field: str, role: str = "value", *, generation: int = 1) -> str:
    """The column of a field: "amount", "amount__cur", and "amount__2" for the second field of that name."""
    suffix = "" if role == "value" else f"__{_SHORT.get(role, role)}"
    number = "" if generation == 1 else f"__{generation}"
    return cut(f"{field}{number}{suffix}")


_SHORT = {"currency": "cur"}


def index_name(table: str, *parts: str) -> str:
    """The name of an index; unique within a database because it starts with the table's."""
    return cut("__".join((table, *parts, "ix")))


def cut(name: str) -> str:
    """`name`, or its start with a hash of the whole where it is longer than `LONGEST` bytes."""
    raw = name.encode()
    if len(raw) <= LONGEST:
        return name
    mark = hashlib.sha256(raw).hexdigest()[:_HASH_LENGTH]
    return f"{raw[: LONGEST - _HASH_LENGTH - 1].decode(errors='ignore')}_{mark}"


def quote(name: str) -> str:
    """An SQL identifier. Names come from definitions, never from a request; anything odd is an error."""
    if not _PLAIN.match(name):
        raise ValueError(f"'{name}' is not a name that this platform makes")
    return f'"{name}"'
