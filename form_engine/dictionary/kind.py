"""The kind `dictionary`, as `definitions` asks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from form_engine.definition import FormDef
from form_engine.dictionary.compiled import Dictionary, compile_dictionary
from form_engine.dictionary.definition import DictionaryDef
from form_engine.fields.registry import FieldTypes
from form_engine.fields.table import TableField
from form_engine.kind.meta import Layout, Slot, read_meta
from platform_core import database, i18n
from platform_core.definitions import Key, Kind, PlanItem, Revision, World, did_you_mean
from platform_core.entities import quote
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
        return [*_check_keys(definition), *_check_parents(definition), *_check_aliases(definition)]

    def parts(self, definition: DictionaryDef) -> Iterable[str]:
        return [value.key for value in definition.values]

    async def plan(self, old: Revision | None, new: DictionaryDef | None, world: World) -> list[PlanItem]:
        if old is None or not isinstance(old.definition, DictionaryDef):
            return []
        left = {value.key for value in new.values} if new is not None else set()
        labels = {value.key: i18n.label(value.label) or value.key for value in old.definition.values}
        gone = [key for key in labels if key not in left]
        used = await self._uses(gone, world) if gone else {}
        return [_removed(key, labels[key], used.get(key, 0)) for key in gone]

    async def _uses(self, keys: list[str], world: World) -> dict[str, int]:
        """How many records hold each key, over all forms that take their choices from this list."""
        found: dict[str, int] = {}
        for table, slot in self._places(world):
            for key, count in await _count(table, slot, keys):
                found[key] = found.get(key, 0) + count
        return found

    def _places(self, world: World) -> Iterator[tuple[str, Slot]]:
        """The columns, in their tables, that hold keys of this list today."""
        for key, _definition in world.all("form"):
            standing = world.revision("form", key.full_name)
            if standing is None or not isinstance(standing.definition, FormDef):
                continue
            meta = read_meta(standing.meta)
            yield from self._in(standing.definition.fields, meta.table, meta.layout, world.at(key), world.key)

    def _in(
        self, fields: Iterable[object], table: str, layout: Layout, world: World, wanted: Key
    ) -> Iterator[tuple[str, Slot]]:
        for each in fields:
            if isinstance(each, TableField):
                slot = layout.slots[each.name]
                yield from self._in(each.fields, slot.table, slot.cells or Layout(), world, wanted)
                continue
            name = self._types.of(each).dictionary(each)  # type: ignore[arg-type]  # fields of a FormDef
            if name is not None and world.resolve("dictionary", name) == wanted:
                yield table, layout.slots[each.name]  # type: ignore[attr-defined]  # fields of a FormDef

    def compile(
        self, definition: DictionaryDef, meta: Mapping[str, object], key: Key, revision: int, hash: str
    ) -> Dictionary:
        return compile_dictionary(definition, key.app)


async def _count(table: str, slot: Slot, keys: list[str]) -> list[tuple[str, int]]:
    """(key, rows that hold it) for the keys that are held."""
    column = slot.columns[0]
    name = quote(column.name)
    if column.type.kind == "json":
        holds = database.dialect().json_contains(name)
        sums = ", ".join(f"count(CASE WHEN {holds} THEN 1 END)" for _key in keys)
        rows = await database.fetch_tuples(f"SELECT {sums} FROM {quote(table)}", keys)
        return [(key, int(str(count))) for key, count in zip(keys, rows[0], strict=True) if count]
    marks = ", ".join("?" * len(keys))
    sql = f"SELECT {name}, count(*) FROM {quote(table)} WHERE {name} IN ({marks}) GROUP BY {name}"
    return [(str(key), int(str(count))) for key, count in await database.fetch_tuples(sql, keys)]


def _removed(key: str, label: str, count: int) -> PlanItem:
    message = N_("The value '{value}' goes: {count} records hold it and would show its bare key.")
    return PlanItem(
        id=f"value.{key}.removed",
        code="removed",
        message=message,
        params={"value": label, "count": count},
        count=count,
        destructive=count > 0,
        severity="danger" if count else "info",
    )


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
