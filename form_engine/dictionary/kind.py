"""The kind `dictionary`, as `definitions` asks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from form_engine.dictionary.compiled import Dictionary, compile_dictionary
from form_engine.dictionary.definition import DictionaryDef
from form_engine.dictionary.merging import MERGE
from form_engine.dictionary.places import places_of
from form_engine.dictionary.planning import merged_values, plan_values
from form_engine.fields.registry import FieldTypes
from platform_core.definitions import DataStep, Key, Kind, PlanItem, Revision, Steps, World, did_you_mean
from platform_core.errors import Problem
from platform_core.i18n import N_

MOST_VALUES = 2_000


class DictionaryKind(Kind[DictionaryDef]):
    """Choice lists."""

    name = "dictionary"
    icon = "choice"
    struct = DictionaryDef
    labels: Mapping[str, tuple[str, str]] = {
        "en": ("choice list", "choice lists"), "zh": ("字典", "字典"), "es": ("lista de opciones", "listas de opciones"),
        "fr": ("liste de choix", "listes de choix"), "ar": ("قائمة خيارات", "قوائم الخيارات"),
    }  # fmt: skip

    def __init__(self, types: FieldTypes) -> None:
        self._types = types

    def check(self, definition: DictionaryDef, world: World) -> list[Problem]:
        return [
            *_check_keys(definition),
            *_check_parents(definition),
            *_check_merges(definition),
            *_check_aliases(definition),
        ]

    def parts(self, definition: DictionaryDef) -> Iterable[str]:
        # What another definition names must be there to be chosen.
        return [value.key for value in definition.values if value.merged_into is None]

    async def plan(self, old: Revision | None, new: DictionaryDef | None, world: World) -> list[PlanItem]:
        if old is None or not isinstance(old.definition, DictionaryDef):
            return []
        return await plan_values(old.definition, new, tuple(places_of(world.key, self._types, world)), world)

    async def steps(self, old: Revision | None, new: DictionaryDef | None, world: World) -> Steps:
        if old is None or new is None or not isinstance(old.definition, DictionaryDef):
            return Steps()
        if merged_values(new) == merged_values(old.definition):
            return Steps()
        return Steps(steps=(DataStep(MERGE, {"dictionary": world.key.full_name}),))

    def compile(
        self, definition: DictionaryDef, meta: Mapping[str, object], key: Key, revision: int, hash: str
    ) -> Dictionary:
        return compile_dictionary(definition, key.app)


def _check_keys(definition: DictionaryDef) -> Iterator[Problem]:
    seen: set[str] = set()
    if len(definition.values) > MOST_VALUES:
        message = N_("A choice list has at most {limit} values; this one has {count}.")
        params: dict[str, object] = {"limit": MOST_VALUES, "count": len(definition.values)}
        yield Problem(pointer="/values", code="too_many", message=message, params=params)
    for place, value in enumerate(definition.values):
        if value.key.casefold() in seen:
            message = N_("There are two values '{key}'; upper and lower case do not tell them apart.")
            yield Problem(
                pointer=f"/values/{place}/key", code="duplicate", message=message, params={"key": value.key}
            )
        seen.add(value.key.casefold())


def _check_parents(definition: DictionaryDef) -> Iterator[Problem]:
    parents = {value.key: value.parent for value in definition.values}
    for place, value in enumerate(definition.values):
        if value.parent is None:
            continue
        pointer = f"/values/{place}/parent"
        if value.parent not in parents:
            remedy, hints = did_you_mean(value.parent, parents)
            message = N_("There is no value '{key}'.")
            params: dict[str, object] = {"key": value.parent, **hints}
            yield Problem(
                pointer=pointer, code="unknown_parent", message=message, params=params, remedy=remedy
            )
        elif _is_circular(value.key, parents):
            message = N_("'{key}' stands below itself.")
            yield Problem(pointer=pointer, code="circular", message=message, params={"key": value.key})


def _check_merges(definition: DictionaryDef) -> Iterator[Problem]:
    merged = merged_values(definition)
    known = {value.key for value in definition.values}
    for place, value in enumerate(definition.values):
        pointer = f"/values/{place}/merged_into"
        if value.merged_into is not None and value.merged_into not in known - {value.key}:
            message = N_("There is no other value '{key}' to merge '{value}' into.")
            yield Problem(
                pointer=pointer, code="unknown_target", message=message,
                params={"key": value.merged_into, "value": value.key},
            )  # fmt: skip
        elif value.merged_into in merged:
            message = N_("'{key}' is merged into '{into}' itself.")
            yield Problem(
                pointer=pointer, code="merged_target", message=message,
                params={"key": value.merged_into, "into": merged[value.merged_into]},
                remedy=N_("Merge both into '{into}'."),
            )  # fmt: skip
        if value.parent in merged:
            message = N_("'{key}' is merged and can have nothing below it.")
            yield Problem(
                pointer=f"/values/{place}/parent", code="merged_parent", message=message, params={"key": value.parent}
            )  # fmt: skip


def _is_circular(key: str, parents: Mapping[str, str | None]) -> bool:
    seen = {key}
    above = parents.get(key)
    while above is not None:
        if above in seen:
            return above == key
        seen.add(above)
        above = parents.get(above)
    return False


def _check_aliases(definition: DictionaryDef) -> Iterator[Problem]:
    """One system calls two values by two names, or an import could not tell them apart."""
    seen: dict[tuple[str, str], str] = {}
    for place, value in enumerate(definition.values):
        for system, alias in value.aliases.items():
            other = seen.setdefault((system, alias), value.key)
            if other != value.key:
                message = N_("'{system}' calls both '{key}' and '{other}' {alias}.")
                params: dict[str, object] = {
                    "system": system,
                    "key": value.key,
                    "other": other,
                    "alias": alias,
                }
                pointer = f"/values/{place}/aliases/{system}"
                yield Problem(pointer=pointer, code="duplicate_alias", message=message, params=params)
