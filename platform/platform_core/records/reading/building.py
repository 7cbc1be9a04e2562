"""Rows of a SELECT → records. A page is turned column by column; no object is made per value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from platform_core import database
from platform_core.database import INSTANT
from platform_core.entities import EntityField
from platform_core.identity import Actor
from platform_core.records.encrypting import open_column
from platform_core.records.masking import masked
from platform_core.records.model import Record, Wire
from platform_core.records.reading.layout import Column, Row
from platform_core.records.reading.presenting import (
    Presented,
    Target,
    ids_in,
    only_target,
    present,
    shown_value,
)
from platform_core.records.reading.projection import HEAD, Projection
from platform_core.records.reading.tables import table_rows
from platform_core.records.reading.volatile import volatile_values
from platform_core.records.references import RESTRICTED
from platform_core.records.rights import RowRights


async def build_records(
    shown: Projection,
    rows: Sequence[Row],
    actor: Actor,
    *,
    access: bool = False,
    known: Presented | None = None,
) -> list[Record]:
    """The records of a page, references presented, in the order of the rows. `access` adds the actor's rights, `known`
    are references that need not be looked up."""
    if not rows:
        return []
    columns: list[Column] = list(zip(*rows, strict=True))
    rights = shown.rights(rows)
    values = await _values(shown, columns, rights, actor, known)
    made = _dicts(shown, values, len(rows))
    if rights is not None and shown.varying:
        for holder, right in zip(made, rights, strict=True):
            _apply(shown, holder, right)
    records = _records(shown, columns, made)
    if access and rights is not None:
        for record, right in zip(records, rights, strict=True):
            record.access = right.access
    return records


async def build_flat(shown: Projection, rows: Sequence[Row], actor: Actor) -> list[Wire]:
    """The records of a page as one dict each, ready for a JSON encoder: id, code, version and title, then the fields,
    and `archived_at` in the bin. As quick as it gets; nothing is said of the actor's rights."""
    if not rows:
        return []
    columns: list[Column] = list(zip(*rows, strict=True))
    rights = shown.rights(rows)
    values = await _values(shown, columns, rights, actor)
    ids, versions, codes, titles, archived = columns[: len(HEAD)]
    if not all(titles):
        titles = [
            title or code or str(record)[-8:] for record, code, title in zip(ids, codes, titles, strict=True)
        ]
    names = ("id", "code", "version", "title", *shown.names)
    fields = (values[name] for name in shown.names)
    made = [
        dict(zip(names, row, strict=False)) for row in zip(ids, codes, versions, titles, *fields, strict=True)
    ]
    if rights is not None and shown.varying:
        for holder, right in zip(made, rights, strict=True):
            _apply(shown, holder, right)
    for holder, moment in zip(made, archived, strict=True):
        if moment is not None:
            holder["archived_at"] = _instant(moment)
    return made


async def _values(
    shown: Projection,
    columns: Sequence[Column],
    rights: Sequence[RowRights] | None,
    actor: Actor,
    known: Presented | None = None,
) -> dict[str, Column]:
    """Wire values by field, references presented."""
    values = shown.layout.read(columns, len(HEAD))
    for name in shown.tables:
        values[name] = await _tables(shown, name, columns[0], rights)
    if shown.volatile:
        values.update(await volatile_values(shown, [str(record) for record in columns[0]]))
    for name in shown.sealed:
        values[name] = await open_column(shown.entity, shown.entity.fields[name], columns[0], values[name])
    for name in shown.masked:
        field = shown.entity.fields[name]
        values[name] = [masked(field, value) for value in values[name]]
    await _present(shown, values, actor, known or {})
    return values


def _dicts(shown: Projection, values: Mapping[str, Column], count: int) -> list[Wire]:
    names = shown.names
    if not names:
        return [{} for _ in range(count)]
    return [
        dict(zip(names, row, strict=False)) for row in zip(*(values[name] for name in names), strict=True)
    ]


def _records(shown: Projection, columns: Sequence[Column], values: Sequence[Wire]) -> list[Record]:
    key = shown.entity.key
    heads = zip(*columns[: len(HEAD)], values, strict=True)
    return [
        Record(
            form=key,
            id=record,
            version=version,
            code=code,
            title=title or code or record[-8:],
            values=holder,
            archived_at=None if archived is None else _instant(archived),
        )
        for record, version, code, title, archived, holder in cast("zip[_Head]", heads)
    ]


_Head = tuple[str, int, str | None, str | None, object, Wire]


def _instant(raw: object) -> datetime:
    return cast("datetime", database.from_db(INSTANT, raw))


def _apply(shown: Projection, values: Wire, rights: RowRights) -> None:
    """Leaves out or masks what this row does not show."""
    for name in shown.varying:
        level = rights.levels.get(name)
        if level is None:
            values.pop(name, None)
        elif level == "masked":
            values[name] = masked(shown.entity.fields[name], values[name])


async def _tables(
    shown: Projection, name: str, ids: Column, rights: Sequence[RowRights] | None
) -> list[object]:
    """The rows of a table field for each record that shows it in clear; an empty list for the others."""
    clear = [
        str(record)
        for place, record in enumerate(ids)
        if name not in shown.masked
        and (name not in shown.varying or rights is not None and rights[place].shows(name))
    ]
    found = await table_rows(shown.entity.hash, shown.entity.fields[name], clear)
    return [found.get(str(record), []) for record in ids]


async def _present(shown: Projection, values: dict[str, Column], actor: Actor, known: Presented) -> None:
    """Replaces ids by what they stand for: every target asked once for the whole page."""
    fields = [shown.entity.fields[name] for name in shown.names if name not in shown.masked]
    links = [field for field in fields if field.reference is not None]
    cells = [(field.name, cell) for field in fields for cell in _linked_cells(field)]
    wanted: dict[Target, set[str]] = defaultdict(set)
    for field in links:
        target = only_target(field)
        if target is not None:
            wanted[target].update(cast("Sequence[str]", values[field.name]))
        else:
            for value in values[field.name]:
                _want(wanted, field, value)
    for name, cell in cells:
        for row in _rows_of(values[name]):
            _want(wanted, cell, row.get(cell.name))
    for ids in wanted.values():
        ids.discard(cast("str", None))  # the blanks of whole columns
    asked = {target: ids - known.get(target, _NONE).keys() for target, ids in wanted.items()}
    presented = await present({target: ids for target, ids in asked.items() if ids}, actor)
    for target, found in known.items():
        presented[target] = {**presented.get(target, _NONE), **found}
    for field in links:
        values[field.name] = _shown_column(field, values[field.name], presented)
    for name, cell in cells:
        for row in _rows_of(values[name]):
            row[cell.name] = shown_value(cell, row.get(cell.name), presented)


_NONE: Mapping[str, Wire] = {}


def _linked_cells(field: EntityField) -> list[EntityField]:
    return [cell for cell in field.rows.fields.values() if cell.reference is not None] if field.rows else []


def _rows_of(column: Column) -> list[Wire]:
    return [row for rows in column for row in cast("list[Wire]", rows)]


def _want(wanted: dict[Target, set[str]], field: EntityField, value: object) -> None:
    for target, found in ids_in(field, value):
        wanted[target].add(found)


def _shown_column(field: EntityField, column: Column, presented: Presented) -> Column:
    target = only_target(field)
    if target is None:
        return [shown_value(field, value, presented) for value in column]
    found = presented.get(target, {})
    return [None if value is None else found.get(cast("str", value), RESTRICTED) for value in column]
