"""The ids by which other systems know our records."""

from __future__ import annotations

from platform_core import clock, database, entities
from platform_core.database import UniqueViolation
from platform_core.errors import Conflict
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.records.reading.rowview import rights_on

_LINK = (
    "INSERT INTO tw_record_link (id, system, form, record, outside_id, at) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (record, system) DO UPDATE SET outside_id = excluded.outside_id, at = excluded.at"
)


async def link_outside(form: str, record: str, system: str, outside_id: str, *, actor: Actor) -> None:
    """Remembers under which id `system` knows a record. Raises NotFound, Conflict where another record has the id."""
    entity = entities.get(form)
    await rights_on(entity, record, actor)
    values = (database.new_id(), system, entity.key, record, outside_id, clock.now())
    try:
        async with database.transaction():
            await database.execute(_LINK, values)
    except UniqueViolation as exc:
        raise Conflict(N_("Another record has this id already."), code="outside_id_taken") from exc


async def find_outside(form: str, system: str, outside_id: str) -> str | None:
    """The record that `system` knows by this id. For connectors: whoever shows the record asks `get` with an actor."""
    entity = entities.get(form)
    sql = "SELECT record FROM tw_record_link WHERE system = ? AND form = ? AND outside_id = ?"
    found = await database.fetch_value(sql, (system, entity.key, outside_id))
    return str(found) if found is not None else None
