"""Finding records by what people and programs call them, as one actor may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from platform_core import database, entities, permissions
from platform_core.database import is_id, sort_key
from platform_core.entities import TITLE, TITLE_SORT, Entity, quote
from platform_core.identity import Actor
from platform_core.records.scoping import Condition, both, row_condition
from platform_core.records.titling import title_is_clear


async def find_records(
    form: str, keys: Collection[str], actor: Actor, *, by_title: bool = False
) -> Mapping[str, str]:
    """Ids of live records of `form` by id, by code or, with `by_title`, by a title that only one of them has."""
    entity = entities.find(form)
    if entity is None or not keys:
        return {}
    access = permissions.access(entity, actor)
    allowed = row_condition(access, "read", actor)
    found = await _by_id(entity, [key for key in keys if is_id(key)], allowed)
    names = [key for key in keys if not is_id(key)]
    if names and access.unrestricted("code"):
        found |= await _by_text(entity, "code", names, allowed)
    left = [key for key in names if key not in found]
    if left and by_title and title_is_clear(entity, access):
        found |= await _by_text(entity, TITLE, left, allowed)
    return found


async def find_alike(form: str, titles: Collection[str], actor: Actor) -> Mapping[str, str]:
    """Ids of live records whose title is the same but for case and width, by the title that was asked for.

    Of several one is named. Only records that the actor sees, and only where they read all that titles are made of.
    """
    entity = entities.get(form)
    access = permissions.access(entity, actor)
    if not titles or not title_is_clear(entity, access):
        return {}
    keys = {title: sort_key(title) for title in titles}
    condition = database.dialect().in_list(f"t.{quote(TITLE_SORT)}", "text")
    wanted = sorted(set(keys.values()))
    rows = await _rows(entity, TITLE_SORT, condition, wanted, row_condition(access, "read", actor))
    found = {str(key): str(record) for record, key in rows}
    return {title: found[key] for title, key in keys.items() if key in found}


async def _by_id(entity: Entity, ids: list[str], allowed: Condition) -> dict[str, str]:
    if not ids:
        return {}
    rows = await _rows(entity, "id", database.dialect().in_list('t."id"'), ids, allowed)
    return {str(found): str(found) for found, _key in rows}


async def _by_text(entity: Entity, column: str, names: list[str], allowed: Condition) -> dict[str, str]:
    """Only what is unambiguous: a title that two records share names neither."""
    condition = database.dialect().in_list(f"t.{quote(column)}", "text")
    hits: dict[str, list[str]] = defaultdict(list)
    for found, key in await _rows(entity, column, condition, names, allowed):
        hits[str(key)].append(str(found))
    return {key: ids[0] for key, ids in hits.items() if len(ids) == 1}


async def _rows(
    entity: Entity, column: str, condition: str, keys: list[str], allowed: Condition
) -> list[tuple[object, ...]]:
    live = Condition('t."archived_at" IS NULL')
    held = both(Condition(condition, (sorted(keys),)), live, allowed)
    sql = f'SELECT t."id", t.{quote(column)} FROM {quote(entity.table)} t WHERE {held.sql}'
    return await database.fetch_tuples(sql, held.params)
