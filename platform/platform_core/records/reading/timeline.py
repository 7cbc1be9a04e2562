"""What happened to a record, newest first: changes and comments in one stream."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from platform_core import database, entities, identity
from platform_core.database import INSTANT
from platform_core.entities import Entity, instant_wire
from platform_core.errors import Problem
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.records.errors import BadCursor, BadQuery
from platform_core.records.model import HistoryEntry, TimelineEntry, TimelinePage
from platform_core.records.reading.history import COLUMNS, MOST_ENTRIES, entries_of
from platform_core.records.reading.rowview import rights_on
from platform_core.records.rights import RowRights
from platform_core.records.sealing import seal, unseal

KINDS = ("change", "comment")
TIMELINE_LIMIT = 30

Mark = tuple[datetime, str]
"""Moment and id of the last entry of a page."""


async def timeline(
    form: str,
    record: str,
    *,
    actor: Actor,
    cursor: str | None = None,
    kinds: Sequence[str] = KINDS,
    limit: int = TIMELINE_LIMIT,
) -> TimelinePage:
    """Entries of the wanted kinds. Raises NotFound, BadCursor, BadQuery."""
    entity = entities.get(form)
    rights, _version = await rights_on(entity, record, actor)
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise BadQuery(
            [Problem(pointer="/kinds", code="unknown_kind", message=N_("There is no such kind of entry."))]
        )
    limit = min(max(limit, 1), MOST_ENTRIES)
    bound = ("timeline", entity.key, record, sorted(kinds), actor.user_id)
    mark = _mark(unseal(cursor, bound)) if cursor else None
    found: list[tuple[Mark, TimelineEntry | None]] = []
    if "change" in kinds:
        found += await _changes(entity, rights, record, actor, mark, limit + 1)
    if "comment" in kinds:
        found += await _comments(record, mark, limit + 1)
    found.sort(key=lambda entry: entry[0], reverse=True)
    page, more = found[:limit], len(found) > limit
    last = page[-1][0] if more else None
    return TimelinePage(
        items=[entry for _mark, entry in page if entry is not None],
        next_cursor=seal([instant_wire(last[0]), last[1]], bound) if last is not None else None,
    )


def _mark(opened: Sequence[object]) -> Mark:
    try:
        return datetime.fromisoformat(str(opened[0])), str(opened[1])
    except (ValueError, IndexError) as exc:
        raise BadCursor() from exc


async def _rows(select: str, record: str, mark: Mark | None, limit: int) -> list[tuple[object, ...]]:
    behind = "" if mark is None else " AND (at, id) < (?, ?)"
    sql = f"{select} WHERE record = ?{behind} ORDER BY at DESC, id DESC LIMIT ?"
    return await database.fetch_tuples(sql, (record, *(mark or ()), limit))


async def _changes(
    entity: Entity, rights: RowRights, record: str, actor: Actor, mark: Mark | None, limit: int
) -> list[tuple[Mark, TimelineEntry | None]]:
    rows = await _rows(f"SELECT {COLUMNS} FROM tw_record_history", record, mark, limit)
    entries = {entry.id: entry for entry in await entries_of(entity, rights, rows, actor, tracked=True)}
    found: list[tuple[Mark, TimelineEntry | None]] = []
    for row in rows:
        at = cast("datetime", database.from_db(INSTANT, row[3]))
        entry = entries.get(str(row[0]))
        found.append(((at, str(row[0])), _entry(entry) if entry is not None else None))
    return found


def _entry(entry: HistoryEntry) -> TimelineEntry:
    return TimelineEntry(
        id=entry.id,
        kind="change",
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        changes=entry.changes,
    )


async def _comments(record: str, mark: Mark | None, limit: int) -> list[tuple[Mark, TimelineEntry | None]]:
    rows = await _rows("SELECT id, at, user_id, text FROM tw_record_comment", record, mark, limit)
    names = await identity.names(str(row[2]) for row in rows)
    found: list[tuple[Mark, TimelineEntry | None]] = []
    for comment, raw_at, user, text in rows:
        at = cast("datetime", database.from_db(INSTANT, raw_at))
        actor = {"id": user, "title": names.get(str(user), "")}
        found.append(
            (
                (at, str(comment)),
                TimelineEntry(id=str(comment), kind="comment", at=at, actor=actor, text=str(text)),
            )
        )
    return found
