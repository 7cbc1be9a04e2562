"""The changes of one record, as far as the reader may see the fields today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from platform_core import database, entities, identity
from platform_core.database import INSTANT, JSON
from platform_core.entities import Entity, EntityField
from platform_core.identity import Actor
from platform_core.records.model import HistoryEntry, HistoryPage, Wire
from platform_core.records.reading.presenting import present_values
from platform_core.records.reading.rowview import rights_on
from platform_core.records.rights import RowRights
from platform_core.records.sealing import seal, unseal

HISTORY_LIMIT = 50
MOST_ENTRIES = 200

COLUMNS = "id, version, action, at, user_id, via, changes"


async def history(
    form: str, record: str, *, actor: Actor, cursor: str | None = None, limit: int = HISTORY_LIMIT
) -> HistoryPage:
    """Saves of a record, newest first; also of one in the recycle bin. Raises NotFound, BadCursor."""
    entity = entities.get(form)
    rights, _version = await rights_on(entity, record, actor)
    limit = min(max(limit, 1), MOST_ENTRIES)
    bound = ("history", entity.key, record, actor.user_id)
    before = unseal(cursor, bound)[0] if cursor else None
    condition = "record = ?" if before is None else "record = ? AND version < ?"
    params = (record,) if before is None else (record, before)
    sql = f"SELECT {COLUMNS} FROM tw_record_history WHERE {condition} ORDER BY version DESC LIMIT ?"
    rows = await database.fetch_tuples(sql, (*params, limit + 1))
    entries = await entries_of(entity, rights, rows[:limit], actor)
    more = len(rows) > limit
    return HistoryPage(items=entries, next_cursor=seal([rows[limit - 1][1]], bound) if more else None)


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
    """Presents the references on both sides of [old, new] pairs, and those inside table rows."""
    sides: list[Wire] = []
    fields: dict[str, EntityField] = {}
    for change in changes:
        for name in change:
            field = entity.fields[name]
            if field.reference is not None or field.rows is not None:
                fields[name] = field
        sides += [_side(change, fields, 0), _side(change, fields, 1)]
    await present_values(sides, list(fields.values()), actor)
    for place, change in enumerate(changes):
        for name in change:
            if name in fields and fields[name].rows is None:
                change[name] = [sides[2 * place].get(name), sides[2 * place + 1].get(name)]


def _side(change: Wire, fields: Mapping[str, EntityField], index: int) -> Wire:
    """The old (0) or new (1) values of the references of a change; rows that came or went on their own side."""
    side: Wire = {}
    for name, field in fields.items():
        pair = change.get(name)
        if field.rows is None and isinstance(pair, list):
            side[name] = pair[index]
        elif field.rows is not None and isinstance(pair, dict):
            side[name] = pair.get("removed" if index == 0 else "added", [])
    return side
