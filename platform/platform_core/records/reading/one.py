"""One record, with the lists that belong to it."""

from __future__ import annotations

from collections.abc import Sequence

from platform_core import database, entities, permissions
from platform_core.database import is_id
from platform_core.entities import Entity, quote
from platform_core.errors import NotFound, Problem
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.records.errors import BadQuery
from platform_core.records.model import Page, Record, RecordQuery, Wire
from platform_core.records.reading.building import build_records
from platform_core.records.reading.many import query
from platform_core.records.reading.naming import asked_names
from platform_core.records.reading.noting import note_open, personal_fields
from platform_core.records.reading.presenting import Presented
from platform_core.records.reading.projection import projection
from platform_core.records.scoping import Condition, both, row_condition

RELATED_LIMIT = 20
"""Records of an included list; the rest comes by its cursor."""


async def get(
    form: str,
    record: str,
    *,
    actor: Actor,
    fields: Sequence[str] | None = None,
    include: Sequence[str] = (),
    bin: bool = False,
) -> Record:
    """One record with what the actor may do with it. `bin` finds it in the recycle bin too.

    `include` names `children` fields, whose first records come along, or "form.field" of another form that links
    here. Raises NotFound for a record that is missing, deleted or not for this actor, BadQuery.
    """
    entity = entities.get(form)
    access = permissions.access(entity, actor)
    allowed = row_condition(access, "read", actor)
    names = asked_names(entity, access, fields, tables=True)
    shown = projection(entity, access, actor, names, rights=True)
    if not is_id(record):
        raise NotFound()
    live = Condition("" if bin else 't."archived_at" IS NULL')
    held = both(Condition('t."id" = ?', (record,)), live, allowed)
    sql = f"SELECT {', '.join(shown.columns)} FROM {quote(entity.table)} t WHERE {held.sql}"
    rows = await database.fetch_tuples(sql, (*shown.params, *held.params))
    if not rows:
        raise NotFound()
    (found,) = await build_records(shown, rows, actor, access=True)
    note_open(entity, found.id, personal_fields(shown), actor)
    if include:
        known = {("record", entity.key): {found.id: _as_link(found)}}
        for name in include:
            found.related[name] = await related(entity, found.id, name, actor, known=known)
    return found


def _as_link(record: Record) -> Wire:
    """The record as its related records' links show it."""
    wire: Wire = {"id": record.id, "code": record.code, "title": record.title}
    return wire if record.archived_at is None else wire | {"archived": True}


async def related(
    entity: Entity,
    record: str,
    name: str,
    actor: Actor,
    *,
    limit: int = RELATED_LIMIT,
    cursor: str | None = None,
    known: Presented | None = None,
) -> Page:
    """A page of the records that belong to one by a `children` field. `known` are links that need not be looked up.

    Empty where the actor reads nothing of their form, or not the link by which they belong.
    """
    field = entity.fields.get(name)
    if field is None or field.children is None or not permissions.access(entity, actor).visible(name):
        raise BadQuery(
            [
                Problem(
                    pointer="/include",
                    code="unknown_list",
                    message=N_("There is no list '{name}'."),
                    params={"name": name[:60]},
                )
            ]
        )
    child = entities.get(field.children.form)
    seen = permissions.access(child, actor)
    if not seen.can("read") or not seen.unrestricted(field.children.by):
        return Page(items=[])
    if not is_id(record):
        raise NotFound()
    asked = RecordQuery(form=child.key, of=(field.children.by, record), limit=limit, cursor=cursor)
    return await query(asked, actor=actor, known=known)
