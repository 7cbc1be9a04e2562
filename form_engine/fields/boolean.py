"""`boolean`: yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from form_engine.definition import FieldDef, IndexedField
from form_engine.dictionary.compiled import folded
from form_engine.fields.base import Cell, FieldType, Names, Schema, stored
from form_engine.fields.refusals import shortened, wrong_type
from platform_core.database import BOOL
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.expressions import BOOL as BOOL_TYPE
from platform_core.expressions import Type
from platform_core.i18n import N_, Listener, translator

_YES = frozenset(
    [
        "true",
        "yes",
        "y",
        "t",
        "1",
        "on",
        "x",
        "ok",
        "✓",
        "√",
        "✔",
        "是",
        "对",
        "有",
        "真",
        "好",
        "sí",
        "si",
        "s",
        "oui",
        "o",
        "نعم",
        "ja",
        "да",
        "sim",
        "evet",
        "はい",
        "예",
    ]
)
_NO = frozenset(
    [
        "false",
        "no",
        "n",
        "f",
        "0",
        "off",
        "-",
        "✗",
        "×",
        "✘",
        "否",
        "不",
        "无",
        "非",
        "假",
        "没有",
        "不是",
        "non",
        "لا",
        "nein",
        "нет",
        "não",
        "hayır",
        "いいえ",
        "아니요",
    ]
)


class BooleanField(IndexedField, frozen=True, kw_only=True, tag="boolean"):
    """Yes or no; without a default a new record says no."""


@dataclass(frozen=True, slots=True)
class BooleanCodec:
    def parse(self, raw: object, context: ParseContext) -> bool | None:
        if raw is None or isinstance(raw, bool):
            return raw
        if isinstance(raw, str) and not raw.strip():
            return None
        if not context.textual:
            raise wrong_type(N_("This must be true or false."))
        word = folded(str(raw))
        if word in _YES:
            return True
        if word in _NO:
            return False
        raise FieldProblem(
            "boolean",
            N_("'{text}' is neither yes nor no."),
            remedy=N_("Write yes or no."),
            text=shortened(raw),
        )

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


class BooleanType(FieldType[BooleanField]):
    name = "boolean"
    definition = BooleanField
    label = N_("Yes or no")
    plain = True
    operators = ("eq",)
    groupable = True
    chip = True
    widgets = ("checkbox", "switch")

    def columns(self, field: BooleanField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, BOOL),)

    def codec(self, field: BooleanField, names: Names) -> FieldCodec:
        return BooleanCodec()

    def expression_type(self, field: BooleanField, names: Names) -> Type:
        return BOOL_TYPE

    def value_schema(self, field: BooleanField) -> Schema:
        return {"type": "boolean"}

    def constant_default(self, field: BooleanField, names: Names) -> object:
        return False if field.default is None else super().constant_default(field, names)

    def column_default(self, field: BooleanField) -> str | None:
        return "TRUE" if field.default is True else "FALSE"

    def show(self, field: BooleanField, names: Names, wire: object, reader: Listener) -> str:
        return translator(reader.language).gettext(N_("Yes") if wire is True else N_("No"))

    def cell(self, field: BooleanField, names: Names, wire: object, reader: Listener) -> Cell:
        return wire is True

    def neutral_text(self, field: BooleanField, names: Names, value: object) -> str:
        return "yes" if value is True else "no"

    def convert(
        self, field: BooleanField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        return BooleanCodec().parse(source.neutral_text(old, names, value), ParseContext(textual=True))

    def demo(self, field: BooleanField, names: Names, random: Random) -> object:
        return random.random() < 0.3
