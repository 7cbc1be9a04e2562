"""A published dictionary: labels, order, and the lookup that imports use."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct

from form_engine.dictionary.definition import DictionaryDef, ValueDef
from platform_core import i18n


class Value(Struct, frozen=True):
    """One value of a dictionary. `depth` is 0 for one without a parent."""

    key: str
    label: Mapping[str, str]
    color: str | None
    active: bool
    parent: str | None
    depth: int
    aliases: Mapping[str, str]
    merged_into: str | None = None


def folded(text: str) -> str:
    """Text as people mean it: width, case and outer spaces do not matter."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


@dataclass(frozen=True)
class Dictionary:
    """`values` by key, in the order they are offered: parents before their children, then `order`, then as written."""

    app: str
    name: str
    label: Mapping[str, str]
    values: Mapping[str, Value]

    @property
    def key(self) -> str:
        """ "app.name"."""
        return f"{self.app}.{self.name}"

    @property
    def active(self) -> tuple[Value, ...]:
        """The values that are offered."""
        return tuple(value for value in self.values.values() if value.active)

    def text(self, key: str, language: str | None = None) -> str:
        """The label of a value in a language; the key itself where the dictionary no longer has it."""
        value = self.values.get(key)
        return (i18n.label(value.label, language) or key) if value else key

    def text_of_label(self, language: str | None = None) -> str:
        """What the list itself is called."""
        return i18n.label(self.label, language) or self.name

    def kept(self, key: str) -> str:
        """The key itself, or that of the value which has taken it over."""
        value = self.values.get(key)
        return value.merged_into or key if value is not None else key

    def find(self, text: str) -> str | None:
        """The key of a value called `text`: by key, by a label of any language, or by any system's alias. What a
        merged value is called means the value that took it over."""
        found = text if text in self.values else self._by_word.get(folded(text))
        return None if found is None else self.kept(found)

    def of_system(self, system: str, alias: str) -> str | None:
        """The key of the value that an outside system calls `alias`."""
        found = next(
            (value.key for value in self.values.values() if value.aliases.get(system) == alias), None
        )
        return None if found is None else self.kept(found)

    @cached_property
    def _by_word(self) -> dict[str, str]:
        # Keys win over labels and labels over aliases; of two values with one label, the active or earlier one.
        found: dict[str, str] = {}
        ordered = sorted(self.values.values(), key=lambda value: not value.active)
        for words in (
            lambda value: (value.key,),
            lambda value: value.label.values(),
            lambda value: value.aliases.values(),
        ):
            for value in ordered:
                for word in words(value):
                    found.setdefault(folded(word), value.key)
        return found


def compile_dictionary(definition: DictionaryDef, app: str) -> Dictionary:
    """The dictionary that the rest of the program works with."""
    children: dict[str | None, list[ValueDef]] = {}
    known = {value.key for value in definition.values}
    for value in sorted(definition.values, key=lambda value: value.order):
        children.setdefault(value.parent if value.parent in known else None, []).append(value)
    values = {value.key: value for value in _walk(children, None, 0)}
    return Dictionary(app, definition.name, definition.label, values)


def _walk(children: Mapping[str | None, list[ValueDef]], parent: str | None, depth: int) -> Iterator[Value]:
    for value in children.get(parent, ()):
        yield Value(
            value.key, value.label, value.color, value.active and value.merged_into is None, value.parent, depth,
            value.aliases, value.merged_into,
        )  # fmt: skip
        yield from _walk(children, value.key, depth + 1)
