"""What may be wrong with layout, lists, titles and numbers: mostly names of fields that are not there."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from form_engine.definition import FieldDef, FormDef, ListDef, NumberingDef, PlacedField, SectionDef
from form_engine.fields.autonumber import AutonumberField
from form_engine.fields.base import problem
from form_engine.fields.registry import FieldTypes
from form_engine.kind.check_fields import below
from form_engine.kind.template import DATE_TOKENS, stray_braces, title_parts, tokens
from form_engine.widgets import widgets_for
from platform_core.definitions import did_you_mean
from platform_core.entities import SYSTEM_FIELDS
from platform_core.errors import Problem
from platform_core.i18n import N_

TITLE = "title"
"""The column that shows a record's title, in lists and as their order."""

_PERIOD_TOKENS = {
    "never": (),
    "year": (("YYYY", "YY"),),
    "month": (("YYYY", "YY"), ("MM",)),
    "day": (("YYYY", "YY"), ("MM",), ("DD",)),
}
"""What a pattern must show for each reset, or two periods would give out the same number."""


class ScreenCheck:
    """One check of everything that names fields."""

    def __init__(self, definition: FormDef, types: FieldTypes) -> None:
        self._definition = definition
        self._types = types
        self._fields = {each.name: each for each in definition.fields}

    def problems(self) -> Iterator[Problem]:
        definition = self._definition
        yield from self._template("/title", definition.title)
        yield from self._template("/subtitle", definition.subtitle)
        yield from self._layout()
        yield from self._lists()
        if definition.numbering is not None:
            yield from below("/numbering", self._numbering(definition.numbering))
        for place, each in enumerate(definition.fields):
            if isinstance(each, AutonumberField):
                yield from below(f"/fields/{place}", self._numbering(each, name=each.name))

    def _unknown(self, pointer: str, name: str, known: Collection[str]) -> Problem:
        remedy, hints = did_you_mean(name, known)
        return problem(
            pointer, "unknown_field", N_("There is no field '{name}'."), remedy=remedy, name=name, **hints
        )

    def _template(self, pointer: str, template: str | None) -> Iterator[Problem]:
        if template is None:
            return
        if stray_braces(template):
            message = N_("A brace is left over: places are written as {example}.")
            yield problem(pointer, "template", message, example="{name}")
        for part in title_parts(template):
            if part.field and part.field != "code":
                yield from self._shown(pointer, part.field)

    def _shown(self, pointer: str, name: str) -> Iterator[Problem]:
        """A field inside a title."""
        each = self._fields.get(name)
        if each is None:
            yield self._unknown(pointer, name, [*self._fields, "code"])
        elif not self._types.of(each).in_titles:
            yield self._without_text(pointer, each)

    def _without_text(self, pointer: str, each: FieldDef) -> Problem:
        message = N_("'{name}' cannot stand here: a field of the type '{type}' has no text of its own.")
        return problem(pointer, "no_text", message, name=each.name, type=self._types.of(each).name)

    def _layout(self) -> Iterator[Problem]:
        layout = self._definition.layout
        if layout is None:
            return
        seen: set[str] = set()
        for tab_place, tab in enumerate(layout.tabs):
            for place, section in enumerate(tab.sections):
                yield from below(f"/layout/tabs/{tab_place}/sections/{place}", self._section(section, seen))

    def _section(self, section: SectionDef, seen: set[str]) -> Iterator[Problem]:
        for place, placed in enumerate(section.fields):
            at = f"/fields/{place}"
            name = placed.field if isinstance(placed, PlacedField) else placed
            each = self._fields.get(name)
            if each is None and name not in SYSTEM_FIELDS:
                yield self._unknown(
                    f"{at}/field" if isinstance(placed, PlacedField) else at, name, self._fields
                )
                continue
            if name in seen:
                message = N_("'{name}' stands in the layout twice.")
                yield problem(at, "twice", message, remedy=N_("Keep one of them."), name=name)
            seen.add(name)
            if isinstance(placed, PlacedField):
                yield from below(at, self._placed(placed, section, each))

    def _placed(self, placed: PlacedField, section: SectionDef, each: FieldDef | None) -> Iterator[Problem]:
        if placed.span > section.columns:
            message = N_("The field spans {span} columns; the section has {columns}.")
            yield problem("/span", "span", message, span=placed.span, columns=section.columns)
        if placed.widget is not None and each is not None:
            kind = self._types.of(each)
            offered = (*kind.widgets, *widgets_for(kind.name))
            if placed.widget not in offered:
                remedy, hints = did_you_mean(placed.widget, offered)
                message = N_("The type '{type}' has no widget '{widget}'.")
                params = {"type": self._types.of(each).name, "widget": placed.widget, **hints}
                yield problem("/widget", "widget", message, remedy=remedy, **params)

    def _lists(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for place, each in enumerate(self._definition.lists):
            at = f"/lists/{place}"
            if each.name in seen:
                yield problem(f"{at}/name", "duplicate", N_("There are two lists '{name}'."), name=each.name)
            seen.add(each.name)
            yield from below(at, self._list(each))

    def _list(self, each: ListDef) -> Iterator[Problem]:
        known = [*self._fields, *SYSTEM_FIELDS, TITLE]
        shown: set[str] = set()
        for place, name in enumerate(each.columns):
            if name not in known:
                yield self._unknown(f"/columns/{place}", name, known)
            elif name in shown:
                yield problem(
                    f"/columns/{place}", "twice", N_("The column '{name}' is there twice."), name=name
                )
            shown.add(name)
        for place, spelt in enumerate(each.sort):
            name = spelt.removeprefix("-")
            if name not in known:
                yield self._unknown(f"/sort/{place}", name, known)
            elif not self._sortable(name):
                message = N_("A list cannot be sorted by '{name}'.")
                yield problem(f"/sort/{place}", "not_sortable", message, name=name)
        yield from self._narrowed("chips", each.chips, known)
        yield from self._narrowed("totals", each.totals, known)

    def _narrowed(self, part: str, names: tuple[str, ...], known: list[str]) -> Iterator[Problem]:
        """The chips of a list hold one plain value each, its totals are numbers."""
        fits = self._is_chip if part == "chips" else self._is_number
        for place, name in enumerate(names):
            at = f"/{part}/{place}"
            if name not in known:
                yield self._unknown(at, name, known)
            elif name in names[:place]:
                yield problem(at, "twice", N_("The column '{name}' is there twice."), name=name)
            elif not fits(name):
                message = (
                    N_("A list cannot be narrowed by '{name}' with one click.")
                    if part == "chips"
                    else N_("'{name}' cannot be summed.")
                )
                yield problem(at, part[:-1], message, name=name)

    def _is_chip(self, name: str) -> bool:
        each = self._fields.get(name)
        if each is not None:
            return self._types.of(each).chip
        return name in SYSTEM_FIELDS and SYSTEM_FIELDS[name].reference is not None

    def _is_number(self, name: str) -> bool:
        each = self._fields.get(name)
        return each is not None and self._types.of(each).summed

    def _sortable(self, name: str) -> bool:
        if name == TITLE:
            return True
        each = self._fields.get(name)
        return self._types.of(each).sortable if each is not None else SYSTEM_FIELDS[name].sortable

    def _numbering(self, made: NumberingDef | AutonumberField, name: str = "") -> Iterator[Problem]:
        used = [token for token, _width in tokens(made.pattern)]
        if stray_braces(made.pattern, numbers=True):
            message = N_("A brace is left over: places are written as {example}.")
            yield problem("/pattern", "pattern", message, example="{YYYY}")
        if used.count("seq") != 1:
            message = N_("A number holds its sequence exactly once.")
            remedy = N_("Write {example} where it belongs.")
            yield problem("/pattern", "pattern", message, remedy=remedy, example="{seq:4}")
        for token, width in tokens(made.pattern):
            if token == "seq" and width > 12:
                yield problem("/pattern", "pattern", N_("A sequence has at most {limit} digits."), limit=12)
            elif token not in ("seq", *DATE_TOKENS) and token != name:
                yield from self._token(token)
            elif token == name:
                yield problem("/pattern", "pattern", N_("A number cannot be made from itself."))
        yield from self._reset(made.reset, used)

    def _token(self, token: str) -> Iterator[Problem]:
        known = [*self._fields, "seq", *DATE_TOKENS]
        if token not in self._fields:
            remedy, hints = did_you_mean(token, known)
            message = N_("There is nothing called '{name}' for a number.")
            yield problem("/pattern", "pattern", message, remedy=remedy, name=token, **hints)
        elif not self._types.of(self._fields[token]).has_text:
            yield self._without_text("/pattern", self._fields[token])

    def _reset(self, reset: str, used: list[str]) -> Iterator[Problem]:
        needed = _PERIOD_TOKENS.get(reset)
        if needed is None:
            if reset not in self._fields:
                remedy, hints = did_you_mean(reset, [*self._fields, *_PERIOD_TOKENS])
                message = N_("'{name}' is neither never, year, month, day nor a field.")
                yield problem("/reset", "reset", message, remedy=remedy, name=reset, **hints)
                return
            needed = ((reset,),)
        missing = next((group[0] for group in needed if not set(group) & set(used)), None)
        if missing is not None:
            message = N_("The count begins again, so two records would get one number.")
            remedy = N_("Put {example} into the pattern, or set 'reset' to never.")
            yield problem("/reset", "reset", message, remedy=remedy, example=f"{{{missing}}}")
