"""References of a page as people read them: every id once, every form and kind in one question.

A record that the actor may not see stands as `{"id": null, "restricted": true}`, whatever the link says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from platform_core import database, entities, permissions
from platform_core.database import is_id
from platform_core.entities import TITLE, Entity, EntityField, quote
from platform_core.identity import Actor
from platform_core.records.model import Wire
from platform_core.records.reading.projection import seen
from platform_core.records.references import RESTRICTED, source_of
from platform_core.records.scoping import NOTHING, Condition, both, row_condition
from platform_core.records.titling import title_fields

Target = tuple[str, str]
"""Kind and, for records, the form's key."""

Presented = Mapping[Target, Mapping[str, Wire]]


async def present_values(values: Sequence[Wire], fields: Sequence[EntityField], actor: Actor) -> None:
    """Replaces the bare ids in dicts of wire values, table rows included."""
    holders = list(_holders(values, fields))
    wanted: dict[Target, set[str]] = defaultdict(set)
    for field, holder in holders:
        for target, found in ids_in(field, holder[field.name]):
            wanted[target].add(found)
    if not wanted:
        return
    presented = await present(wanted, actor)
    for field, holder in holders:
        holder[field.name] = shown_value(field, holder[field.name], presented)


def only_target(field: EntityField) -> Target | None:
    """Where every id of a field leads; None where that differs, or a value holds several."""
    reference = field.reference
    if reference is None or reference.many:
        return None
    if reference.kind != "record":
        return reference.kind, ""
    return ("record", reference.forms[0]) if len(reference.forms) == 1 else None


async def present(wanted: Mapping[Target, set[str]], actor: Actor) -> dict[Target, Mapping[str, Wire]]:
    """The wire form of each id; what is missing there is restricted."""
    found: dict[Target, Mapping[str, Wire]] = {}
    forms = {form: ids for (kind, form), ids in wanted.items() if kind == "record"}
    if forms:
        for form, shown in (await _records(forms, actor)).items():
            found["record", form] = shown
    for (kind, form), ids in wanted.items():
        if kind != "record":
            found[kind, form] = await source_of(kind).present(ids, actor)
    return found


def _holders(values: Sequence[Wire], fields: Sequence[EntityField]) -> Iterable[tuple[EntityField, Wire]]:
    """Every dict that holds a value of a reference field: the records, and the rows of their table fields."""
    for field in fields:
        if field.rows is None:
            yield from ((field, holder) for holder in values if holder.get(field.name))
            continue
        cells = [cell for cell in field.rows.fields.values() if cell.reference is not None]
        for holder in values if cells else ():
            rows = holder.get(field.name)
            if isinstance(rows, list):
                yield from ((cell, row) for cell in cells for row in rows if row.get(cell.name))


def ids_in(field: EntityField, value: object) -> Iterable[tuple[Target, str]]:
    """Where the ids of a wire value lead, and the ids."""
    for item in value if isinstance(value, list | tuple) else (value,):
        target, found = _target(field, item)
        if found is not None:
            yield target, found


def _target(field: EntityField, item: object) -> tuple[Target, str | None]:
    """Where an id leads: a bare one to the field's only form, {"id", "form"} to the form it names."""
    reference = field.reference
    kind = reference.kind if reference is not None else ""
    if isinstance(item, Mapping):
        if "form" not in item:
            return (kind, ""), None  # presented already, or masked
        return (kind, str(item["form"])), cast("str | None", item.get("id"))
    if not is_id(item):
        return (kind, ""), None  # masked, or text from before the field was a link
    form = reference.forms[0] if reference is not None and kind == "record" and reference.forms else ""
    return (kind, form), str(item)


def shown_value(field: EntityField, value: object, presented: Presented) -> object:
    """A wire value with its ids replaced; what is presented already, masked or blank stays."""
    if isinstance(value, list | tuple):
        return [_one(field, item, presented) for item in value]
    return _one(field, value, presented)


def _one(field: EntityField, item: object, presented: Presented) -> object:
    target, found = _target(field, item)
    if found is None:
        return item
    wire = presented.get(target, {}).get(found)
    if wire is None:
        return RESTRICTED
    return {**wire, "form": target[1]} if isinstance(item, Mapping) else wire


async def _records(forms: Mapping[str, set[str]], actor: Actor) -> dict[str, dict[str, Wire]]:
    """Records of several forms by their ids, in one statement."""
    parts: list[str] = []
    params: list[object] = []
    known = [(form, entity) for form in sorted(forms) if (entity := entities.find(form)) is not None]
    for place, (form, entity) in enumerate(known):
        part = _titles(entity, actor, sorted(forms[form]), place)
        if part is not None:
            parts.append(part.sql)
            params += part.params
    found: dict[str, dict[str, Wire]] = {form: {} for form in forms}
    if not parts:
        return found
    for number, record, code, title, archived in await database.fetch_tuples(
        " UNION ALL ".join(parts), params
    ):
        wire: Wire = {"id": record, "code": code, "title": title or code or str(record)[-8:]}
        if archived:
            wire["archived"] = True
        found[known[cast("int", number)][0]][str(record)] = wire
    return found


def _titles(entity: Entity, actor: Actor, ids: list[str], place: int) -> Condition | None:
    """SELECT of (place, id, code, title, archived) for the records of a form that the actor sees."""
    access = permissions.access(entity, actor)
    allowed = row_condition(access, "read", actor)
    if allowed is NOTHING:
        return None
    how = seen(entity, access)
    code = 't."code"' if how.code == "clear" else "NULL"
    title = Condition(f"t.{quote(TITLE)}")
    if how.title == "varies":
        title = _guarded(entity, actor)
    elif how.title != "clear":
        title = Condition("NULL")
    held = both(Condition(database.dialect().in_list('t."id"'), (ids,)), allowed)
    columns = f'{place} AS place, t."id", {code} AS code, {title.sql} AS title, t."archived_at" IS NOT NULL AS archived'
    sql = f"SELECT {columns} FROM {quote(entity.table)} t WHERE {held.sql}"
    return Condition(sql, (*title.params, *held.params))


def _guarded(entity: Entity, actor: Actor) -> Condition:
    access = permissions.access(entity, actor)
    atoms = access.guard_atoms(*title_fields(entity))
    predicates = [atom.predicate(actor) for atom in atoms]
    if not predicates:
        return Condition("NULL")
    text = " OR ".join(f"({predicate.sql})" for predicate in predicates)
    params = tuple(param for predicate in predicates for param in predicate.params)
    return Condition(f"CASE WHEN {text} THEN t.{quote(TITLE)} END", params)
