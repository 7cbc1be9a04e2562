"""What an expression may say about a record: its fields, those behind links, the rows inside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from platform_core.entities.lookup import find
from platform_core.entities.model import Entity, EntityField
from platform_core.expressions import ANY, USER_SCOPE, Scope, Type, list_of, ref

HOPS = 2
"""Links that a path may follow: `account.parent_group.name`."""


class Sight(Protocol):
    """What one actor sees. Without one everything is seen: rules and formulas run with the system's eyes."""

    def field(self, entity: Entity, name: str, /) -> bool:
        """Whether the field is read in clear on every row of the form that the actor sees."""

    def rows(self, entity: Entity, /) -> tuple[str, tuple[object, ...]]:
        """The condition over alias `t` for the rows the actor sees, with its parameters; "" for every row."""


class EntityScope:
    """The names of one form. A field that the actor does not read in clear is as unknown as one that is not there.

    `roots` are the further names a path may begin with (`user` where none are given); with `old=True` the fields also
    stand under `old`.
    """

    def __init__(
        self,
        entity: Entity,
        *,
        roots: Mapping[str, Scope] | None = None,
        sight: Sight | None = None,
        old: bool = False,
    ) -> None:
        self._entity = entity
        self._sight = sight
        self._roots: dict[str, Scope] = {"user": USER_SCOPE} if roots is None else dict(roots)
        if old:
            self._roots["old"] = EntityScope(entity, roots={}, sight=sight)

    @property
    def roots(self) -> Mapping[str, Scope]:
        return self._roots

    def field(self, path: tuple[str, ...]) -> Type | None:
        """The type of a path; None for one that leads nowhere for this actor."""
        return self._type(self._entity, path, HOPS)

    def names(self, path: tuple[str, ...] = ()) -> Iterable[str]:
        """The names that may follow `path`."""
        fields = self._fields_below(path)
        return [name for name, known in fields.items() if known]

    def _type(self, entity: Entity, path: tuple[str, ...], hops: int) -> Type | None:
        field = entity.fields.get(path[0]) if path else None
        if field is None or not self._sees(entity, field):
            return None
        rest = path[1:]
        if field.rows is not None:
            return self._of_rows(field.rows.fields, rest)
        if field.children is not None:
            return self._of_children(field.children.form, rest)
        if not rest:
            return field.expression_type
        target = linked_entity(field)
        return self._type(target, rest, hops - 1) if target is not None and hops else None

    def _of_rows(self, cells: Mapping[str, EntityField], rest: tuple[str, ...]) -> Type | None:
        if not rest:
            return list_of(ANY)
        cell = cells.get(rest[0])
        if cell is None or not cell.columns:
            return None
        if len(rest) == 1:
            return list_of(cell.expression_type)
        target = linked_entity(cell)
        inner = self._type(target, rest[1:], 0) if target is not None else None
        return list_of(inner) if inner is not None and inner.kind != "list" else None

    def _of_children(self, form: str, rest: tuple[str, ...]) -> Type | None:
        if not rest:
            return list_of(ref(form))
        entity = find(form)
        inner = self._type(entity, rest, 0) if entity is not None else None
        return list_of(inner) if inner is not None and inner.kind != "list" else None

    def _sees(self, entity: Entity, field: EntityField) -> bool:
        return self._sight is None or self._sight.field(entity, field.name)

    def _fields_below(self, path: tuple[str, ...]) -> dict[str, bool]:
        entity: Entity | None = self._entity
        for place, step in enumerate(path):
            field = entity.fields.get(step) if entity is not None else None
            if field is None or entity is None or not self._sees(entity, field):
                return {}
            if field.rows is not None and place == len(path) - 1:
                return {name: bool(cell.columns) for name, cell in field.rows.fields.items()}
            entity = find(field.children.form) if field.children is not None else linked_entity(field)
        if entity is None:
            return {}
        return {name: self._type(entity, (name,), 0) is not None for name in entity.fields}


def linked_entity(field: EntityField) -> Entity | None:
    """The one form that a link leads to; None for lists of links and links to one of several forms."""
    reference = field.reference
    if reference is None or reference.kind != "record" or reference.many or len(reference.forms) != 1:
        return None
    return find(reference.forms[0])
