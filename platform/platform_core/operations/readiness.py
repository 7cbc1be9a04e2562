"""Whether this process can work: its database answers and has every migration of the program."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from platform_core import database, definitions
from platform_core.database import Migration

_SECONDS = 3.0
_log = logging.getLogger("tradewind.operations")
_expected: tuple[str, ...] = ()
_was_ready: bool | None = None


def expect(migrations: Sequence[Migration]) -> None:
    """What the program needs of the database; the host says it."""
    global _expected
    _expected = tuple(migration.id for migration in migrations)


def expected() -> tuple[str, ...]:
    """The ids of every migration of the program, in their order."""
    return _expected


async def obstacle() -> str:
    """What keeps the process from working: "" nothing, "database", "migrations" or "definitions"."""
    global _was_ready
    found = await _look()
    if (found == "") is not _was_ready:
        _was_ready = found == ""
        _log.warning("ready" if _was_ready else "not ready: %s", *(() if _was_ready else (found,)))
    return found


async def _look() -> str:
    try:
        async with asyncio.timeout(_SECONDS):
            rows = await database.fetch_tuples("SELECT id FROM tw_migration")
    except (database.DatabaseError, TimeoutError, OSError):
        return "database"
    if not {str(name) for (name,) in rows}.issuperset(_expected):
        return "migrations"
    return "" if definitions.catalog().version >= 0 else "definitions"
