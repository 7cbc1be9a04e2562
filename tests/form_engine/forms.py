"""Fields and names for tests that need no database."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from form_engine.definition import FieldDef
from form_engine.dictionary.compiled import Dictionary, compile_dictionary
from form_engine.dictionary.definition import DictionaryDef
from form_engine.fields.base import AnyFieldType
from form_engine.fields.registry import FieldTypes, built_in_types
from platform_core.entities import FieldCodec, ParseContext

TYPES: FieldTypes = built_in_types()

GRADE: dict[str, object] = {
    "kind": "dictionary",
    "schema": 1,
    "name": "grade",
    "label": {"en": "Grade", "zh": "等级"},
    "values": [
        {
            "key": "a",
            "label": {"en": "Top", "zh": "重点"},
            "order": 1,
            "color": "green",
            "aliases": {"erp": "1"},
        },
        {"key": "b", "label": {"en": "Good", "zh": "良好"}, "order": 2},
        {"key": "c", "label": {"en": "Small", "zh": "一般"}, "order": 3, "active": False},
    ],
}


class SomeNames:
    """Names as a form of the app "shop" means them, with one dictionary."""

    def __init__(self, dictionaries: Mapping[str, Dictionary] | None = None) -> None:
        grade = compile_dictionary(msgspec.convert(GRADE, DictionaryDef), "shop")
        self._dictionaries = {"grade": grade} if dictionaries is None else dictionaries

    def form_key(self, name: str) -> str:
        return name if "." in name else f"shop.{name}"

    def dictionary_key(self, name: str) -> str:
        return name if "." in name else f"shop.{name}"

    def dictionary(self, name: str) -> Dictionary | None:
        return self._dictionaries.get(name.rpartition(".")[2])


NAMES = SomeNames()
WIRE = ParseContext()
TYPED = ParseContext(textual=True, language="en", zone="Asia/Shanghai")


def field(type_name: str, **options: object) -> FieldDef:
    """One field as a definition has it."""
    raw = {
        "name": "f",
        "label": {"en": "F"},
        "kind": "form",
        "schema": 1,
        "fields": [{"type": type_name, "name": "x"}],
    }
    raw["fields"] = [{"type": type_name, "name": "x", **options}]
    form = msgspec.convert(raw, TYPES.form_struct)
    return form.fields[0]


def codec_of(made: FieldDef) -> FieldCodec:
    return type_of(made).codec(made, NAMES)


def type_of(made: FieldDef) -> AnyFieldType:
    return TYPES.of(made)
