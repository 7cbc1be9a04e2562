"""A small kind `form` to test with: fields of three types, a table of its own, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from platform_core import clock, database, entities
from platform_core.database import JSON, TEXT, UUID, ColumnType, CreateTable, decimal_type, new_id
from platform_core.definitions import Key, Kind, Revision, Steps, World
from platform_core.entities import SYSTEM_FIELDS, Entity, EntityField, ParseContext, Reference, StoredColumn
from platform_core.expressions import NUMBER, USER, Type, list_of, ref
from platform_core.expressions import TEXT as TEXT_TYPE

NOBODY = "00000000-0000-7000-8000-000000000000"


class Plain:
    """Values as they are."""

    def parse(self, raw: object, context: ParseContext) -> object:
        return raw

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


class FieldDef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*$")]
    type: Literal["text", "decimal", "users", "link"] = "text"
    form: str = ""


class FormDef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    label: dict[str, str] = {}
    fields: tuple[FieldDef, ...] = ()
    kind: Literal["form"] = "form"
    schema: Literal[1] = 1


class FormKind(Kind[FormDef]):
    name = "form"
    struct = FormDef
    labels: Mapping[str, tuple[str, str]] = {"en": ("form", "forms"), "zh": ("表单", "表单")}

    def parts(self, definition: FormDef) -> Iterable[str]:
        return [field.name for field in definition.fields]

    async def steps(self, old: Revision | None, new: FormDef | None, world: World) -> Steps:
        if new is None or old is not None:
            return Steps()
        made = entity_of(new, world.key, 1, "")
        return Steps((CreateTable(entities.record_table(made)),))

    def compile(
        self, definition: FormDef, meta: Mapping[str, object], key: Key, revision: int, hash: str
    ) -> Entity:
        return entity_of(definition, key, revision, hash)


def entity_of(definition: FormDef, key: Key, revision: int, hash: str) -> Entity:
    own = {field.name: _field(field) for field in definition.fields}
    return Entity(
        app=key.app,
        name=key.name,
        table=f"r_{key.app}__{key.name}",
        revision=revision,
        hash=hash,
        label=definition.label or {"en": definition.name.title()},
        fields={**own, **SYSTEM_FIELDS},
        definition=definition,
    )


_TYPES: dict[str, tuple[ColumnType, Type]] = {
    "text": (TEXT, TEXT_TYPE),
    "decimal": (decimal_type(), NUMBER),
    "users": (JSON, list_of(USER)),
}


def _field(field: FieldDef) -> EntityField:
    column, seen_as = _TYPES.get(field.type, (UUID, ref(f"local.{field.form}")))
    reference = Reference("record", (f"local.{field.form}",)) if field.type == "link" else None
    return EntityField(
        name=field.name,
        type=field.type,
        label={"en": field.name.title()},
        codec=Plain(),
        expression_type=seen_as,
        columns=(StoredColumn(field.name, column),),
        reference=reference,
    )


def form(name: str, *fields: str, app: str = "local") -> dict[str, object]:
    """A form as JSON: "cost" is a text, "cost:decimal" says the type, "account:link:account" a link."""
    made = []
    for spelt in fields:
        parts = [*spelt.split(":"), "", ""]
        field = {"name": parts[0], "type": parts[1] or "text"}
        made.append(field | ({"form": parts[2]} if parts[2] else {}))
    return {"kind": "form", "schema": 1, "name": name, "label": {"en": name.title()}, "fields": made}


def role(name: str, *actions: str, **forms: object) -> dict[str, object]:
    """A role as JSON."""
    return {
        "kind": "role",
        "schema": 1,
        "name": name,
        "label": {"en": name.title()},
        "forms": forms,
        "actions": list(actions),
    }


async def insert(entity: Entity, **values: object) -> str:
    """A row; gives its id."""
    record_id = new_id()
    now = clock.now()
    row: dict[str, object] = {"id": record_id, "version": 1, "created_by": NOBODY, "updated_by": NOBODY}
    row |= {"created_at": now, "updated_at": now} | values
    columns = ", ".join(f'"{name}"' for name in row)
    await database.execute(
        f'INSERT INTO "{entity.table}" ({columns}) VALUES ({", ".join("?" * len(row))})', tuple(row.values())
    )
    return record_id
