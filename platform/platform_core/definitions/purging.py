"""Taking an app out altogether: its revisions, drafts and references, as if it had never been installed."""

from __future__ import annotations

from platform_core import audit, database
from platform_core.definitions import rights, store
from platform_core.definitions.committing import touch_catalog
from platform_core.identity import Actor

_TABLES = (
    "tw_definition_reference",
    "tw_definition_draft_step",
    "tw_definition_draft",
    "tw_definition_shipped",
    "tw_definition_revision",
    "tw_definition",
)


async def purge_app(app: str, *, actor: Actor) -> int:
    """Erases every definition of an app, with its history; returns how many there were.

    Nothing is asked: that nobody else uses them, and what becomes of their data, is the caller's to settle first.
    The audit keeps that it happened.
    """
    await rights.require(actor, "purge")
    async with database.transaction():
        await store.lock_catalog()
        count = int(
            str(await database.fetch_value("SELECT count(*) FROM tw_definition WHERE app = ?", (app,)))
        )
        for table in _TABLES:
            await database.execute(f"DELETE FROM {table} WHERE app = ?", (app,))
        if count:
            await audit.write(
                "definition.purge",
                actor=actor,
                kind="definition",
                subject=f"app/{app}",
                detail={"count": count},
            )
        await touch_catalog()
    return count
