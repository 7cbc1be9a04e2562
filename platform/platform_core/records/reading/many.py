"""Lists: `query`, and `stream` for who needs every row (exports, jobs)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import msgspec

from platform_core import database, entities, permissions
from platform_core.entities import Entity, EntityView, quote
from platform_core.errors import NotFound
from platform_core.identity import Actor
from platform_core.permissions import Access
from platform_core.records.model import LARGEST_LIMIT, FlatPage, Page, Record, RecordQuery
from platform_core.records.people import standing
from platform_core.records.reading.asking import (
    Question,
    Selection,
    count_rows,
    counted_rows,
    held_by,
    list_rows,
    listed_and_counted,
)
from platform_core.records.reading.blinding import ready_to_filter
from platform_core.records.reading.building import build_flat, build_records
from platform_core.records.reading.filtering import filters
from platform_core.records.reading.indexed import is_covered, is_indexed
from platform_core.records.reading.layout import Row
from platform_core.records.reading.naming import asked_names, asked_view
from platform_core.records.reading.noting import note_page, personal_fields
from platform_core.records.reading.offering import list_order
from platform_core.records.reading.ordering import NEWEST_FIRST, Ordering, ordering
from platform_core.records.reading.presenting import Presented
from platform_core.records.reading.projection import Projection, Reading, projection
from platform_core.records.reading.searching import search
from platform_core.records.remembering import Memory
from platform_core.records.scoping import EVERYTHING, Condition, any_of, both, branches, is_simple
from platform_core.records.sealing import binding, seal, unseal

STREAM_CHUNK = 1_000
OF = object()
"""Stands among the parameters of a plan for the record of `RecordQuery.of`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A question worked out for one actor; every page and every repetition of it only fills in where it begins."""

    access: Access
    question: Question
    shown: Projection
    order: Ordering
    selection: Selection
    bound: bytes
    """What a page mark belongs to: the same question, asked by the same person."""
    first: Condition
    """The statement of the first page; where a total is asked for, with it in a last column."""
    limit: int
    personal: tuple[str, ...]
    """The personal fields that it shows: looks at them are noted."""

    def bound_to(self, asked: RecordQuery) -> bytes:
        return self.bound + asked.of[1].encode() if asked.of else self.bound


@dataclass(slots=True)
class _Read:
    """The rows of one page, and what stands beside them."""

    plan: Plan
    rows: Sequence[Row]
    next_cursor: str | None = None
    total: int | None = None


_plans: Memory[tuple[object, ...], Plan] = Memory(1_000)


async def query(asked: RecordQuery, *, actor: Actor, known: Presented | None = None) -> Page:
    """One page. Raises NotFound for a form the actor has nothing of, BadQuery, BadCursor.

    `known` are references that need not be looked up.
    """
    return await _page(asked, actor, "read", min(max(asked.limit, 1), LARGEST_LIMIT), known)


async def count(asked: RecordQuery, *, actor: Actor, action: Reading = "read") -> int:
    """How many records a query means. Raises as `query` does."""
    entity = entities.get(asked.form)
    await ready_to_filter(entity)
    asked = msgspec.structs.replace(asked, total=True)
    plan = _planned(entity, permissions.access(entity, actor), actor, asked, action, 1)
    return await _total(plan.question, asked) if plan.question.branches else 0


async def stream(
    asked: RecordQuery, *, actor: Actor, action: Reading = "export", most: int | None = None
) -> AsyncIterator[list[Record]]:
    """All records in chunks, up to `most`; each chunk is a statement of its own, so nothing is held open."""
    left, cursor = most, asked.cursor
    while left is None or left > 0:
        size = STREAM_CHUNK if left is None else min(STREAM_CHUNK, left)
        page = await _page(msgspec.structs.replace(asked, cursor=cursor, total=False), actor, action, size)
        if page.items:
            yield page.items
        cursor = page.next_cursor
        left = None if left is None else left - len(page.items)
        if cursor is None:
            return


async def query_flat(asked: RecordQuery, *, actor: Actor) -> FlatPage:
    """One page as dicts that a JSON encoder writes; `access` is not for it. Raises as `query` does."""
    limit = min(max(asked.limit, 1), LARGEST_LIMIT)
    read = await _read(asked, actor, "read", limit, encoded=True)
    if read is None:
        return FlatPage(items=[], total=0 if asked.total else None)
    items = await build_flat(read.plan.shown, read.rows, actor)
    return FlatPage(items=items, next_cursor=read.next_cursor, total=read.total)


async def _page(
    asked: RecordQuery, actor: Actor, action: Reading, limit: int, known: Presented | None = None
) -> Page:
    read = await _read(asked, actor, action, limit)
    if read is None:
        return Page(items=[], total=0 if asked.total else None)
    items = await build_records(read.plan.shown, read.rows, actor, access=asked.access, known=known)
    return Page(items=items, next_cursor=read.next_cursor, total=read.total)


async def _read(
    asked: RecordQuery, actor: Actor, action: Reading, limit: int, *, encoded: bool = False
) -> _Read | None:
    """The rows of a page; None where the actor sees none of the form."""
    entity = entities.get(asked.form)
    access = permissions.access(entity, actor)
    await ready_to_filter(entity)
    plan = _planned(entity, access, actor, asked, action, limit, encoded=encoded)
    if not plan.question.branches:
        return None
    select = plan.first
    if asked.cursor:
        behind = plan.order.behind(unseal(asked.cursor, plan.bound_to(asked)))
        select = list_rows(plan.question, plan.selection, behind, limit + 1)
    rows = await database.fetch_tuples(select.sql, _filled_in(select.params, asked))
    read = _Read(plan, rows)
    if len(rows) > limit:
        read.rows = rows[:limit]
        keys = read.rows[-1][plan.shown.width : plan.shown.width + len(plan.order.columns)]
        read.next_cursor = seal(plan.order.mark(read.rows[-1][0], keys), plan.bound_to(asked))
    if asked.total and asked.cursor:
        read.total = await _total(plan.question, asked)
    elif asked.total:
        read.total = int(str(rows[0][-1])) if rows else 0
    if plan.personal:
        ids = [str(row[0]) for row in read.rows]
        await note_page(entity, ids, plan.personal, actor, action=action, searched=bool(asked.q))
    return read


async def _total(question: Question, asked: RecordQuery) -> int:
    count = count_rows(question)
    return int(str(await database.fetch_value(count.sql, _filled_in(count.params, asked))))


def _filled_in(params: Sequence[object], asked: RecordQuery) -> Sequence[object]:
    """The parameters of a plan, which is the same whatever record its rows have to lead to."""
    return [asked.of[1] if param is OF else param for param in params] if asked.of else params


def _planned(
    entity: Entity,
    access: Access,
    actor: Actor,
    asked: RecordQuery,
    action: Reading,
    limit: int,
    *,
    encoded: bool = False,
) -> Plan:
    key = (
        *(
            encoded,
            id(access),
            entity.hash,
            database.generation(),
            action,
            limit,
            asked.access,
            asked.bin,
            asked.total,
        ),
        *(asked.filter, asked.base, asked.sort, asked.fields, asked.view, asked.q),
        asked.of[0] if asked.of else None,
        *standing(actor),
    )
    plan = _plans.get(key)
    if plan is None:
        plan = _plan(entity, access, actor, asked, action, limit, encoded)
        if plan.question.filter.lasting:
            _plans.put(key, plan)
    return plan


def _plan(
    entity: Entity,
    access: Access,
    actor: Actor,
    asked: RecordQuery,
    action: Reading,
    limit: int,
    encoded: bool,
) -> Plan:
    if not access.can(action):
        raise NotFound()
    view = asked_view(entity, asked.view, actor)
    order = ordering(entity, access, asked.sort or list_order(entity, access, view) or NEWEST_FIRST)
    question = ask(entity, access, actor, asked, view, action, whole=asked.total, order=order)
    names = asked_names(entity, access, asked.fields, view, action)
    shown = projection(
        entity, access, actor, names, action=action, rights=asked.access and not encoded, encoded=encoded
    )
    columns = ", ".join((*shown.columns, *order.columns))
    selection = Selection(columns, shown.params, order.order_by(), order.order_by(of_union=True))
    keys = [(key.column, key.descending) for key in order.keys]
    base = asked.base.digest if asked.base is not None else None
    bound = binding(
        (
            *("list", entity.key, keys, asked.filter, base, asked.view, asked.q, asked.bin),
            *(asked.of[0] if asked.of else None, actor.user_id),
        )
    )
    if asked.total and question.indexed:
        first = listed_and_counted(question, selection, limit + 1)
    elif asked.total:
        first = counted_rows(question, selection, order.columns, selection.union_order, limit + 1)
    else:
        first = list_rows(question, selection, EVERYTHING, limit + 1)
    return Plan(access, question, shown, order, selection, bound, first, limit, personal_fields(shown))


def _leading_to(entity: Entity, asked: RecordQuery) -> Condition:
    """That the rows link to the record of `of`; its id is filled in later."""
    if asked.of is None:
        return EVERYTHING
    return Condition(f"t.{quote(entity.fields[asked.of[0]].columns[0].name)} = ?", (OF,))


def ask(
    entity: Entity,
    access: Access,
    actor: Actor,
    asked: RecordQuery,
    view: EntityView | None = None,
    action: Reading = "read",
    *,
    whole: bool = False,
    order: Ordering | None = None,
    summed: frozenset[str] | None = None,
) -> Question:
    """The rows that a query means, for this actor. Raises BadQuery.

    `whole`: all of them are looked at, not only the first in some `order`. `summed` are the fields of a group-by.
    """
    trusted = [checked for checked in (view.filter if view else None, asked.base) if checked is not None]
    predicates = access.predicate(action, actor)
    narrowed = filters(entity, actor, asked.filter, trusted)
    searched = search(entity, access, asked.q)
    indexed = not asked.bin and not searched and bool(predicates)
    if indexed and summed is not None:
        indexed = is_simple(predicates) and is_covered(entity, narrowed, summed)
    elif indexed:
        indexed = is_indexed(entity, narrowed, order)
    narrow = not indexed and (whole or narrowed.condition or searched)
    together = narrow and predicates and is_simple(predicates)
    return Question(
        entity=entity,
        branches=[any_of(predicates)] if together else branches(predicates),
        held=held_by(binned=asked.bin, more=both(searched, _leading_to(entity, asked))),
        filter=narrowed,
        indexed=indexed,
    )
