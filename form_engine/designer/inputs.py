"""From the JSON Schema of a property to the input that changes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal, cast

import msgspec

from form_engine.designer.property_words import choice_word, words_of
from platform_core import i18n
from platform_core.i18n import _
from platform_core.web import Option

Schema = Mapping[str, object]
Kind = Literal[
    "switch", "select", "truth", "number", "decimal", "text", "long", "code", "expr", "date", "texts", "checks",
    "lines", "json",
]  # fmt: skip
"""What an input is and how the browser reads it back: `number` as a JSON number, `decimal` as text, `checks` and
`lines` as a list of texts, `texts` as a text per language, `truth` and `json` as JSON, `expr` as {"expr": text}."""

_CODE = frozenset({"expr", "where", "compute", "path", "pattern"})


class LanguageText(msgspec.Struct, frozen=True):
    """One language of a text map."""

    code: str
    name: str
    direction: str
    value: str


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """One property. `start` is the JSON of its default: a value like that is left out of the definition."""

    key: str
    label: str
    kind: Kind
    help: str = ""
    value: object = None
    start: str = "null"
    options: tuple[Option, ...] = ()
    texts: tuple[LanguageText, ...] = ()
    needed: bool = False
    long: bool = False


Offers = Callable[[str], Sequence[Option] | None]
"""What a property may be chosen from (choice lists, forms, fields); None where it is written freely."""


def inputs_of(schema: Schema, raw: Mapping[str, object], offers: Offers) -> Iterator[Input]:
    """The inputs of a struct's properties, in its order. `schema` is that of the struct, with its `$defs`."""
    properties = cast("Mapping[str, Schema]", schema.get("properties", {}))
    needed = cast("Sequence[str]", schema.get("required", ()))
    for key, one in properties.items():
        made = _input(key, one, raw.get(key), offers)
        yield msgspec.structs.replace(made, needed=key in needed)


@lru_cache(maxsize=200)
def struct_schema(struct: type[msgspec.Struct]) -> Schema:
    """The schema of a struct, with its references taken in one step."""
    made = cast("Schema", msgspec.json.schema(struct))
    reference = made.get("$ref")
    if not isinstance(reference, str):
        return made
    return cast("Mapping[str, Schema]", made["$defs"])[reference.rsplit("/", 1)[1]]


def _input(key: str, schema: Schema, value: object, offers: Offers) -> Input:
    label, help_text = words_of(key)
    plain = _without_null(schema)
    start = schema.get("default")
    made = Input(
        key=key,
        label=label,
        help=help_text,
        kind=_kind(key, plain),
        value=start if value is None else value,
        start=json.dumps(start if start != () else []),
    )
    offered = offers(key)
    if offered is not None:
        many = plain.get("type") == "array"
        return msgspec.structs.replace(made, kind="checks" if many else "select", options=tuple(offered))
    if made.kind == "select":
        values = [str(one) for one in cast("Sequence[object]", plain["enum"]) if one is not None]
        return msgspec.structs.replace(made, options=tuple(Option(one, choice_word(one)) for one in values))
    if made.kind == "texts":
        long = key == "help"
        return msgspec.structs.replace(made, texts=texts_of(value), long=long)
    if made.kind == "json":
        return msgspec.structs.replace(
            made, value="" if value is None else json.dumps(value, ensure_ascii=False)
        )
    return made


def texts_of(value: object) -> tuple[LanguageText, ...]:
    """A text per language of the product, the reader's own first."""
    held = value if isinstance(value, Mapping) else {}
    own = i18n.current().language
    spoken = sorted(i18n.languages(), key=lambda one: one.code != own)
    return tuple(
        LanguageText(
            one.code, i18n.language_name(one.code), i18n.direction(one.code), str(held.get(one.code) or "")
        )
        for one in spoken
    )


def _without_null(schema: Schema) -> Schema:
    found = [one for one in cast("Sequence[Schema]", schema.get("anyOf", ())) if one.get("type") != "null"]
    return found[0] if len(found) == 1 else schema


def _kind(key: str, schema: Schema) -> Kind:
    if "enum" in schema:
        return "select"
    form = str(schema.get("format") or "")
    found = _BY_TYPE.get(str(schema.get("type") or ""), "json")
    if found == "text":
        return (
            "decimal"
            if form == "decimal"
            else "date"
            if form == "date"
            else "code"
            if key in _CODE
            else "text"
        )
    if found == "texts" and "propertyNames" not in schema:
        return "json"
    if found == "lines" and cast("Schema", schema.get("items", {})).get("type") != "string":
        return "json"
    return found


_BY_TYPE: Mapping[str, Kind] = {
    "boolean": "switch", "integer": "number", "number": "number", "string": "text", "object": "texts", "array": "lines",
}  # fmt: skip


def nothing() -> Option:
    """The choice of none."""
    return Option("", _("– none –"))
