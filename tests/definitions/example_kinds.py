"""Two small kinds to test with: a `sheet` has a table of its own, a `chart` draws fields of a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, cast

import msgspec

from platform_core import database, definitions
from platform_core.database import TEXT, UUID, AddColumn, Column, CreateTable, Step, Table
from platform_core.definitions import Key, Kind, Lift, PlanItem, Reference, Revision, Steps, World
from platform_core.errors import Problem

Label = dict[str, str]


class TextField(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type", tag="text"
):
    name: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*$")]
    label: Label = {}
    required: bool = False
    max_length: Annotated[int, msgspec.Meta(ge=1, le=500)] = 200


class ChoiceField(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type", tag="choice"
):
    name: str
    label: Label = {}
    required: bool = False
    values: tuple[str, ...] = ()
    show: Literal["list", "buttons"] = "list"


class Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    field: str
    span: int = 1


class SheetDef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    label: Label
    kind: Literal["sheet"] = "sheet"
    schema: Literal[2] = 2
    title: str | None = None
    fields: tuple[TextField | ChoiceField, ...] = ()
    layout: tuple[str | Cell, ...] = ()


class ChartDef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    sheet: str
    fields: tuple[str, ...] = ()
    label: Label = {}
    kind: Literal["chart"] = "chart"
    schema: Literal[1] = 1


class Sheet(msgspec.Struct, frozen=True):
    """What a sheet compiles to: its table and the column of each field."""

    table: str
    columns: Mapping[str, str]


def columns_become_fields(raw: definitions.Raw) -> definitions.Raw:
    """From schema 1 to 2."""
    return {**{name: value for name, value in raw.items() if name != "columns"}, "fields": raw["columns"]}


class SheetKind(Kind[SheetDef]):
    name = "sheet"
    schema = 2
    struct = SheetDef
    lifts: Mapping[int, Lift] = {1: columns_become_fields}
    labels: Mapping[str, tuple[str, str]] = {"en": ("sheet", "sheets"), "zh": ("表", "表")}

    def check(self, definition: SheetDef, world: World) -> list[Problem]:
        names = {field.name for field in definition.fields}
        if definition.title in (None, *names):
            return []
        return [
            Problem(
                pointer="/title",
                code="unknown_field",
                message="There is no field '{name}'.",
                params={"name": definition.title},
            )
        ]

    def parts(self, definition: SheetDef) -> Iterable[str]:
        return [field.name for field in definition.fields]

    async def plan(self, old: Revision | None, new: SheetDef | None, world: World) -> list[PlanItem]:
        if old is None or new is None:
            return [PlanItem(id="sheet", code="sheet", message="A new sheet, or one that goes.")]
        before = {field.name for field in old.definition.fields}
        after = {field.name: field for field in new.fields}
        return [await _loss(world.key, name) for name in sorted(before - after.keys())] + [
            PlanItem(id=f"field.{name}.added", code="added", message="A field more.")
            for name in after
            if name not in before
        ]

    async def steps(self, old: Revision | None, new: SheetDef | None, world: World) -> Steps:
        table = table_of(world.key)
        columns = dict(cast("Mapping[str, str]", old.meta["columns"])) if old else {}
        fresh = [field.name for field in new.fields if field.name not in columns] if new else []
        columns |= {name: name for name in fresh}
        steps: list[Step] = (
            [CreateTable(Table(table, (Column("id", UUID, primary=True),)))] if old is None else []
        )
        steps += [AddColumn(table, Column(name, TEXT)) for name in fresh]
        return Steps(steps=tuple(steps), meta={"columns": columns})

    def compile(
        self, definition: SheetDef, meta: Mapping[str, object], key: Key, revision: int, hash: str
    ) -> Sheet:
        columns = cast("Mapping[str, str]", meta["columns"])
        return Sheet(table_of(key), {field.name: columns[field.name] for field in definition.fields})


class ChartKind(Kind[ChartDef]):
    name = "chart"
    struct = ChartDef
    labels: Mapping[str, tuple[str, str]] = {"en": ("chart", "charts"), "zh": ("图表", "图表")}

    def references(self, definition: ChartDef) -> list[Reference]:
        found = [Reference("sheet", definition.sheet, pointer="/sheet")]
        for index, name in enumerate(definition.fields):
            found.append(Reference("sheet", definition.sheet, part=name, pointer=f"/fields/{index}"))
        return found


def table_of(key: Key) -> str:
    return f"t_{key.app}__{key.name}"


async def _loss(key: Key, name: str) -> PlanItem:
    rows = cast(
        "int", await database.fetch_value(f"SELECT count(*) FROM {table_of(key)} WHERE {name} IS NOT NULL")
    )
    return PlanItem(
        id=f"field.{name}.removed",
        code="removed",
        message="'{field}' leaves the sheet: {count} rows have a value.",
        params={"field": name, "count": rows},
        count=rows,
        destructive=rows > 0,
        severity="danger",
    )


def sheet(name: str = "customer", *fields: str, **more: object) -> definitions.Raw:
    """A sheet with text fields."""
    return {
        "kind": "sheet",
        "schema": 2,
        "name": name,
        "label": {"en": name.capitalize(), "zh": f"{name}表"},
        "fields": [{"type": "text", "name": field, "label": {"en": field.capitalize()}} for field in fields],
        **more,
    }


def chart(name: str, of: str, *fields: str) -> definitions.Raw:
    """A chart of fields of a sheet."""
    return {"kind": "chart", "schema": 1, "name": name, "sheet": of, "fields": list(fields)}


def item(raw: definitions.Raw, app: str = "local") -> definitions.ChangeItem:
    return definitions.ChangeItem(kind=str(raw["kind"]), name=str(raw["name"]), app=app, definition=raw)
