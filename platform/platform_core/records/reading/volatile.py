"""Formulas that are worked out whenever a record is read, because they ask for the present moment.

What they are made from is read for the whole page at once, with the system's eyes: who sees the result sees all of that
or the form has declassified it. `today()` is the day of the record's owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from platform_core import clock, database, identity, settings
from platform_core.entities import Entity, EntityField, quote
from platform_core.expressions import Env, ExpressionError, compile_python
from platform_core.records.following import linked_values
from platform_core.records.reading.layout import Column
from platform_core.records.reading.projection import Projection

Values = dict[str, object]
Path = tuple[str, ...]


async def volatile_values(shown: Projection, ids: Sequence[str]) -> dict[str, Column]:
    """Wire values of the volatile fields of a page, in the order of `ids`."""
    entity = shown.entity
    fields = [entity.fields[name] for name in shown.volatile]
    paths = {path for field in fields for path in _paths(field)}
    inputs = await _inputs(entity, ids, paths)
    zones = await _zones(inputs.values())
    now, usual = clock.now(), settings.current().zone
    found: dict[str, list[object]] = {field.name: [] for field in fields}
    runs = [(field, _compiled(field)) for field in fields]
    for record in ids:
        values = inputs.get(record, {})
        env = Env(values, now=now, zone=zones.get(str(values.get("owner")), usual))
        for field, run in runs:
            found[field.name].append(field.codec.to_wire(_value(field, run, env)))
    return dict(found)


def _paths(field: EntityField) -> frozenset[Path]:
    checked = field.computed.expression if field.computed is not None else None
    return checked.paths if checked is not None else frozenset()


def _compiled(field: EntityField) -> Callable[[Env], Any] | None:
    checked = field.computed.expression if field.computed is not None else None
    return compile_python(checked) if checked is not None else None


def _value(field: EntityField, run: Callable[[Env], Any] | None, env: Env) -> object:
    """The canonical value; blank where it cannot be worked out."""
    fit = field.computed.fit if field.computed is not None else None
    try:
        value = run(env) if run is not None else None
    except ExpressionError:
        return None
    return fit(value) if fit is not None else value


async def _inputs(entity: Entity, ids: Sequence[str], paths: set[Path]) -> dict[str, Values]:
    """What the formulas read, by record."""
    heads = sorted({path[0] for path in paths} | {"owner"})
    known = [entity.fields[name] for name in heads if name in entity.fields]
    stored = [field for field in known if field.columns]
    columns = ", ".join(f"t.{quote(column.name)}" for field in stored for column in field.columns)
    condition = database.dialect().in_list('t."id"')
    sql = f'SELECT t."id", {columns} FROM {quote(entity.table)} t WHERE {condition}'
    found = {str(row[0]): _canonical(stored, row) for row in await database.fetch_tuples(sql, (sorted(ids),))}
    for field in known:
        if field.rows is not None:
            rows = await _rows(field, list(found))
            for record, values in found.items():
                values[field.name] = tuple(rows.get(record, ()))
    tables = {field.name for field in known if field.rows is not None}
    linked = [path for path in paths if len(path) > 1 and path[0] not in tables]
    if linked:
        for values, more in zip(
            found.values(), await linked_values(entity, list(found.values()), linked), strict=True
        ):
            values.update(more)
    return found


def _canonical(fields: Sequence[EntityField], row: Sequence[object]) -> Values:
    values: Values = {}
    start = 1
    for field in fields:
        end = start + len(field.columns)
        values[field.name] = field.codec.from_columns(row[start:end])
        start = end
    return values


async def _rows(field: EntityField, parents: Sequence[str]) -> Mapping[str, list[Values]]:
    """The rows of a table field by record, in their order."""
    rows = field.rows
    cells = [cell for cell in rows.fields.values() if cell.columns] if rows is not None else []
    found: dict[str, list[Values]] = defaultdict(list)
    if rows is None or not cells:
        return found
    columns = ", ".join(f"t.{quote(column.name)}" for cell in cells for column in cell.columns)
    condition = database.dialect().in_list('t."parent"')
    sql = (
        f'SELECT t."parent", {columns} FROM {quote(rows.table)} t WHERE {condition}'
        ' ORDER BY t."parent", t."position"'
    )
    for row in await database.fetch_tuples(sql, (sorted(parents),)):
        found[str(row[0])].append(_canonical(cells, row))
    return found


async def _zones(records: Iterable[Values]) -> Mapping[str, str]:
    """The owners' zones by their id."""
    owners = {str(values["owner"]) for values in records if values.get("owner")}
    people = await identity.find_people(owners) if owners else {}
    return {owner: person.zone for owner, person in people.items()}
