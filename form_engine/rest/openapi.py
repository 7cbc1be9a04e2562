"""The record routes of every form in the OpenAPI document, as one caller may see them: hidden fields are not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from form_engine.definition import FieldDef
from form_engine.exports.order import ORDER_SCHEMA
from form_engine.fields.base import Schema
from form_engine.fields.in_use import types_in_use
from form_engine.kind.compile import CompiledForm
from form_engine.rest import paths
from platform_core import definitions, entities, i18n, permissions
from platform_core.api import OpenApiPart
from platform_core.entities import Entity, EntityField
from platform_core.identity import Actor
from platform_core.permissions import Access

_MASKED: Schema = {"type": "string", "description": "Masked: •••• and the last four characters"}
_ID: Schema = {"type": "string", "format": "uuid"}
_TEXT: Schema = {"type": "string"}
_SYSTEM: Mapping[str, Schema] = {
    "uuid": _ID,
    "text": _TEXT,
    "int": {"type": "integer"},
    "instant": {"type": "string", "format": "date-time"},
}


def record_part(actor: Actor) -> OpenApiPart:
    """Paths and schemas of every form that the caller may do something with."""
    described: dict[str, Mapping[str, object]] = {}
    schemas: dict[str, Mapping[str, object]] = {**paths.SHARED_SCHEMAS, **paths.STAGE_SCHEMAS}
    tags: list[Mapping[str, object]] = []
    for compiled in definitions.catalog().all("form"):
        if not isinstance(compiled.object, CompiledForm):
            continue
        form = _Form(compiled.object.entity, permissions.access(compiled.object.entity, actor))
        if form.is_visible:
            schemas |= form.schemas()
            described |= paths.paths_of(form.name, form.title, form.access)
            if form.access.can("export"):
                schemas["records.export"] = ORDER_SCHEMA
            tags.append({"name": form.name, "description": form.title})
    return OpenApiPart(paths=described, schemas=schemas, tags=tags)


@dataclass(frozen=True)
class _Form:
    """One form with the caller's rights."""

    entity: Entity
    access: Access

    @property
    def is_visible(self) -> bool:
        return self.access.can("read") or self.access.can_create

    @property
    def name(self) -> str:
        """As short as it stays unique."""
        alone = sum(1 for other in entities.all() if other.name == self.entity.name) == 1
        return self.entity.name if alone else self.entity.key

    @property
    def title(self) -> str:
        return i18n.label(self.entity.label) or self.entity.name

    def schemas(self) -> dict[str, Mapping[str, object]]:
        """The record as it is read, and as it is written."""
        read = {
            name: self._read(field) for name, field in self.entity.fields.items() if self._shown(name, field)
        }
        written = {
            name: self._written(field)
            for name, field in self.entity.fields.items()
            if field.writable and field.children is None and self.access.writable(name)
        }
        required = [
            name for name in written if self.entity.fields[name].required and not self._has_default(name)
        ]
        head = {
            "id": _ID,
            "code": {"type": ["string", "null"]},
            "version": {"type": "integer"},
            "title": _TEXT,
        }
        return {
            f"{self.name}.record": {
                "type": "object",
                "title": self.title,
                "properties": {**head, **read},
                "required": list(head),
            },
            f"{self.name}.change": {"type": "object", "properties": written, "additionalProperties": False},
            f"{self.name}.new": {
                "type": "object",
                "properties": written,
                "required": required,
                "additionalProperties": False,
            },
            f"{self.name}.page": paths.page_schema(f"{self.name}.record"),
        }

    def _has_default(self, name: str) -> bool:
        field = self.entity.fields[name]
        return field.default is not None or field.default_expression is not None

    def _shown(self, name: str, field: EntityField) -> bool:
        return field.children is None and self.access.visible(name)

    def _read(self, field: EntityField) -> Schema:
        if not self.access.readable(field.name):
            return {**_MASKED, **_words(field)}
        value = _value_schema(field)
        if not self.access.unrestricted(field.name):
            value = {"anyOf": [value, _MASKED]}
        return {**_nullable(value), **_words(field)}

    def _written(self, field: EntityField) -> Schema:
        if isinstance(field.definition, FieldDef):
            value = types_in_use().of(field.definition).input_schema(field.definition)
        else:
            value = _value_schema(field)
        return {**(value if field.required else _nullable(value)), **_words(field)}


def _value_schema(field: EntityField) -> Schema:
    """A wire value as it is read."""
    if isinstance(field.definition, FieldDef):
        schema = types_in_use().of(field.definition).value_schema(field.definition)
        return _with_keys(field, schema)
    if field.reference is not None:
        return {"type": "object", "properties": {"id": _ID, "title": _TEXT}, "required": ["id"]}
    return _SYSTEM[field.columns[0].type.kind]


def _with_keys(field: EntityField, schema: Schema) -> Schema:
    """The keys of a choice list, as they are published now."""
    found = definitions.catalog().get("dictionary", field.dictionary) if field.dictionary else None
    keys = list(getattr(found.object, "values", ())) if found is not None else []
    if not keys or len(keys) > _MOST_KEYS:
        return schema
    if schema.get("type") == "array":
        return {**schema, "items": {"enum": keys}}
    return {"enum": keys}


_MOST_KEYS = 100


def _nullable(schema: Schema) -> Schema:
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _words(field: EntityField) -> Schema:
    """Title and help of a field in the caller's language."""
    words: Schema = {"title": i18n.label(field.label) or field.name}
    help_text = i18n.label(field.definition.help) if isinstance(field.definition, FieldDef) else ""
    if help_text:
        words["description"] = help_text
    if not field.writable:
        words["readOnly"] = True
    return words
