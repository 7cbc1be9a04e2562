"""What an expression inside a form definition may name, seen from the definitions as they would be published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from form_engine.definition import FieldDef, FormDef
from form_engine.dictionary.definition import DictionaryDef
from form_engine.fields.children import ChildrenField
from form_engine.fields.link import LinkField
from form_engine.fields.registry import FieldTypes
from form_engine.fields.table import TableField
from form_engine.kind.computed_results import settled
from form_engine.kind.names import names_in
from platform_core.definitions import World
from platform_core.entities import SYSTEM_FIELDS
from platform_core.expressions import USER_SCOPE, Scope, Type, list_of

HOPS = 2
"""Links that a path may follow: as many as the query façade joins."""


class FormScope:
    """The fields of one form, and through its links those of others; `hops` 0 keeps to the form itself."""

    def __init__(self, definition: FormDef, types: FieldTypes, world: World, *, hops: int = HOPS) -> None:
        self._definition = settled(definition, types, world)
        self._types = types
        self._world = world
        self._names = names_in(self._definition, types, world)
        self._hops = hops

    @property
    def roots(self) -> Mapping[str, Scope]:
        return {"user": USER_SCOPE}

    def field(self, path: tuple[str, ...]) -> Type | None:
        """The type of a path; None where it leads nowhere."""
        head, rest = path[0], path[1:]
        system = SYSTEM_FIELDS.get(head)
        if system is not None:
            return system.expression_type if not rest else None
        each = self._definition.field_named(head)
        if each is None:
            return None
        if not rest:
            return self._known_keys(self._types.of(each).expression_type(each, self._names))
        return self._behind(each, rest)

    def names(self, path: tuple[str, ...] = ()) -> Iterable[str]:
        """The names that may follow `path`."""
        if not path:
            return [*(each.name for each in self._definition.fields), *SYSTEM_FIELDS]
        each = self._definition.field_named(path[0])
        if isinstance(each, TableField) and len(path) == 1:
            return [column.name for column in each.fields]
        there = self._other(each) if each is not None else None
        return there.names(path[1:]) if there is not None else ()

    def _behind(self, each: FieldDef, rest: tuple[str, ...]) -> Type | None:
        if isinstance(each, TableField):
            column = next((one for one in each.fields if one.name == rest[0]), None)
            if column is None or len(rest) > 1:
                return None
            return list_of(self._known_keys(self._types.of(column).expression_type(column, self._names)))
        there = self._other(each)
        found = there.field(rest) if there is not None else None
        if found is None or not isinstance(each, ChildrenField):
            return found
        return None if found.kind == "list" else list_of(found)

    def _other(self, each: FieldDef) -> FormScope | None:
        """The scope of the form behind a link or a related list."""
        name = each.form if isinstance(each, ChildrenField | LinkField) else None
        if name is None or self._hops == 0:
            return None
        key = self._world.resolve("form", name)
        made = self._world.definition(key) if key is not None else None
        if key is None or not isinstance(made, FormDef):
            return None
        return FormScope(made, self._types, self._world.at(key), hops=self._hops - 1)

    def _known_keys(self, found: Type) -> Type:
        """A choice's type with the keys of its dictionary, so that a misspelt key is noticed."""
        if found.of is not None:
            return list_of(self._known_keys(found.of))
        if found.kind != "choice" or found.dictionary is None:
            return found
        made = self._world.find("dictionary", found.dictionary)
        if not isinstance(made, DictionaryDef):
            return found
        return msgspec.structs.replace(found, choices=frozenset(value.key for value in made.values))


class RowScope:
    """The columns of one row of a table field, by their own names."""

    def __init__(
        self, columns: Iterable[FieldDef], definition: FormDef, types: FieldTypes, world: World
    ) -> None:
        names = names_in(definition, types, world)
        self._types = {each.name: types.of(each).expression_type(each, names) for each in columns}

    @property
    def roots(self) -> Mapping[str, Scope]:
        return {}

    def field(self, path: tuple[str, ...]) -> Type | None:
        """The type of a column; None where there is none."""
        return self._types.get(path[0]) if len(path) == 1 else None

    def names(self, path: tuple[str, ...] = ()) -> Iterable[str]:
        """The columns."""
        return () if path else list(self._types)
