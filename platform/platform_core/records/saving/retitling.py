"""Stored titles written anew, after a publish has changed what they are made of."""

from __future__ import annotations

from platform_core import database, permissions
from platform_core.entities import Entity, quote
from platform_core.records.saving.columns import select_list, table_plan
from platform_core.records.saving.spreading import spread_later, unchanged, write_titles
from platform_core.records.saving.titles import render_titles

CHUNK = 1_000


async def retitle(entity: Entity) -> int:
    """Renders the title of every record of the form, those in the recycle bin too; how many have changed.

    `entity` need not be published yet. Versions stay: nobody has changed a record. Runs in the caller's transaction.
    """
    plan = table_plan(entity)
    access = permissions.full_access(entity.key, entity.fields)
    head = f"SELECT {select_list(plan.columns)} FROM {quote(entity.table)} t"
    changed, last = 0, ""
    while True:
        behind = ' WHERE t."id" > ?' if last else ""
        rows = await database.fetch_tuples(
            f'{head}{behind} ORDER BY t."id" LIMIT {CHUNK}', (last,) if last else ()
        )
        titles = [str(row[len(plan.columns) - 2]) for row in rows]
        saves = [unchanged(entity, access, plan.canonical(row)) for row in rows]
        await render_titles(saves)
        new = [save for save, title in zip(saves, titles, strict=True) if save.title != title]
        await write_titles(entity, new)
        changed += len(new)
        if len(rows) < CHUNK:
            break
        last = saves[-1].id
    if changed:
        await spread_later(entity)
    return changed
