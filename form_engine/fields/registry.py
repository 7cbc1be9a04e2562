"""The registered field types, and the struct of a form built from them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any, TypeVar, cast

import msgspec

from form_engine.definition import FieldDef, FormDef
from form_engine.fields.base import AnyFieldType, FieldType, erased
from form_engine.fields.formula import FormulaType
from form_engine.fields.lookup import LookupType
from form_engine.fields.missing import MissingField, MissingType
from form_engine.fields.rollup import RollupType
from form_engine.fields.sealed import SealedType
from form_engine.fields.table import TableField, TableType, tag_of
from platform_core.errors import TradewindError

S = TypeVar("S", bound=msgspec.Struct)


class FieldTypeError(TradewindError):
    """A field type that cannot enter: a second one of its name, or no field type at all."""

    code = "field_type"


class FieldTypes:
    """Field types by name. The form struct is made when it is first asked for, and again after a type has entered."""

    def __init__(self) -> None:
        self._types: dict[str, AnyFieldType] = {}
        self._sealed: dict[str, SealedType] = {}
        self._struct: type[FormDef] | None = None

    def add(self, field_type: object) -> None:
        """Let a type in. The same class twice is no mistake: a program assembled again."""
        if not isinstance(field_type, FieldType):
            raise FieldTypeError(f"{field_type!r} is not a field type: subclass form_engine.FieldType")
        standing = self._types.get(field_type.name)
        if isinstance(standing, MissingType):
            standing = None
        if standing is not None and type(standing) is not type(field_type):
            raise FieldTypeError(f"the field type '{field_type.name}' is registered twice")
        if standing is None:
            self._types[field_type.name] = field_type
            self._struct = None

    def remove(self, name: str) -> None:
        """Take a type away: a plugin was switched off, a test is over."""
        self._types.pop(name, None)
        self._struct = None

    def stand_in(self, name: str) -> None:
        """Let something stand for a type whose plugin is switched off, missing or broken."""
        if not isinstance(self._types.get(name), MissingType):
            self._types[name] = erased(MissingType(name))
            self._struct = None

    def mark(self, fields: Iterable[FieldDef]) -> str:
        """What sets a form compiled with stand-ins apart from the same revision compiled with the real types."""
        away = sorted({tag_of(each) for each in fields if isinstance(each, MissingField)})
        return f"~{','.join(away)}" if away else ""

    def names(self) -> tuple[str, ...]:
        return tuple(self._types)

    def all(self) -> tuple[AnyFieldType, ...]:
        return tuple(self._types.values())

    def named(self, name: str) -> AnyFieldType:
        """The type of that name; KeyError if there is none."""
        return self._types[name]

    def of(self, field: FieldDef) -> AnyFieldType:
        """The type of a field; of one that is stored encrypted, the type with other columns around it."""
        kind = self._types[tag_of(field)]
        if field.sensitive != "encrypted":
            return kind
        found = self._sealed.get(kind.name)
        if found is None or found.inner is not kind:
            found = self._sealed[kind.name] = SealedType(kind)
        return erased(found)

    @property
    def form_struct(self) -> type[FormDef]:
        """The concrete FormDef, whose fields are the tagged union of all types."""
        if self._struct is None:
            self._struct = self._build()
        return self._struct

    def decode(self, raw: Mapping[str, object]) -> FieldDef | None:
        """A field from its JSON; None where its type is gone or reads it no longer."""
        try:
            form = msgspec.convert({"name": "x", "label": {}, "fields": [raw]}, self.form_struct)
        except msgspec.ValidationError:
            return None
        return form.fields[0]

    def _build(self) -> type[FormDef]:
        # A `table` takes the types that may stand in rows, so its own struct comes after theirs.
        definitions = {name: kind.definition for name, kind in self._types.items()}
        for name, kind in self._types.items():
            if isinstance(kind, TableType):
                definitions[name] = self._table_struct(name)
        return _with_fields("FormDef", FormDef, list(definitions.values()))

    def _table_struct(self, name: str) -> type[FieldDef]:
        in_rows = [kind.definition for kind in self._types.values() if kind.in_rows]
        return _with_fields("TableField", TableField, in_rows, tag=name)


def _with_fields(
    name: str, base: type[S], structs: list[type[FieldDef]], *, tag: str | None = None
) -> type[S]:
    """A struct like `base` whose `fields` are a tuple of the tagged union of `structs`."""
    union: Any = reduce(operator.or_, structs)
    made = msgspec.defstruct(
        name,
        [("fields", tuple[union, ...])],
        bases=(base,),
        tag=tag,
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        module=__name__,
    )
    return cast("type[S]", made)


def built_in_types() -> FieldTypes:
    """A registry with the product's own types, which enter by the door that plugins use."""
    types = FieldTypes()
    add_built_in(types.add, types)
    return types


def add_built_in(add: Callable[[object], None], types: FieldTypes) -> None:
    """Hands the product's own types to `add`, the door of the extension point behind `types`."""
    from form_engine.fields.built_in import BUILT_IN

    for field_type in BUILT_IN:
        add(erased(field_type()))
    for computed in (FormulaType(types), LookupType(types), RollupType(types)):
        add(computed)
    add(TableType(types._types))
