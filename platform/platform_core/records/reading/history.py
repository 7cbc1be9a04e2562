"""The changes of one record, as far as the reader may see the fields today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from platform_core import database, entities, identity
from platform_core.database import INSTANT, JSON
from platform_core.entities import Entity, EntityField
from platform_core.identity import Actor
from platform_core.records.encrypting import open_history
from platform_core.records.model import HistoryEntry, HistoryPage, Wire
from platform_core.records.reading.presenting import Target, ids_in, present, shown_value
from platform_core.records.reading.rowview import rights_on
from platform_core.records.rights import RowRights
from platform_core.records.sealing import seal, unseal

HISTORY_LIMIT = 50
MOST_ENTRIES = 200

COLUMNS = "id, version, action, at, user_id, via, changes, record"


async def history(
    form: str, record: str, *, actor: Actor, cursor: str | None = None, limit: int = HISTORY_LIMIT
) -> HistoryPage:
    """Saves of a record, newest first; also of one in the recycle bin. Raises NotFound, BadCursor."""
    entity = entities.get(form)
    rights, _version = await rights_on(entity, record, actor)
    limit = min(max(limit, 1), MOST_ENTRIES)
    bound = ("history", entity.key, record, actor.user_id)
    mark = unseal(cursor, bound) if cursor else []
    # Values that follow from other records change without a new version, so one version may have several lines.
    behind = " AND (version < ? OR (version = ? AND id < ?))" if mark else ""
    params = (record, mark[0], mark[0], mark[1]) if mark else (record,)
    sql = f"SELECT {COLUMNS} FROM tw_record_history WHERE record = ?{behind} ORDER BY version DESC, id DESC LIMIT ?"
    rows = await database.fetch_tuples(sql, (*params, limit + 1))
    entries = await entries_of(entity, rights, rows[:limit], actor)
    more = len(rows) > limit
    return HistoryPage(
        items=entries, next_cursor=seal([rows[limit - 1][1], rows[limit - 1][0]], bound) if more else None
    )


async def entries_of(
    entity: Entity,
    rights: RowRights,
    rows: Sequence[Sequence[object]],
    actor: Actor,
    *,
    tracked: bool = False,
) -> list[HistoryEntry]:
    """History rows (`COLUMNS`) as entries, without fields that the actor does not read in clear.

    A change of which nothing is left to show is left out: that something hidden was changed is nobody's business.
    """
    shown = [
        _visible(entity, rights, cast("Mapping[str, object]", database.from_db(JSON, row[6])), tracked)
        for row in rows
    ]
    for row, changes in zip(rows, shown, strict=True):
        await open_history(str(row[7]), [changes])
    await present_changes(entity, shown, actor)
    names = await identity.names(str(row[4]) for row in rows)
    return [
        HistoryEntry(
            id=str(row[0]),
            version=cast("int", row[1]),
            action=str(row[2]),
            at=cast("datetime", database.from_db(INSTANT, row[3])),
            actor={"id": row[4], "title": names.get(str(row[4]), "")},
            via=str(row[5]),
            changes=changes,
        )
        for row, changes in zip(rows, shown, strict=True)
        if changes or row[2] != "update"
    ]


def _visible(entity: Entity, rights: RowRights, changes: Mapping[str, object], tracked: bool) -> Wire:
    return {
        name: change
        for name, change in changes.items()
        if rights.shows(name) and (not tracked or entity.fields[name].track)
    }


async def present_changes(entity: Entity, changes: Sequence[Wire], actor: Actor) -> None:
    """Presents, in place, the references on both sides of [old, new] pairs, and those inside table rows."""
    places = [place for change in changes for place in _references(entity, change)]
    wanted: dict[Target, set[str]] = defaultdict(set)
    for field, holder, key in places:
        for target, found in ids_in(field, holder[key]):
            wanted[target].add(found)
    presented = await present(wanted, actor) if wanted else {}
    for field, holder, key in places:
        holder[key] = shown_value(field, holder[key], presented)


_Place = tuple[EntityField, Any, str | int]
"""A reference field, and the dict (by name) or the [old, new] (by index) that holds a value of it."""


def _references(entity: Entity, change: Wire) -> Iterator[_Place]:
    for name, value in change.items():
        field = entity.fields[name]
        if field.reference is not None and isinstance(value, list):
            yield from ((field, value, side) for side in (0, 1))
        elif field.rows is not None and isinstance(value, dict):
            for cell in field.rows.fields.values():
                if cell.reference is not None:
                    yield from _in_rows(cell, value)


def _in_rows(cell: EntityField, change: Mapping[str, Any]) -> Iterator[_Place]:
    """A cell in rows that came or went, and both sides of it in rows that were changed."""
    for row in (*change.get("added", ()), *change.get("removed", ())):
        if row.get(cell.name):
            yield cell, row, cell.name
    for row in change.get("changed", ()):
        if cell.name in row:
            yield from ((cell, row[cell.name], side) for side in (0, 1))
