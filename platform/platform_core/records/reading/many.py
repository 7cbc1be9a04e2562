"""Lists: `query`, and `stream` for who needs every row (exports, jobs)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Literal

import msgspec

from platform_core import database, entities, permissions
from platform_core.entities import Entity, EntityView
from platform_core.errors import NotFound, Problem
from platform_core.expressions import Checked
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.permissions import Access
from platform_core.records.errors import BadQuery
from platform_core.records.model import LARGEST_LIMIT, Page, Record, RecordQuery
from platform_core.records.reading.asking import Question, count_rows, held_by, list_rows
from platform_core.records.reading.filtering import filters
from platform_core.records.reading.ordering import NEWEST_FIRST, Ordering, ordering
from platform_core.records.reading.presenting import present_records
from platform_core.records.reading.projection import Projection, visible_names
from platform_core.records.reading.searching import search
from platform_core.records.reading.tables import add_table_rows
from platform_core.records.scoping import EVERYTHING, branches
from platform_core.records.sealing import seal, unseal

Reading = Literal["read", "export"]

STREAM_CHUNK = 1_000


async def query(asked: RecordQuery, *, actor: Actor) -> Page:
    """One page. Raises NotFound for a form the actor has nothing of, BadQuery, BadCursor."""
    return await _page(asked, actor, "read", min(max(asked.limit, 1), LARGEST_LIMIT))


async def stream(
    asked: RecordQuery, *, actor: Actor, action: Reading = "export", most: int | None = None
) -> AsyncIterator[list[Record]]:
    """All records in chunks, up to `most`; each chunk is a statement of its own, so nothing is held open."""
    left, cursor = most, asked.cursor
    while left is None or left > 0:
        size = STREAM_CHUNK if left is None else min(STREAM_CHUNK, left)
        page = await _page(_at(asked, cursor), actor, action, size)
        if page.items:
            yield page.items
        cursor = page.next_cursor
        left = None if left is None else left - len(page.items)
        if cursor is None:
            return


def _at(asked: RecordQuery, cursor: str | None) -> RecordQuery:
    return msgspec.structs.replace(asked, cursor=cursor, total=False)


async def _page(asked: RecordQuery, actor: Actor, action: Reading, limit: int) -> Page:
    entity = entities.get(asked.form)
    access = permissions.access(entity, actor)
    if not access.can(action):
        raise NotFound()
    view = _view(entity, asked.view)
    question = ask(entity, access, actor, asked, view, action)
    names = _names(entity, access, asked.fields, view, action)
    order = ordering(entity, access, asked.sort or (view.sort if view is not None else ()) or NEWEST_FIRST)
    bound = _bound(entity, asked, order, actor)
    behind = order.behind(unseal(asked.cursor, bound)) if asked.cursor else EVERYTHING
    shown = Projection(entity, access, actor, names, action=action, rights=asked.access)
    select = list_rows(
        question,
        (*shown.columns, *order.columns),
        shown.params,
        order.order_by(),
        order.order_by(of_union=True),
        behind,
        limit + 1,
    )
    rows = await database.fetch_tuples(select.sql, select.params) if question.branches else []
    more, rows = len(rows) > limit, rows[:limit]
    items = [shown.record(row) for row in rows]
    await add_table_rows(shown, items, rows)
    await present_records(entity, items, actor)
    cursor = seal(order.mark(rows[-1][shown.width :]), bound) if more else None
    return Page(items=items, next_cursor=cursor, total=await _total(question) if asked.total else None)


def ask(
    entity: Entity,
    access: Access,
    actor: Actor,
    asked: RecordQuery,
    view: EntityView | None,
    action: Reading = "read",
) -> Question:
    """The rows that a query means, for this actor. Raises BadQuery."""
    trusted: list[Checked] = [
        checked for checked in (view.filter if view else None, asked.base) if checked is not None
    ]
    return Question(
        entity=entity,
        branches=branches(access.predicate(action, actor)),
        held=held_by(binned=asked.bin, more=search(entity, access, asked.q)),
        filter=filters(entity, actor, asked.filter, trusted),
    )


def _view(entity: Entity, name: str | None) -> EntityView | None:
    if name is None:
        return None
    view = entity.views.get(name)
    if view is None:
        raise BadQuery([_problem("/view", "unknown_view", N_("There is no list '{name}'."), name)])
    return view


def _names(
    entity: Entity, access: Access, fields: Sequence[str] | None, view: EntityView | None, action: Reading
) -> tuple[str, ...]:
    """The fields to show: those that were named, those of the list, or all that the actor sees."""
    visible = visible_names(entity, access, action)
    if fields is None:
        if view is None:
            return tuple(name for name in visible if entity.fields[name].columns)
        return tuple(name for name in view.columns if name in visible)
    allowed = {*visible, "id", "code", "version", "archived_at", "import_batch"}
    problems = [
        _problem(f"/fields/{place}", "unknown_field", N_("There is no field '{name}'."), name)
        for place, name in enumerate(fields)
        if name not in allowed or name not in entity.fields
    ]
    if problems:
        raise BadQuery(problems)
    return tuple(dict.fromkeys(fields))


def _problem(pointer: str, code: str, message: str, name: str) -> Problem:
    return Problem(pointer=pointer, code=code, message=message, params={"name": name[:60]})


def _bound(entity: Entity, asked: RecordQuery, order: Ordering, actor: Actor) -> tuple[object, ...]:
    """What a page mark belongs to: the same question, asked by the same person."""
    keys = [(key.column, key.descending) for key in order.keys]
    base = asked.base.digest if asked.base is not None else None
    return ("list", entity.key, keys, asked.filter, base, asked.view, asked.q, asked.bin, actor.user_id)


async def _total(question: Question) -> int:
    if not question.branches:
        return 0
    count = count_rows(question)
    return int(str(await database.fetch_value(count.sql, count.params)))
