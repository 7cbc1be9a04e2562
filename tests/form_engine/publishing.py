"""Publishing forms in tests, and rows written past the record façade, as older revisions left them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from form_engine.kind.compile import CompiledForm
from platform_core import clock, database, definitions
from platform_core.definitions import ChangeItem, CheckResult, PlanItem, PublishResult
from platform_core.entities import quote
from platform_core.identity import Actor

Raw = dict[str, object]

SHOP = "shop"


def form(name: str, *fields: Mapping[str, object], **rest: object) -> Raw:
    """A form definition with these fields."""
    return {
        "kind": "form",
        "schema": 1,
        "name": name,
        "label": {"en": name.capitalize()},
        "fields": [{"label": {"en": str(each["name"]).capitalize()}, **each} for each in fields],
        **rest,
    }


def text(name: str, **options: object) -> Raw:
    return {"type": "text", "name": name, **options}


def item(definition: Raw) -> ChangeItem:
    return ChangeItem(
        app=SHOP, kind=str(definition["kind"]), name=str(definition["name"]), definition=definition
    )


async def publish(actor: Actor, *given: Raw, accept: Sequence[str] = ()) -> PublishResult:
    return await definitions.publish([item(each) for each in given], accept=accept, actor=actor)


async def check(actor: Actor, *given: Raw) -> CheckResult:
    return await definitions.check([item(each) for each in given], actor=actor)


async def plan_of(actor: Actor, *given: Raw) -> dict[str, PlanItem]:
    """The plan by the id of its items; the definition must be sound."""
    found = await check(actor, *given)
    assert not found.problems, found.problems
    return {each.id: each for each in found.plan}


async def problems_of(actor: Actor, *given: Raw) -> dict[str, str]:
    """Codes by pointer."""
    found = await check(actor, *given)
    return {each.pointer: each.code for each in found.problems}


def compiled(name: str) -> CompiledForm:
    found = definitions.catalog().get("form", name)
    assert found is not None
    return cast("CompiledForm", found.object)


async def insert(name: str, /, **values: object) -> str:
    """A record with these canonical values, and nothing that a save would add."""
    entity = compiled(name).entity
    row: dict[str, object] = {"id": database.new_id(), "version": 1, "_title": "", "_title_sort": ""}
    now = clock.now()
    row |= {"created_at": now, "updated_at": now, "created_by": row["id"], "updated_by": row["id"]}
    for field_name, value in values.items():
        field = entity.fields[field_name]
        for column, raw in zip(field.columns, field.codec.to_columns(value), strict=True):
            row[column.name] = database.to_db(column.type, raw)
    await _insert(entity.table, row)
    return str(row["id"])


async def insert_row(name: str, table_field: str, parent: str, position: int, /, **values: object) -> str:
    """A row of a table field."""
    rows = compiled(name).entity.fields[table_field].rows
    assert rows is not None
    row: dict[str, object] = {"id": database.new_id(), "parent": parent, "position": position}
    for cell_name, value in values.items():
        cell = rows.fields[cell_name]
        for column, raw in zip(cell.columns, cell.codec.to_columns(value), strict=True):
            row[column.name] = database.to_db(column.type, raw)
    await _insert(rows.table, row)
    return str(row["id"])


async def _insert(table: str, row: Mapping[str, object]) -> None:
    names = ", ".join(map(quote, row))
    marks = ", ".join("?" * len(row))
    await database.execute(f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})", tuple(row.values()))


async def stored(name: str, field_name: str) -> list[object]:
    """The canonical values of a field, in the order in which the records were made."""
    entity = compiled(name).entity
    field = entity.fields[field_name]
    columns = ", ".join(quote(column.name) for column in field.columns)
    rows = await database.fetch_tuples(f'SELECT {columns} FROM {quote(entity.table)} ORDER BY "id"')
    return [field.codec.from_columns(row) for row in rows]


async def columns_of(name: str) -> set[str]:
    return set(await database.columns_of(compiled(name).entity.table))
