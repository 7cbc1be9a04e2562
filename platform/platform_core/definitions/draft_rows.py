"""The rows of drafts. A row outlives its draft: `rev` must never run backwards, or an old screen could overwrite."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import msgspec

from platform_core import clock, database
from platform_core.definitions.model import Key, Raw

_KEPT_STEPS = 50
"""So many states of a draft are kept, to show what somebody changed since."""

_OF_KEY = "kind = ? AND app = ? AND name = ?"


class DraftRow(msgspec.Struct, frozen=True):
    """`source` is None where there is no draft (any more)."""

    rev: int
    source: str | None
    base: int
    updated_by: str
    updated_at: datetime

    @property
    def raw(self) -> Raw | None:
        return None if self.source is None else cast("Raw", msgspec.json.decode(self.source))


def _of(key: Key) -> tuple[str, str, str]:
    return (key.kind, key.app, key.name)


async def read(key: Key, *, lock: bool = False) -> DraftRow | None:
    """The row; with `lock` nobody else changes it before the commit."""
    tail = database.dialect().for_update if lock else ""
    rows = await database.fetch_tuples(
        f"SELECT rev, definition, base, updated_by, updated_at FROM tw_definition_draft WHERE {_OF_KEY}{tail}",
        _of(key),
    )
    return DraftRow(*cast("tuple[int, str | None, int, str, datetime]", rows[0])) if rows else None


async def claim(key: Key, user_id: str) -> DraftRow:
    """The row under lock, made where it is missing: two first savers meet here."""
    await database.execute(
        "INSERT INTO tw_definition_draft (kind, app, name, rev, definition, base, updated_by, updated_at)"
        " VALUES (?, ?, ?, 0, NULL, 0, ?, ?) ON CONFLICT (kind, app, name) DO NOTHING",
        (*_of(key), user_id, clock.now()),
    )
    return cast("DraftRow", await read(key, lock=True))


async def write(key: Key, rev: int, source: str | None, base: int, user_id: str) -> None:
    """Sets the draft (None: there is none) at its next `rev` and remembers the state for comparison."""
    await database.execute(
        "UPDATE tw_definition_draft SET rev = ?, definition = ?, base = ?, updated_by = ?, updated_at = ?"
        f" WHERE {_OF_KEY}",
        (rev, source, base, user_id, clock.now(), *_of(key)),
    )
    if source is None:
        await database.execute(f"DELETE FROM tw_definition_draft_step WHERE {_OF_KEY}", _of(key))
        return
    await database.execute(
        "INSERT INTO tw_definition_draft_step (kind, app, name, rev, definition) VALUES (?, ?, ?, ?, ?)",
        (*_of(key), rev, source),
    )
    await database.execute(
        f"DELETE FROM tw_definition_draft_step WHERE {_OF_KEY} AND rev <= ?", (*_of(key), rev - _KEPT_STEPS)
    )


async def state_at(key: Key, rev: int) -> Raw | None:
    """What the draft was at an earlier `rev`; None where that is not known any more."""
    found = await database.fetch_value(
        f"SELECT definition FROM tw_definition_draft_step WHERE {_OF_KEY} AND rev = ?", (*_of(key), rev)
    )
    return None if found is None else cast("Raw", msgspec.json.decode(str(found)))


async def keys_of(kind: str) -> list[Key]:
    """What there are drafts of."""
    rows = await database.fetch_tuples(
        "SELECT app, name FROM tw_definition_draft WHERE kind = ? AND definition IS NOT NULL ORDER BY app, name",
        (kind,),
    )
    return [Key(kind, str(app), str(name)) for app, name in rows]


async def all_keys() -> dict[Key, datetime]:
    """Every definition that has a draft, and when that was saved."""
    rows = await database.fetch_tuples(
        "SELECT kind, app, name, updated_at FROM tw_definition_draft WHERE definition IS NOT NULL"
    )
    return {Key(str(kind), str(app), str(name)): cast("datetime", at) for kind, app, name, at in rows}
