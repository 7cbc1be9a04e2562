"""Stored titles written anew, after a publish has changed what they are made of."""

from __future__ import annotations

from platform_core import database, permissions
from platform_core.entities import TITLE, TITLE_SORT, Entity, quote
from platform_core.identity import SYSTEM
from platform_core.records.model import DEFAULT_OPTIONS
from platform_core.records.saving.columns import select_list, table_plan, update_sql
from platform_core.records.saving.titles import render_titles, title_sort
from platform_core.records.saving.work import Save

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
        saves = [_unchanged(entity, access, plan.canonical(row)) for row in rows]
        await render_titles(saves)
        new = [save for save, title in zip(saves, titles, strict=True) if save.title != title]
        await _write(entity, new)
        changed += len(new)
        if len(rows) < CHUNK:
            return changed
        last = saves[-1].id


def _unchanged(entity: Entity, access: permissions.Access, values: dict[str, object]) -> Save:
    """A stored record as titles are rendered from it."""
    return Save(
        entity=entity,
        actor=SYSTEM,
        options=DEFAULT_OPTIONS,
        access=access,
        id=str(values["id"]),
        raw={},
        before=values,
        values=values,
    )


async def _write(entity: Entity, saves: list[Save]) -> None:
    if saves:
        sql = update_sql(entity.table, (TITLE, TITLE_SORT), '"id" = ?')
        await database.execute_many(sql, [(save.title, title_sort(save.title), save.id) for save in saves])
