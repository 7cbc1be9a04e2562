"""`children`: the records of another form whose link field points here. Nothing is stored on this side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from form_engine.definition import FieldDef, Name, ReferenceName
from form_engine.fields.base import FieldType, Names, Schema
from platform_core.definitions import Reference as DefinitionReference
from platform_core.entities import Children, FieldCodec, FieldProblem, ParseContext, StoredColumn
from platform_core.expressions import Type, list_of
from platform_core.expressions import ref as ref_type
from platform_core.i18n import N_, Listener


class ChildrenField(FieldDef, frozen=True, kw_only=True, tag="children"):
    """The records of `form` whose link field `by` points here."""

    form: ReferenceName
    by: Name


@dataclass(frozen=True, slots=True)
class ChildrenCodec:
    def parse(self, raw: object, context: ParseContext) -> object:
        if raw is None or raw == []:
            return None
        raise FieldProblem(
            "children",
            N_("Related records are saved on their own form."),
            remedy=N_("Create or change them there."),
        )

    def to_columns(self, value: object) -> tuple[object, ...]:
        return ()

    def from_columns(self, raw: Sequence[object]) -> object:
        return None

    def to_wire(self, value: object) -> object:
        return None


class ChildrenType(FieldType[ChildrenField]):
    name = "children"
    definition = ChildrenField
    label = N_("Related list")
    in_titles = False
    has_text = False
    operators = ()
    sortable = False
    in_rows = False
    virtual = True
    widgets = ("related_list",)

    def columns(self, field: ChildrenField, base: str) -> tuple[StoredColumn, ...]:
        return ()

    def codec(self, field: ChildrenField, names: Names) -> FieldCodec:
        return ChildrenCodec()

    def relation(self, field: ChildrenField, names: Names) -> Children:
        """The form and its link field, for `records`."""
        return Children(names.form_key(field.form), field.by)

    def expression_type(self, field: ChildrenField, names: Names) -> Type:
        return list_of(ref_type(names.form_key(field.form)))

    def value_schema(self, field: ChildrenField) -> Schema:
        return {"type": "array", "items": {"type": "object"}}

    def show(self, field: ChildrenField, names: Names, wire: object, reader: Listener) -> str:
        return ""

    def references(self, field: ChildrenField) -> Iterator[DefinitionReference]:
        yield DefinitionReference("form", field.form, part=field.by, pointer="/by")

    def demo(self, field: ChildrenField, names: Names, random: Random) -> object:
        return None
