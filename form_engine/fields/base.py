"""What every field type answers. One file per type beside this one; a plugin's type subclasses the same class."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Generic, Protocol, TypeVar, cast

from form_engine.definition import FieldDef
from form_engine.dictionary.compiled import Dictionary
from platform_core import settings
from platform_core.database import ColumnType
from platform_core.definitions import Reference as DefinitionReference
from platform_core.entities import FieldCodec, ParseContext, Reference, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import Type
from platform_core.i18n import Listener

D = TypeVar("D", bound=FieldDef)

Schema = dict[str, object]
"""A JSON Schema fragment."""

Cell = str | int | bool | Decimal | date | datetime | None
"""What an exported spreadsheet cell holds."""

TEXT_OPERATORS = ("eq", "ne", "contains", "starts_with", "in", "blank")
ORDER_OPERATORS = ("eq", "ne", "lt", "le", "gt", "ge", "between", "blank")
KEY_OPERATORS = ("eq", "ne", "in", "blank")
LIST_OPERATORS = ("includes", "blank")

INDEXED_TEXT = 500
"""Longest text that may be indexed: four bytes a character stay under PostgreSQL's 2,700 bytes an index entry."""


class Names(Protocol):
    """What a field type may ask about other definitions while a form is compiled or checked."""

    def form_key(self, name: str) -> str:
        """ "account" to "trade_crm.account", as the form means it."""

    def dictionary_key(self, name: str) -> str:
        """ "grade" to "trade_crm.grade", as the form means it."""

    def dictionary(self, name: str) -> Dictionary | None:
        """The dictionary as the form means it, in its present revision. Asked for values, never while compiling."""


class FieldType(ABC, Generic[D]):
    """One field type: its definition, its columns, and how a value is read, kept, shown and written.

    `parse` and its fellows are the codec's (`codec`), built once per field and form revision. What remains here is
    asked rarely: while publishing, drawing a screen, importing or exporting.
    """

    name: str
    definition: type[FieldDef]
    label: str
    """Message id, for the palette and the documentation."""
    operators: tuple[str, ...] = KEY_OPERATORS
    sortable: bool = True
    groupable: bool = False
    chip: bool = False
    """Whether people may narrow a list by one of its values with one click."""
    summed: bool = False
    """Whether a list may show the sum of its values."""
    in_rows: bool = True
    """Whether it may be a column of a `table` field."""
    writable: bool = True
    virtual: bool = False
    """True where the form's own table has no column for it."""
    plain: bool = False
    """True where the first column already is the wire value."""
    encryptable: bool = False
    """Whether its values may be stored encrypted."""
    in_titles: bool = True
    """Whether a title may show it; of a reference it shows the other's title."""
    has_text: bool = True
    """Whether `neutral_text` tells something; the id of a reference does not."""
    widgets: tuple[str, ...] = ("input",)
    """Widgets that can enter it; the first is the default."""

    @abstractmethod
    def columns(self, field: D, base: str) -> tuple[StoredColumn, ...]:
        """The columns; the first is called `base` and the others begin with `base` and two underscores."""

    @abstractmethod
    def codec(self, field: D, names: Names) -> FieldCodec:
        """The compiled behaviour of one field."""

    @abstractmethod
    def expression_type(self, field: D, names: Names) -> Type:
        """What an expression sees."""

    @abstractmethod
    def value_schema(self, field: D) -> Schema:
        """JSON Schema of a wire value, without null."""

    @abstractmethod
    def demo(self, field: D, names: Names, random: Random) -> object:
        """A plausible wire value."""

    def input_schema(self, field: D) -> Schema:
        """JSON Schema of what the API accepts, where that is more than it answers."""
        return self.value_schema(field)

    def show(self, field: D, names: Names, wire: object, reader: Listener) -> str:
        """A wire value as `reader` reads it."""
        return str(wire)

    def typed(self, text: str) -> str:
        """What somebody types into a filter, as stored values (or their beginnings) are spelt."""
        return text

    def cell(self, field: D, names: Names, wire: object, reader: Listener) -> Cell:
        """A wire value as an export writes it; `codec.parse` reads it back in a textual context."""
        return self.show(field, names, wire, reader)

    def neutral_text(self, field: D, names: Names, value: object) -> str:
        """A canonical value as text that does not depend on a reader: titles, search, and retyping start from it."""
        return str(value)

    def convert(
        self, field: D, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        """A canonical value of another type (or of this one with other options) as one of this field.

        FieldProblem where the value cannot go over. The base goes through neutral text.
        """
        ours = settings.current()
        context = ParseContext(language=ours.language, zone=ours.zone, textual=True)
        return self.codec(field, names).parse(source.neutral_text(old, names, value), context)

    def check(self, field: D) -> Iterator[Problem]:
        """What is wrong with the field on its own; pointers are below the field."""
        return iter(())

    def references(self, field: D) -> Iterator[DefinitionReference]:
        """The definitions it uses; pointers are below the field."""
        return iter(())

    def reference(self, field: D, names: Names) -> Reference | None:
        """What its ids mean, for references."""
        return None

    def dictionary(self, field: D) -> str | None:
        """The dictionary it takes its keys from, as the definition names it."""
        return None

    def meaning(self, field: D, names: Names) -> str:
        """What stored values mean beyond their columns; where this changes, they are converted to new columns."""
        return ""

    def constant_default(self, field: D, names: Names) -> object:
        """Canonical default from the definition's constant. Asked while compiling; FieldProblem where it is wrong."""
        if field.default is None:
            return None
        return self.codec(field, names).parse(field.default, ParseContext())

    def cut_length(self, old: D, new: D) -> int | None:
        """Characters that stored text is cut to where `new` allows less than `old`; None where nothing is cut."""
        return None

    def column_default(self, field: D) -> str | None:
        """SQL literal that existing rows get when the column is added."""
        return None

    def index_columns(self, columns: tuple[StoredColumn, ...]) -> tuple[str, ...]:
        """The columns that an index over the field takes."""
        return (columns[0].name,) if columns else ()


AnyFieldType = FieldType[FieldDef]


def erased(field_type: FieldType[D]) -> AnyFieldType:
    """A field type among others: whoever looks one up by name gives it back only fields of its own struct."""
    return cast(AnyFieldType, field_type)


def stored(base: str, column_type: ColumnType, suffix: str = "", role: str = "value") -> StoredColumn:
    """A column called `base`, or `base__suffix`."""
    return StoredColumn(name=f"{base}__{suffix}" if suffix else base, type=column_type, role=role)


def problem(pointer: str, code: str, message: str, *, remedy: str = "", **params: object) -> Problem:
    """A problem of a field's definition."""
    return Problem(pointer=pointer, code=code, message=message, params=params, remedy=remedy)
