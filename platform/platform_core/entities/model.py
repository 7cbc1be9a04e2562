"""The shape of a compiled form. Nothing in here reads the database or knows a concrete field type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

import msgspec

from platform_core.database import ColumnType
from platform_core.expressions import Checked, Type

LabelMap = Mapping[str, str]
"""Label per language code: {"en": "Customer", "zh": "客户"}."""

ReferenceKind = Literal["record", "user", "team", "territory", "file"]


class FieldProblem(Exception):
    """One value that a field refuses: a code, an English message id with its parameters, and what to do."""

    def __init__(
        self, code: str, message: str, *, remedy: str = "", pointer: str = "", **params: object
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.pointer = pointer
        """Below the field's own pointer, e.g. "/2/amount" inside a child table; empty for the field itself."""
        self.params: dict[str, object] = params


class StoredColumn(msgspec.Struct, frozen=True):
    """One database column of a field. `role` tells what it holds: "value", "currency", "sort", "raw", "form"."""

    name: str
    type: ColumnType
    role: str = "value"


class Ref(msgspec.Struct, frozen=True):
    """A reference that still has to be resolved, or a link that may point to several forms.

    `form` is a form key ("trade_crm.account") or empty where the field has one target only.
    """

    id: str = ""
    code: str = ""
    form: str = ""


class Reference(msgspec.Struct, frozen=True):
    """What a field's ids mean. `forms` are form keys (kind "record" only); `many` for links, users, files."""

    kind: ReferenceKind
    forms: tuple[str, ...] = ()
    many: bool = False


class Children(msgspec.Struct, frozen=True):
    """A `children` field: rows of `form` whose link field `by` points here."""

    form: str
    by: str


@dataclass(frozen=True, slots=True)
class Rows:
    """A `table` field: rows that live only inside the record, in their own database table.

    Columns: id, parent (the record's id), position (0…), then the columns of `fields`.
    """

    table: str
    fields: Mapping[str, EntityField]
    limit: int = 2_000
    """The most rows of one record."""


class ParseContext(msgspec.Struct, frozen=True):
    """What parsing may depend on: the actor's language and zone, and the door the value came through."""

    language: str = "en"
    zone: str = "UTC"
    textual: bool = False
    """True where values are text typed or imported by people ("1.200,50", "yes", "Deutschland")."""


class FieldCodec(Protocol):
    """The compiled behaviour of one field; built once per form revision by the field type."""

    def parse(self, raw: object, context: ParseContext) -> object:
        """Wire (or text) to canonical value; None means empty. Raises FieldProblem."""

    def to_columns(self, value: object) -> tuple[object, ...]:
        """Canonical value (or None) to one database value per stored column, in order."""

    def from_columns(self, raw: Sequence[object]) -> object:
        """Database values in column order to the canonical value (None when empty)."""

    def to_wire(self, value: object) -> object:
        """Canonical value to JSON-ready wire value. References give the bare id; `records` presents them."""


@runtime_checkable
class ReadsColumn(Protocol):
    """A codec of one value column that can go to the wire in one step; lists use it, thousands of times a second."""

    def column_to_wire(self, raw: Any, /) -> object:
        """A column value, never None, as wire value: what `to_wire` makes of `from_columns`."""


@runtime_checkable
class EncodesItself(Protocol):
    """A codec whose column values a JSON encoder writes just as `to_wire` would have them (decimals: as their text)."""

    encodes_itself: Literal[True]


@dataclass(frozen=True, slots=True)
class Computed:
    """How a field that nobody writes comes about, as far as others than its maker need to know.

    `inputs` are the fields it is made from, as (form key, field): who does not see one of them does not see the result,
    unless it is `declassified`. A `volatile` one has no column: `expression` is evaluated when a record is read, and
    `fit` makes its result a canonical value (None where it is none).
    """

    kind: Literal["formula", "lookup", "rollup"]
    inputs: tuple[tuple[str, str], ...] = ()
    declassified: bool = False
    volatile: bool = False
    expression: Checked | None = None
    fit: Callable[[object], object] | None = None


@dataclass(frozen=True, slots=True)
class EntityField:
    """One field as the rest of the platform sees it."""

    name: str
    type: str
    label: LabelMap
    codec: FieldCodec
    expression_type: Type
    columns: tuple[StoredColumn, ...] = ()
    required: bool = False
    unique: bool = False
    index: bool = False
    search: bool = False
    track: bool = True
    system: bool = False
    writable: bool = True
    """False for what only the platform sets: autonumbers, computed fields, most system columns."""
    sensitive: str | None = None
    owned_by: str | None = None
    reference: Reference | None = None
    children: Children | None = None
    rows: Rows | None = None
    dictionary: str | None = None
    operators: tuple[str, ...] = ()
    """Filter operators offered for the field: "eq", "ne", "contains", "lt", "between", "blank", "in", …"""
    sortable: bool = False
    groupable: bool = False
    default: object = None
    """Canonical constant, or None."""
    default_expression: Checked | None = None
    numbering: Numbering | None = None
    definition: object = None
    """The field's own definition struct, for the engine that made it."""
    computed: Computed | None = None
    """For formulas, lookups and rollups; `type` and `definition` then are those of the result."""
    plain: bool = False
    """True where the value column already is the wire value (text, whole numbers, booleans): lists skip the codec."""
    neutral_text: Callable[[object], str] | None = None
    """Canonical value to text that depends on no reader, for titles; None takes the wire value's text."""

    @property
    def sort_column(self) -> str | None:
        """The column to order by: the stored sort key where there is one."""
        for column in self.columns:
            if column.role == "sort":
                return column.name
        return self.columns[0].name if self.columns and self.sortable else None

    @property
    def virtual(self) -> bool:
        """True where the form's own table has no column for it (children and table rows)."""
        return not self.columns


class Numbering(msgspec.Struct, frozen=True):
    """How a number is made: "CUS-{YYYY}-{seq:3}". `reset`: never, year, month, day, or a field's name."""

    pattern: str
    reset: str = "never"
    mode: Literal["fast", "strict"] = "fast"


class TitlePart(msgspec.Struct, frozen=True):
    """A piece of a title template: literal text, or the name of a field (or "code")."""

    text: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class EntityView:
    """One list of a form: which records, which columns, in which order, shown how."""

    name: str
    label: LabelMap
    columns: tuple[str, ...]
    filter: Checked | None = None
    sort: tuple[str, ...] = ()
    shown_as: str = "table"
    chips: tuple[str, ...] = ()
    """Fields by which people narrow the list with one click."""
    totals: tuple[str, ...] = ()
    """Number fields that are summed below it."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One compiled form revision."""

    app: str
    name: str
    table: str
    revision: int
    hash: str
    label: LabelMap
    fields: Mapping[str, EntityField]
    """Own fields in definition order, then the system fields."""
    title: tuple[TitlePart, ...] = ()
    subtitle: tuple[TitlePart, ...] = ()
    icon: str = "table"
    numbering: Numbering | None = None
    views: Mapping[str, EntityView] = field(default_factory=dict)
    definition: object = None

    @property
    def key(self) -> str:
        """ "app.name", the name by which everything refers to the form."""
        return f"{self.app}.{self.name}"

    @property
    def stored_fields(self) -> tuple[EntityField, ...]:
        """Fields with columns in the form's own table."""
        return tuple(f for f in self.fields.values() if f.columns)

    @property
    def own_fields(self) -> tuple[EntityField, ...]:
        """What the definition declares, without the system fields."""
        return tuple(f for f in self.fields.values() if not f.system)
