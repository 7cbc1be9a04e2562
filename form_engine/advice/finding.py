"""From statements that took long to fields that lack an index.

A statement is known by its text without values. Of one that reads a form's table, the columns that it narrows or
orders by are those of fields; a field among them that has no index of its own is worth one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from form_engine.definition import FormDef, ListDef
from form_engine.kind.compile import CompiledForm
from platform_core import definitions, i18n, operations
from platform_core.definitions import Key
from platform_core.entities import Entity, EntityField, record_indexes

_TABLE = re.compile(r'FROM "(r_[a-z0-9_]+)" t\b')
_NARROWED = re.compile(
    r't\."([a-z0-9_]+)"(?: COLLATE "?\w+"?)? ?(?:<=|>=|=|<|>|IN\b|BETWEEN|LIKE|ILIKE|IS NOT NULL)'
)
_ORDERED = re.compile(r'ORDER BY t\."([a-z0-9_]+)"')
_SHAPES = 200


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """One field of one form. `lists` are labels of the lists that sort or filter by it; `count` slow statements, the
    longest of `longest_ms`, `total_ms` in all."""

    form: Key
    form_label: str
    field: str
    field_label: str
    count: int
    total_ms: int
    longest_ms: int
    lists: tuple[str, ...]
    sorts: bool
    chip_for: str = ""
    """The list that could have it as a chip, by name, where its type takes no index; "" where it takes one."""


async def advice() -> list[Advice]:
    """What is worth an index, the costliest first."""
    forms = {
        one.object.entity.table: (one.key, one.object)
        for one in definitions.catalog().all("form")
        if isinstance(one.object, CompiledForm)
    }
    found: dict[tuple[Key, str], Advice] = {}
    for shape in await operations.slow_shapes(_SHAPES):
        table = _TABLE.search(shape.shape)
        if table is None or table[1] not in forms:
            continue
        key, form = forms[table[1]]
        for field, sorts in _wanting(form.entity, shape.shape):
            found[key, field.name] = _added(found.get((key, field.name)), key, form, field, sorts, shape)
    return sorted(found.values(), key=lambda one: -one.total_ms)


def _wanting(entity: Entity, sql: str) -> Iterator[tuple[EntityField, bool]]:
    """(field, whether it is sorted by) of what a statement reads by and no index begins with."""
    by_column = {column.name: field for field in entity.own_fields for column in field.columns}
    first = {index.columns[0].partition(" ")[0] for index in record_indexes(entity) if index.columns}
    behind = sql.partition(" WHERE ")[2] or sql
    ordered = {name for name in _ORDERED.findall(sql)}
    seen: set[str] = set()
    for column in (*_NARROWED.findall(behind), *ordered):
        field = by_column.get(column)
        if field is None or field.name in seen or column in first or field.unique or field.index:
            continue
        if field.columns[0].name in first:
            continue
        seen.add(field.name)
        yield field, column in ordered


def _added(
    before: Advice | None,
    key: Key,
    form: CompiledForm,
    field: EntityField,
    sorts: bool,
    shape: operations.SlowShape,
) -> Advice:
    lists = tuple(i18n.label(one.label) or one.name for one in _lists_with(form.definition, field.name))
    chip_for = ""
    if not _takes_index(field):
        chip_for = next((one.name for one in form.definition.lists if field.name not in one.chips), "")
    return Advice(
        form=key,
        form_label=i18n.label(form.entity.label) or key.name,
        field=field.name,
        field_label=i18n.label(field.label) or field.name,
        count=shape.count + (before.count if before else 0),
        total_ms=shape.total_ms + (before.total_ms if before else 0),
        longest_ms=max(shape.longest_ms, before.longest_ms if before else 0),
        lists=lists,
        sorts=sorts or (before is not None and before.sorts),
        chip_for=chip_for,
    )


def _lists_with(definition: FormDef, field: str) -> Sequence[ListDef]:
    """The lists that sort or filter by a field."""
    word = re.compile(rf"\b{re.escape(field)}\b")
    return [
        one
        for one in definition.lists
        if field in {each.removeprefix("-") for each in one.sort} or word.search(one.filter or "")
    ]


def _takes_index(field: EntityField) -> bool:
    return "index" in getattr(type(field.definition), "__struct_fields__", ())
