"""Deadlines as rows."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from platform_core import database
from platform_core.database import Row, UniqueViolation
from platform_core.deadlines.model import Deadline

_COLUMNS = (
    "id", "subject", "name", "state", "base", "duration", "scope", "stamp", "points", "fired", "pauses", "waiting",
    "data", "due_at", "next_at", "plan", "breached_at", "late", "ended_at",
)  # fmt: skip
_LIST = ", ".join(_COLUMNS)
_JSON = ("points", "fired", "pauses", "waiting")


async def load(where: str, params: Sequence[object]) -> list[Deadline]:
    """Deadlines that a condition (with its order) names."""
    rows = await database.fetch_all(f"SELECT {_LIST} FROM tw_deadline WHERE {where}", tuple(params))
    return [_deadline(row) for row in rows]


async def open_of(subject: str, name: str, *, lock: bool = False) -> Deadline | None:
    """The open one of a subject, under lock in a transaction."""
    tail = database.dialect().for_update if lock else ""
    found = await load(f"subject = ? AND name = ? AND ended_at IS NULL{tail}", (subject, name))
    return found[0] if found else None


async def locked(deadline: str) -> Deadline | None:
    """One by its id, under lock; None where it is gone."""
    found = await load(f"id = ?{database.dialect().for_update}", (deadline,))
    return found[0] if found else None


async def insert(deadline: Deadline) -> bool:
    """Writes a new one; False where another is open under the same name."""
    marks = ", ".join("?" for _ in _COLUMNS)
    try:
        async with database.transaction():
            await database.execute(f"INSERT INTO tw_deadline ({_LIST}) VALUES ({marks})", _values(deadline))
    except UniqueViolation:
        return False
    return True


async def update(deadline: Deadline) -> None:
    """Writes all of it."""
    sets = ", ".join(f"{name} = ?" for name in _COLUMNS[1:])
    await database.execute(
        f"UPDATE tw_deadline SET {sets} WHERE id = ?", (*_values(deadline)[1:], deadline.id)
    )


def _values(deadline: Deadline) -> tuple[object, ...]:
    raw = {name: getattr(deadline, name) for name in msgspec.structs.asdict(deadline)}
    raw["duration"] = raw.pop("duration_text")
    for name in _JSON:
        raw[name] = msgspec.to_builtins(raw[name])
    raw["data"] = dict(deadline.data)
    return tuple(raw[name] for name in _COLUMNS)


def _deadline(row: Row) -> Deadline:
    raw = dict(row)
    raw["duration_text"] = raw.pop("duration")
    raw["late"] = bool(raw["late"])
    return msgspec.convert(raw, Deadline)
