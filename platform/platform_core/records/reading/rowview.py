"""What an actor may do with one record, asked without reading its values."""

from __future__ import annotations

from platform_core import database, permissions
from platform_core.database import is_id
from platform_core.entities import Entity, quote
from platform_core.errors import NotFound
from platform_core.identity import Actor
from platform_core.records.rights import RowFlags, RowRights


async def rights_on(entity: Entity, record: str, actor: Actor) -> tuple[RowRights, int]:
    """The actor's rights on a record (deleted ones too) and its version. Raises NotFound where they may not see it."""
    access = permissions.access(entity, actor)
    if not is_id(record):
        raise NotFound()
    flags = RowFlags(entity, access, actor)
    columns = ", ".join(('t."version"', *flags.sql))
    sql = f'SELECT {columns} FROM {quote(entity.table)} t WHERE t."id" = ?'
    rows = await database.fetch_tuples(sql, (*flags.params, record))
    rights = flags.rights(rows[0][1:]) if rows else None
    if rights is None or not rights.can_read:
        raise NotFound()
    return rights, int(str(rows[0][0]))
