"""Stored titles written anew, after a publish has changed what they are made of."""

from __future__ import annotations

from typing import NamedTuple

from platform_core import database, permissions
from platform_core.entities import Entity, quote
from platform_core.records.saving.columns import select_list, table_plan
from platform_core.records.saving.spreading import spread_later, unchanged, write_titles
from platform_core.records.saving.titles import render_titles

CHUNK = 1_000


async def retitle(entity: Entity) -> None:
    """Renders the title of every record of the form, those in the recycle bin too.

    `entity` need not be published yet. Versions stay: nobody has changed a record. Runs in the caller's transaction.
    """
    last, changed = "", 0
    while True:
        done = await retitle_some(entity, last, CHUNK)
        last, changed = done.last, changed + done.changed
        if not last:
            break
    if changed:
        await spread_later(entity)


class Retitled(NamedTuple):
    """What came of some titles: the last record's id ("" at the end), how many were seen, how many have changed."""

    last: str
    seen: int
    changed: int


async def retitle_some(entity: Entity, after: str, limit: int) -> Retitled:
    """Renders the titles of the next records behind the id `after`, in the caller's transaction, which keeps the rows
    from others. Titles of other forms that show them are left to `spread_later`."""
    plan = table_plan(entity)
    access = permissions.full_access(entity.key, entity.fields)
    behind = ' WHERE t."id" > ?' if after else ""
    rows = await database.fetch_tuples(
        f"SELECT {select_list(plan.columns)} FROM {quote(entity.table)} t{behind}"
        f' ORDER BY t."id" LIMIT {limit:d}{database.dialect().for_update}',
        (after,) if after else (),
    )
    titles = [str(row[len(plan.columns) - 2]) for row in rows]
    saves = [unchanged(entity, access, plan.canonical(row)) for row in rows]
    await render_titles(saves)
    new = [save for save, title in zip(saves, titles, strict=True) if save.title != title]
    await write_titles(entity, new)
    return Retitled(saves[-1].id if len(rows) == limit else "", len(rows), len(new))
