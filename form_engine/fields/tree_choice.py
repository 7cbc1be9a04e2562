"""`tree_choice`: one value of a dictionary whose values have parents; a filter finds what lies below one as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from form_engine.definition import IndexedField, ReferenceName
from form_engine.dictionary.compiled import Dictionary, folded
from form_engine.fields.base import Cell, FieldType, Names, Schema, stored
from form_engine.fields.keys import clear_label, read_key
from platform_core import settings
from platform_core.database import TEXT
from platform_core.definitions import Reference as DefinitionReference
from platform_core.entities import FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.expressions import Type
from platform_core.expressions import choice as choice_type
from platform_core.i18n import N_, Listener

_STEP = " › "
_STEPS = re.compile(r"\s*[›>»]\s*")


class TreeChoiceField(IndexedField, frozen=True, kw_only=True, tag="tree_choice"):
    """One key of `dictionary`. With `leaves_only` only values without any below them may be chosen."""

    dictionary: ReferenceName
    leaves_only: bool = False


@dataclass(frozen=True, slots=True)
class TreeChoiceCodec:
    names: Names
    dictionary: str
    leaves_only: bool

    def parse(self, raw: object, context: ParseContext) -> str | None:
        if raw is None or isinstance(raw, str) and not raw.strip():
            return None
        key = self._by_path(raw) if context.textual and isinstance(raw, str) else None
        key = key or read_key(self.names, self.dictionary, raw, context)
        dictionary = self.names.dictionary(self.dictionary)
        if self.leaves_only and dictionary is not None and len(keys_below(dictionary, key)) > 1:
            raise FieldProblem(
                "not_a_leaf",
                N_("'{value}' has finer values below it."),
                remedy=N_("Choose one of those."),
                value=dictionary.text(key, context.language),
            )
        return key

    def _by_path(self, text: str) -> str | None:
        """The value that a path like "Machines › Pumps" leads to."""
        steps = [folded(step) for step in _STEPS.split(text)]
        dictionary = self.names.dictionary(self.dictionary)
        if len(steps) < 2 or dictionary is None:
            return None
        parent: str | None = None
        for step in steps:
            parent = next(
                (
                    value.key
                    for value in dictionary.values.values()
                    if value.parent == parent
                    and step in (folded(value.key), *map(folded, value.label.values()))
                ),
                None,
            )
            if parent is None:
                return None
        return parent

    def to_columns(self, value: object) -> tuple[object, ...]:
        return (value,)

    def from_columns(self, raw: Sequence[object]) -> object:
        return raw[0]

    def to_wire(self, value: object) -> object:
        return value


def keys_below(dictionary: Dictionary, key: str) -> tuple[str, ...]:
    """A value and everything below it; the values come parents first."""
    found = {key: None}
    for value in dictionary.values.values():
        if value.parent in found:
            found[value.key] = None
    return tuple(found)


def path_to(dictionary: Dictionary | None, key: str, language: str | None) -> str:
    """The labels from the root to a value: "Machines › Pumps"."""
    labels: list[str] = []
    step: str | None = key
    while step is not None and len(labels) < 12:
        value = dictionary.values.get(step) if dictionary else None
        labels.append(dictionary.text(step, language) if dictionary else step)
        step = value.parent if value else None
    return _STEP.join(reversed(labels))


class TreeChoiceType(FieldType[TreeChoiceField]):
    name = "tree_choice"
    definition = TreeChoiceField
    label = N_("Choice in a tree")
    chip = True
    plain = True
    operators = ("below", "eq", "ne", "in", "blank")
    groupable = True
    widgets = ("combobox", "select")

    def columns(self, field: TreeChoiceField, base: str) -> tuple[StoredColumn, ...]:
        return (stored(base, TEXT),)

    def codec(self, field: TreeChoiceField, names: Names) -> FieldCodec:
        return TreeChoiceCodec(names, field.dictionary, field.leaves_only)

    def expression_type(self, field: TreeChoiceField, names: Names) -> Type:
        return choice_type(names.dictionary_key(field.dictionary))

    def value_schema(self, field: TreeChoiceField) -> Schema:
        return {"type": "string"}

    def show(self, field: TreeChoiceField, names: Names, wire: object, reader: Listener) -> str:
        return path_to(names.dictionary(field.dictionary), str(wire), reader.language)

    def cell(self, field: TreeChoiceField, names: Names, wire: object, reader: Listener) -> Cell:
        return clear_label(names, field.dictionary, str(wire), reader.language)

    def neutral_text(self, field: TreeChoiceField, names: Names, value: object) -> str:
        return clear_label(names, field.dictionary, str(value), settings.current().language)

    def references(self, field: TreeChoiceField) -> Iterator[DefinitionReference]:
        yield DefinitionReference("dictionary", field.dictionary, pointer="/dictionary")
        if isinstance(field.default, str):
            yield DefinitionReference("dictionary", field.dictionary, part=field.default, pointer="/default")

    def constant_default(self, field: TreeChoiceField, names: Names) -> object:
        # The keys are checked as references; the dictionary itself may be published together with the form.
        return field.default if isinstance(field.default, str) else None

    def dictionary(self, field: TreeChoiceField) -> str | None:
        return field.dictionary

    def demo(self, field: TreeChoiceField, names: Names, random: Random) -> object:
        dictionary = names.dictionary(field.dictionary)
        keys = [value.key for value in dictionary.active] if dictionary else []
        if field.leaves_only and dictionary is not None:
            keys = [key for key in keys if len(keys_below(dictionary, key)) == 1]
        return random.choice(keys) if keys else None
