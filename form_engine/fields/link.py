"""`link`: one record of another form, or of one of several forms."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from msgspec import field as member

from form_engine.definition import FieldDef, IndexedField, ReferenceName
from form_engine.fields.base import FieldType, Names, Schema, problem, stored
from form_engine.fields.references import (
    AnyFormCodec,
    OneCodec,
    accepted_schema,
    presented_schema,
    shown_reference,
)
from platform_core.database import TEXT, UUID
from platform_core.definitions import Reference as DefinitionReference
from platform_core.entities import FieldCodec, FieldProblem, Ref, Reference, StoredColumn
from platform_core.errors import Problem
from platform_core.expressions import REF, Type
from platform_core.expressions import ref as ref_type
from platform_core.i18n import N_, Listener, translator


class LinkField(IndexedField, frozen=True, kw_only=True, tag="link"):
    """A record of `form`, or of one of `forms`."""

    form: ReferenceName | None = None
    forms: tuple[ReferenceName, ...] = member(default=())

    @property
    def targets(self) -> tuple[str, ...]:
        """The forms as the definition names them."""
        return (self.form,) if self.form else self.forms


class LinkType(FieldType[LinkField]):
    name = "link"
    definition = LinkField
    label = N_("Link")
    has_text = False
    groupable = True
    chip = True
    widgets = ("record", "link")

    def columns(self, field: LinkField, base: str) -> tuple[StoredColumn, ...]:
        if len(field.targets) == 1:
            return (stored(base, UUID),)
        return (stored(base, UUID), stored(base, TEXT, "form", role="form"))

    def codec(self, field: LinkField, names: Names) -> FieldCodec:
        reference = self.reference(field, names)
        return OneCodec(reference) if len(reference.forms) == 1 else AnyFormCodec(reference)

    def reference(self, field: LinkField, names: Names) -> Reference:
        return Reference("record", tuple(names.form_key(name) for name in field.targets))

    def meaning(self, field: LinkField, names: Names) -> str:
        return ",".join(sorted(names.form_key(name) for name in field.targets))

    def convert(
        self, field: LinkField, names: Names, source: FieldType[FieldDef], old: FieldDef, value: object
    ) -> object:
        """An id keeps its meaning where its form stays among the targets; nothing else becomes a link."""
        form = value.form if isinstance(value, Ref) else ""
        if isinstance(old, LinkField) and isinstance(value, str) and len(old.targets) == 1:
            form = names.form_key(old.targets[0])
        if not form or form not in (names.form_key(name) for name in field.targets):
            raise FieldProblem(
                "not_convertible", N_("This does not point to a form that the field links to.")
            )
        found = value.id if isinstance(value, Ref) else str(value)
        return found if len(field.targets) == 1 else Ref(id=found, form=form)

    def expression_type(self, field: LinkField, names: Names) -> Type:
        return ref_type(names.form_key(field.targets[0])) if len(field.targets) == 1 else REF

    def value_schema(self, field: LinkField) -> Schema:
        return presented_schema("code", "title", *(() if len(field.targets) == 1 else ("form",)))

    def input_schema(self, field: LinkField) -> Schema:
        return accepted_schema("id", "code", *(() if len(field.targets) == 1 else ("form",)))

    def show(self, field: LinkField, names: Names, wire: object, reader: Listener) -> str:
        return shown_reference(wire, translator(reader.language).gettext(N_("(restricted)")))

    def references(self, field: LinkField) -> Iterator[DefinitionReference]:
        if field.form:
            yield DefinitionReference("form", field.form, pointer="/form")
        for place, name in enumerate(field.forms):
            yield DefinitionReference("form", name, pointer=f"/forms/{place}")

    def check(self, field: LinkField) -> Iterator[Problem]:
        if bool(field.form) == bool(field.forms):
            yield problem(
                "/form",
                "link_target",
                N_("A link names one form in 'form', or several in 'forms'."),
                remedy=N_("Keep one of the two keys."),
            )
        elif len(field.forms) == 1 or len(set(field.forms)) != len(field.forms):
            yield problem("/forms", "link_target", N_("'forms' lists at least two different forms."))

    def demo(self, field: LinkField, names: Names, random: Random) -> object:
        return None
