"""Whether there is anything at all, for who decides if an installation is still empty."""

from __future__ import annotations

from platform_core import database, entities
from platform_core.entities import quote


async def any_records() -> bool:
    """True when some form has a record, deleted ones included. For the operator, not for people: it asks no actor."""
    for entity in entities.all():
        if await database.fetch_value(f"SELECT 1 FROM {quote(entity.table)} LIMIT 1") is not None:
            return True
    return False
