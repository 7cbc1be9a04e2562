"""Titles that show a linked record's title, written anew when that one is called otherwise.

A few are written in the same transaction; many by a job, which asks for a record's name only when it gets there, so it
may come late or twice. Versions stay: nobody has changed those records.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from platform_core import database, definitions, entities, jobs, permissions
from platform_core.entities import TITLE, TITLE_SORT, Entity, Incoming, quote
from platform_core.identity import SYSTEM
from platform_core.permissions import Access
from platform_core.records.model import DEFAULT_OPTIONS
from platform_core.records.saving.columns import select_list, table_plan, update_sql
from platform_core.records.saving.titles import render_titles, title_sort
from platform_core.records.saving.work import Save, by_entity
from platform_core.records.titling import title_fields

SPREAD = "records.titles"
FEW = 100
"""So many records of one form get their title in the transaction of the save; more are left to the job."""
CHUNK = 500
HOPS = 20
"""How far a name travels from link to link; records that name each other in a circle would travel for ever."""

Ids = Sequence[str] | None
"""Records that are called otherwise now; None for all of the form."""


async def spread_titles(renamed: Iterable[Save]) -> None:
    """Writes the titles that show one of these records anew, or adds the job that will."""
    for saves in by_entity(save for save in renamed if not save.is_new):
        await _spread(saves[0].entity, [save.id for save in saves], HOPS)


async def spread_later(entity: Entity) -> None:
    """Adds the job for all records of a form, in the caller's transaction: the form makes its titles otherwise."""
    await _add_job(entity, None, HOPS)


async def spread_job(job: jobs.Job) -> dict[str, object]:
    """The job SPREAD: {form, ids, hops}. Run twice it changes nothing more."""
    await definitions.refresh()
    ids, hops = job.payload["ids"], int(str(job.payload["hops"]))
    count = 0
    with definitions.pinned():
        entity = entities.find(str(job.payload["form"]))
        for link in _naming(entity) if entity else ():
            last = ""
            while True:
                async with database.transaction():
                    saves = await _behind(link, ids if isinstance(ids, list) else None, last, CHUNK)
                    changed = await _retitled(link.entity, saves)
                    await _spread(link.entity, changed, hops - 1)
                count += len(changed)
                await job.progress(count)
                if len(saves) < CHUNK:
                    break
                last = saves[-1].id
    return {"changed": count}


async def _spread(entity: Entity, ids: list[str], hops: int) -> None:
    if not ids or hops <= 0:
        return
    for link in _naming(entity):
        saves = await _behind(link, ids, "", FEW + 1)
        if len(saves) > FEW:
            await _add_job(entity, ids, hops)
            return
        await _spread(link.entity, await _retitled(link.entity, saves), hops - 1)


async def _add_job(entity: Entity, ids: Ids, hops: int) -> None:
    payload = {"form": entity.key, "ids": list(ids) if ids is not None else None, "hops": hops}
    await jobs.add(SPREAD, payload, subject=f"{entity.key}/titles")


def _naming(entity: Entity) -> list[Incoming]:
    """The links that titles show this form's records through."""
    return [
        link
        for link in entities.incoming(entity)
        if link.field.columns and link.field.name in title_fields(link.entity)
    ]


async def _behind(link: Incoming, ids: Ids, last: str, limit: int) -> list[Save]:
    """Records that link to these, locked, in id order, from behind `last` on."""
    plan, entity = table_plan(link.entity), link.entity
    conditions = [_linking(link, ids)]
    params: list[object] = [] if ids is None else [sorted(ids)]
    if last:
        conditions.append('t."id" > ?')
        params.append(last)
    sql = (
        f"SELECT {select_list(plan.columns)} FROM {quote(entity.table)} t WHERE {' AND '.join(conditions)}"
        f' ORDER BY t."id" LIMIT {limit:d}{database.dialect().for_update}'
    )
    access = permissions.full_access(entity.key, entity.fields)
    rows = await database.fetch_tuples(sql, params)
    place = len(plan.columns) - 2
    return [unchanged(entity, access, plan.canonical(row), str(row[place])) for row in rows]


def _linking(link: Incoming, ids: Ids) -> str:
    column = f"t.{quote(link.field.columns[0].name)}"
    dialect = database.dialect()
    if ids is None:
        return f"{column} IS NOT NULL"
    if link.field.columns[0].type.kind != "json":
        return dialect.in_list(column)
    if dialect.is_postgresql:
        return f"{column} ??| CAST(? AS text[])"
    return (
        f"{column} IS NOT NULL AND EXISTS"
        f" (SELECT 1 FROM json_each({column}) e WHERE {dialect.in_list('e.value', 'text')})"
    )


async def _retitled(entity: Entity, saves: Sequence[Save]) -> list[str]:
    """Renders and stores the titles; the ids of those that have changed."""
    before = [save.title for save in saves]
    await render_titles(saves)
    new = [save for save, title in zip(saves, before, strict=True) if save.title != title]
    await write_titles(entity, new)
    return [save.id for save in new]


def unchanged(entity: Entity, access: Access, values: dict[str, object], title: str = "") -> Save:
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
        title=title,
    )


async def write_titles(entity: Entity, saves: Sequence[Save]) -> None:
    """Stores the rendered titles."""
    if saves:
        sql = update_sql(entity.table, (TITLE, TITLE_SORT), '"id" = ?')
        await database.execute_many(sql, [(save.title, title_sort(save.title), save.id) for save in saves])
