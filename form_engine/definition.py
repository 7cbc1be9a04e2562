"""The stored form of a form: what an admin writes, and what its JSON Schema is made from.

The field structs live beside their field types in `fields/`; the concrete `FormDef`, whose `fields` is the union of
all registered types, is built at run time (`fields.registry.form_struct`), so that a plugin's type enters like ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

NAME_PATTERN = "^[a-z][a-z0-9_]{0,39}$"
"""Names of forms, fields and lists. Two underscores in a row are kept for columns of our own."""

Name = Annotated[str, Meta(pattern=NAME_PATTERN)]
ReferenceName = Annotated[str, Meta(pattern=r"^([a-z][a-z0-9_]{0,39}\.)?[a-z][a-z0-9_]{0,39}$")]
"""Another definition: "account", or "trade_crm.account" where the bare name is not enough."""

LabelMap = dict[Annotated[str, Meta(pattern="^[a-z]{2,3}$")], Annotated[str, Meta(max_length=200)]]
TextMap = dict[Annotated[str, Meta(pattern="^[a-z]{2,3}$")], Annotated[str, Meta(max_length=2000)]]

Sensitivity = Literal["personal", "masked", "encrypted"]

DefaultValue = Annotated[
    object,
    Meta(
        extra_json_schema={
            "description": 'A value as on the wire, or {"expr": "…"}: an expression over `user` and the other fields.'
        }
    ),
]


class FieldDef(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """What every field has. The properties are options that a type may or may not offer as keys."""

    name: Name
    label: LabelMap = {}
    help: TextMap = {}
    was: Name | None = None
    """The former name of the field: its column and its values go over to the new name."""

    @property
    def required(self) -> bool:
        return False

    @property
    def unique(self) -> bool:
        return False

    @property
    def index(self) -> bool:
        return False

    @property
    def search(self) -> bool:
        return False

    @property
    def track(self) -> bool:
        return True

    @property
    def default(self) -> object:
        return None

    @property
    def placeholder(self) -> Mapping[str, str]:
        return {}

    @property
    def sensitive(self) -> Sensitivity | None:
        return None

    @property
    def owned_by(self) -> str | None:
        return None


class ValueField(FieldDef, frozen=True, kw_only=True):
    """A field that holds a value of its own."""

    required: bool = False
    default: DefaultValue = None
    placeholder: LabelMap = {}
    track: bool = True
    """Whether a change of the value is kept in the record's history."""
    sensitive: Sensitivity | None = None
    owned_by: Name | None = None
    """The outside system that leads the value ("erp")."""


class IndexedField(ValueField, frozen=True, kw_only=True):
    """A field whose column may be indexed or unique."""

    unique: bool = False
    index: bool = False


class NumberingDef(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the record's `code` is made."""

    pattern: Annotated[str, Meta(min_length=1, max_length=80)]
    reset: Name = "never"
    """never, year, month, day, or the name of a field: each of its values counts for itself."""
    mode: Literal["fast", "strict"] = "fast"
    """fast: writers do not wait for each other, and gaps are possible. strict: none, and what is destroyed is told."""


class PlacedField(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field in a layout, where it needs more than its name."""

    field: Name
    span: Annotated[int, Meta(ge=1, le=3)] = 1
    widget: Name | None = None


class SectionDef(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group of fields in one to three columns."""

    fields: tuple[Name | PlacedField, ...]
    label: LabelMap = {}
    columns: Annotated[int, Meta(ge=1, le=3)] = 2


class TabDef(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One tab of the record screen."""

    sections: tuple[SectionDef, ...]
    label: LabelMap = {}


class LayoutDef(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where each field stands on the screen."""

    tabs: Annotated[tuple[TabDef, ...], Meta(min_length=1)]


class ListDef(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One list of the form's records."""

    name: Name
    columns: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=40)]
    label: LabelMap = {}
    filter: Annotated[str, Meta(max_length=2000)] | None = None
    sort: Annotated[
        tuple[Annotated[str, Meta(pattern="^-?[a-z][a-z0-9_]{0,39}$")], ...], Meta(max_length=3)
    ] = ()
    chips: Annotated[tuple[Name, ...], Meta(max_length=5)] = ()
    """Fields that people narrow this list by with one click; list and totals are indexed for them."""
    totals: Annotated[tuple[Name, ...], Meta(max_length=5)] = ()
    """Number fields that are summed below the list."""
    shown_as: Literal["table"] = field(default="table", name="as")


RulePath = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?$")]
"""A field, or a column of a table or related list: "lines.qty"."""
Expression = Annotated[str, Meta(min_length=1, max_length=2000)]


class RuleDef(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds while a condition holds. A rule without `when` always holds.

    A rule that aims only at columns of one table is asked for each row; in it `lines.qty` is the row's own value.
    """

    id: Name
    label: LabelMap = {}
    when: Expression | None = None
    show: tuple[RulePath, ...] = ()
    """Fields that are shown only while the rule holds."""
    require: tuple[RulePath, ...] = ()
    read_only: tuple[RulePath, ...] = ()
    set: dict[RulePath, Expression] = {}
    """Values that fields have while the rule holds."""
    options: dict[RulePath, Expression] = {}
    """What is offered: a condition over the field itself, asked for each value that could be picked."""
    check: Expression | None = None
    """What has to be true; unknown is not."""
    at: RulePath | None = None
    """Where a failed check is told; without it at the record as a whole."""
    message: TextMap = {}


StageKey = Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
"""A value of the stage field's choice list."""
AnyStage = Annotated[str, Meta(pattern=r"^(\*|[A-Za-z0-9][A-Za-z0-9_.-]{0,59})$")]
AskPath = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?$")]
"""A field, or one of a linked record: "account.website"."""
StageLevel = Literal["hidden", "read", "write", "required"]


class AskedField(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field that a transition asks for, where it needs more than its path."""

    field: AskPath
    optional: bool = False
    """Offered in the dialog, but the move is possible without it."""
    anew: bool = False
    """Asked each time: what stood there before does not count (the reason for going back)."""


class TransitionDef(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way from stage to stage."""

    name: Name
    origin: AnyStage | Annotated[tuple[StageKey, ...], Meta(min_length=1)] = field(name="from")
    """One stage, several, or "*" for every other one."""
    to: StageKey
    label: LabelMap = {}
    roles: Annotated[tuple[ReferenceName, ...], Meta(max_length=40)] = ()
    """Who may take it besides admins; without any, whoever may change the record."""
    when: Annotated[str, Meta(min_length=1, max_length=2000)] | None = None
    """What has to hold, with what was filled in on the way."""
    message: TextMap = {}
    """What is told where `when` does not hold."""
    ask: Annotated[tuple[AskPath | AskedField, ...], Meta(max_length=40)] = ()
    """What must be there afterwards; the dialog shows it."""
    sla: Annotated[str, Meta(pattern=r"^(work )?P(?=\d|T\d)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?)?$")] | None = None
    """How long the record should at most stay in the stage it comes to, as an ISO 8601 duration: "PT24H" by the clock
    on the wall, "work PT8H" eight working hours."""


class StagesDef(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The stages of a form: values of one choice field, what holds in each, and the ways between them."""

    field: Name
    matrix: dict[Name, dict[StageKey, StageLevel]] = {}
    """Field to what may be done with it stage by stage; where nothing is said it may be written."""
    transitions: Annotated[tuple[TransitionDef, ...], Meta(max_length=100)] = ()
    aside: tuple[StageKey, ...] = ()
    """Stages beside the path (lost, on hold): shown only while a record stands there."""


class FormDef(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One form. `fields` holds structs of the registered field types."""

    name: Name
    label: LabelMap
    fields: tuple[FieldDef, ...]
    kind: Literal["form"] = "form"
    schema: Literal[1] = 1
    plural: LabelMap = {}
    title: Annotated[str, Meta(max_length=200)] | None = None
    """Template of a record's title, "{name}"; without one the first text field, else the code."""
    subtitle: Annotated[str, Meta(max_length=200)] | None = None
    icon: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,39}$")] = "table"
    numbering: NumberingDef | None = None
    layout: LayoutDef | None = None
    """Without one, a layout is made from the fields."""
    lists: tuple[ListDef, ...] = ()
    """Without any, a list of all records is made from the first fields."""
    rules: Annotated[tuple[RuleDef, ...], Meta(max_length=200)] = ()
    stages: StagesDef | None = None

    def field_named(self, name: str) -> FieldDef | None:
        """The own field of that name."""
        return next((item for item in self.fields if item.name == name), None)
