"""`json`: data of another program, kept as it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Annotated

from msgspec import Meta

from form_engine.definition import ValueField
from form_engine.fields.base import Cell, FieldType, Names, Schema, stored
from form_engine.fields.refusals import too_long
from platform_core.database import JSON
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.expressions import TEXT as TEXT_TYPE
from platform_core.expressions import Type, list_of
from platform_core.i18n import N_, Listener

_DEEPEST = 30


class JsonField(ValueField, frozen=True, kw_only=True, tag="json"):
    """An object or an array; `max_length` counts the characters of its JSON."""

    max_length: Annotated[int, Meta(ge=2, le=1_000_000)] = 100_000


@dataclass(frozen=True, slots=True)
class JsonCodec:
    max_length: int

    def parse(self, raw: object, context: ParseContext) -> object:
        if raw is None or isinstance(raw, str) and not raw.strip():
            return None
        found = _read(raw) if isinstance(raw, str) and context.textual else raw
        if not isinstance(found, dict | list):
            raise FieldProblem("json", N_("This must be a JSON object or array."))
        try:
            text = json.dumps(found, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError, RecursionError):
            raise FieldProblem("json", N_("This must be a JSON object or array.")) from None
        if len(text) > self.max_length:
            raise too_long(self.max_length, len(text))
        if (
            _depth(found) > _DEEPEST
            or "\\u0000" in text
            or any("\ud800" <= char <= "\udfff" for char in text)
        ):
            raise FieldProblem(
                "json", N_("This JSON cannot be kept: it is too deep, or holds characters that are none.")
            )
        # Only what has something in it is a value: an empty one would be no different from none.
        return found or None

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value or None,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0] if isinstance(raw[0], dict | list) and raw[0] else None

    def to_wire(self, value: object) -> object:
        return value


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as exc:
        raise FieldProblem(
            "json",
            N_("This is not JSON: line {line}, column {column}."),
            remedy=N_("Quote names and texts with double quotes, and put no comma behind the last."),
            line=exc.lineno,
            column=exc.colno,
        ) from None
    except (RecursionError, ValueError):
        raise FieldProblem("json", N_("This must be a JSON object or array.")) from None


def _depth(value: object) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, level = waiting.pop()
        deepest = max(deepest, level)
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting.extend((each, level + 1) for each in inner if isinstance(each, dict | list))
    return deepest


def pretty(wire: object) -> str:
    """As it is edited and shown: with line breaks."""
    return json.dumps(wire, ensure_ascii=False, indent=2)


class JsonType(FieldType[JsonField]):
    name = "json"
    definition = JsonField
    label = N_("JSON")
    encryptable = True
    operators = ("blank",)
    sortable = False
    in_titles = False
    widgets = ("json",)

    def columns(self, field: JsonField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, JSON),)

    def codec(self, field: JsonField, names: Names) -> FieldCodec:
        return JsonCodec(field.max_length)

    def expression_type(self, field: JsonField, names: Names) -> Type:
        return list_of(TEXT_TYPE)

    def value_schema(self, field: JsonField) -> Schema:
        return {"type": ["object", "array"]}

    def show(self, field: JsonField, names: Names, wire: object, reader: Listener) -> str:
        return json.dumps(wire, ensure_ascii=False)

    def cell(self, field: JsonField, names: Names, wire: object, reader: Listener) -> Cell:
        return json.dumps(wire, ensure_ascii=False)

    def neutral_text(self, field: JsonField, names: Names, value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    def demo(self, field: JsonField, names: Names, random: Random) -> object:
        return {"source": "web", "score": random.randint(1, 9), "tags": ["a", "b"]}
