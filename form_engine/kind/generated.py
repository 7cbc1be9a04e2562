"""What a definition may leave out: a layout, a list, a title."""

from __future__ import annotations

from collections.abc import Iterable

from form_engine.definition import FieldDef, FormDef, LayoutDef, ListDef, PlacedField, SectionDef, TabDef
from form_engine.fields.registry import FieldTypes
from platform_core import i18n
from platform_core.i18n import N_

_COLUMNS = 6
_WIDE = frozenset(
    {"long_text", "rich_text", "address", "json", "signature", "table", "children", "files", "links"}
)


def default_title(definition: FormDef, types: FieldTypes) -> str:
    """The first text field, else the first field that can be shown, else the number."""
    own = [each for each in definition.fields if types.of(each).in_titles]
    first = next((each for each in own if types.of(each).name == "text"), own[0] if own else None)
    return f"{{{first.name}}}" if first is not None else "{code}"


def default_list(definition: FormDef, types: FieldTypes) -> ListDef:
    """All records, newest first, with the first fields that fit a column."""
    shown = [each.name for each in definition.fields if types.of(each).sortable][:_COLUMNS]
    code = ["code"] if definition.numbering is not None else []
    return ListDef(
        name="all",
        label=spoken(N_("All")),
        columns=(*code, *shown, "owner", "updated_at"),
        sort=("-updated_at",),
    )


def full_layout(definition: FormDef, types: FieldTypes) -> LayoutDef:
    """The definition's own layout; without one a tab of all fields and one tab per related list."""
    if definition.layout is not None:
        return definition.layout
    related = [each for each in definition.fields if types.of(each).name == "children"]
    own = [each for each in definition.fields if each not in related]
    tabs = [TabDef(label=spoken(N_("Details")), sections=tuple(_sections(own, types)))]
    tabs += [
        TabDef(label=each.label, sections=(SectionDef(fields=(each.name,), columns=1),)) for each in related
    ]
    return LayoutDef(tabs=tuple(tabs))


def _sections(fields: Iterable[FieldDef], types: FieldTypes) -> Iterable[SectionDef]:
    placed = [PlacedField(field=each.name, span=2 if types.of(each).name in _WIDE else 1) for each in fields]
    yield SectionDef(fields=tuple(place.field if place.span == 1 else place for place in placed), columns=2)


def spoken(message: str) -> dict[str, str]:
    """A message id as a label map of the product's languages."""
    return {language.code: i18n.translator(language.code).gettext(message) for language in i18n.languages()}
