"""What the names in a definition mean: resolved once, when it is published, and kept with the revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from form_engine.definition import FieldDef, FormDef
from form_engine.dictionary.compiled import Dictionary, compile_dictionary
from form_engine.dictionary.definition import DictionaryDef
from form_engine.fields.registry import FieldTypes
from form_engine.fields.table import TableField
from platform_core import definitions
from platform_core.definitions import World


@dataclass(frozen=True)
class ResolvedNames:
    """Full keys by the names that a definition uses. The choice lists `at_hand` stand before those of the catalog."""

    forms: Mapping[str, str]
    dictionaries: Mapping[str, str]
    at_hand: Mapping[str, DictionaryDef] = field(default_factory=dict)
    """Definitions by full key."""
    _compiled: dict[str, Dictionary] = field(default_factory=dict, compare=False)

    def form_key(self, name: str) -> str:
        return self.forms.get(name, name)

    def dictionary_key(self, name: str) -> str:
        return self.dictionaries.get(name, name)

    def dictionary(self, name: str) -> Dictionary | None:
        key = self.dictionary_key(name)
        definition = self.at_hand.get(key)
        if definition is None:
            return published_dictionary(key)
        if key not in self._compiled:
            self._compiled[key] = compile_dictionary(definition, key.partition(".")[0])
        return self._compiled[key]

    def beside(self, other: ResolvedNames) -> ResolvedNames:
        """Also what `other` knows, where this one does not."""
        return ResolvedNames(
            {**other.forms, **self.forms},
            {**other.dictionaries, **self.dictionaries},
            {**other.at_hand, **self.at_hand},
        )


NO_NAMES = ResolvedNames({}, {})


def published_dictionary(key: str) -> Dictionary | None:
    """The dictionary "app.name" in the pinned catalog."""
    found = definitions.catalog().get("dictionary", key)
    return found.object if found is not None and isinstance(found.object, Dictionary) else None


def all_fields(definition: FormDef) -> Iterator[FieldDef]:
    """The fields of a form and the columns of its tables."""
    for each in definition.fields:
        yield each
        if isinstance(each, TableField):
            yield from each.fields


def names_in(definition: FormDef, types: FieldTypes, world: World) -> ResolvedNames:
    """The names of `definition` as they would be after the publish that `world` stands for."""
    forms: dict[str, str] = {definition.name: f"{world.key.app}.{definition.name}"}
    dictionaries: dict[str, str] = {}
    at_hand: dict[str, DictionaryDef] = {}
    for each in all_fields(definition):
        for reference in types.of(each).references(each):
            key = world.resolve(reference.kind, reference.name)
            if key is None:
                continue
            if reference.kind == "form":
                forms[reference.name] = key.full_name
            elif reference.kind == "dictionary":
                dictionaries[reference.name] = key.full_name
                made = world.definition(key)
                if isinstance(made, DictionaryDef):
                    at_hand[key.full_name] = made
    return ResolvedNames(forms, dictionaries, at_hand)
