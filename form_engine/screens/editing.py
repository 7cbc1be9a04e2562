"""The create and edit screens: every field with its value or what was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from form_engine.definition import PlacedField, SectionDef
from form_engine.fields.missing import AWAY, MissingField
from form_engine.rules.asking import Asked
from form_engine.screens.forms import path_of
from form_engine.screens.lists import plural_of
from form_engine.screens.offers import offers_address
from form_engine.screens.records import help_of, placed_fields
from form_engine.screens.stage_path import moved_fields
from form_engine.screens.states import asked_for, live_data, state_of, why_not_open
from form_engine.showing import form as published_form
from platform_core import i18n, permissions, records
from platform_core.entities import Entity, EntityField
from platform_core.errors import Forbidden, Problem
from platform_core.i18n import N_, _
from platform_core.identity import Actor
from platform_core.records import Record

Values = Mapping[str, object]


class ControlView(msgspec.Struct, frozen=True, kw_only=True):
    """One field of the form. `value` is the wire value or, after a refusal, what was typed."""

    field: EntityField
    label: str
    value: object
    writable: bool
    help: str = ""
    placeholder: str = ""
    widget: str = ""
    wide: bool = False
    errors: tuple[str, ...] = ()
    cell_errors: Mapping[str, str] = {}
    """Inside a table field: "/2/amount" to its message."""
    why: str = ""
    required: bool | None = None
    """Whether it is required right now; None: as the field says."""
    hidden: bool = False
    """A rule hides it; it stands in the page, out of sight, so that the rule can bring it back."""
    closed: str = ""
    """Why a rule has closed it; "" for one that is open."""
    offers: str = ""
    """Where a link whose offer a rule narrows asks for it; "" for every other field."""
    offers_with: str = ""
    """Names of the fields whose present values that question carries."""


class EditSection(msgspec.Struct, frozen=True):
    """A card of controls."""

    key: str
    label: str
    columns: int
    controls: tuple[ControlView, ...]


class EditTab(msgspec.Struct, frozen=True, kw_only=True):
    """One tab of the form; `wrong` counts its problems."""

    key: str
    label: str
    sections: tuple[EditSection, ...]
    wrong: int = 0


class EditPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the edit template shows. `record` is None for a new one."""

    entity: Entity
    form: str
    title: str
    action: str
    cancel_url: str
    tabs: tuple[EditTab, ...]
    tab: str = "t0"
    record: Record | None = None
    list_title: str = ""
    one: str = ""
    general: tuple[str, ...] = ()
    """Problems that belong to no field on the screen."""
    wrong: int = 0
    live: dict[str, Any] | None = None
    """What the browser is told of rules and formulas; None for a form without any."""


async def new_page(entity: Entity, actor: Actor, typed: Values, problems: Sequence[Problem] = ()) -> EditPage:
    """The form for a new record, with what the address or a refused save has filled in."""
    access = permissions.access(entity, actor)
    path = path_of(entity)
    asked = await asked_for(entity, actor, typed=typed)
    held = {**_defaults(entity, actor), **typed}
    computed = _computed(entity)
    may = (
        {f.name for f in entity.fields.values() if access.creatable(f.name)} - moved_fields(entity) - computed
    )
    one = i18n.label(entity.label) or entity.name
    return _page(
        entity, held, may, problems, title=_("New {thing}", thing=one.lower()), action=f"/r/{path}/new",
        cancel_url=f"/r/{path}", form=path, one=one, asked=asked, live=await live_data(entity, asked, actor, None),
        visible={name for name in computed if access.readable(name)},
    )  # fmt: skip


async def edit_page(
    entity: Entity, record_id: str, actor: Actor, typed: Values | None = None, problems: Sequence[Problem] = (),
    tab: str = "t0",
) -> EditPage:  # fmt: skip
    """The form for a stored record. Raises NotFound, or Forbidden where the actor only reads it."""
    record = await records.get(entity.key, record_id, actor=actor)
    if record.access is None or not record.access.can_update:
        raise Forbidden(N_("You may read this record, but not change it."))
    writable = {name for name, level in record.access.fields.items() if level == "write"}
    may = writable - moved_fields(entity) - _computed(entity)
    path = path_of(entity)
    url = f"/r/{path}/{record_id}"
    asked = await asked_for(entity, actor, record_id, typed)
    return _page(
        entity, {**record.values, **(typed or {})}, may, problems, title=record.title or record.code or _("Untitled"),
        action=f"{url}/edit", cancel_url=url if tab == "t0" else f"{url}?tab={tab}", form=path, record=record, tab=tab,
        visible=set(record.access.fields), asked=asked,
        live=await live_data(entity, asked, actor, record.access.fields),
    )  # fmt: skip


def _computed(entity: Entity) -> set[str]:
    """Fields that nobody fills in; they stand on the form to show what they come to."""
    return {field.name for field in entity.own_fields if field.computed is not None}


def _page(
    entity: Entity, held: Values, may: set[str], problems: Sequence[Problem], *, form: str,
    visible: set[str] | None = None, asked: Asked | None = None, **more: object,
) -> EditPage:  # fmt: skip
    by_field = _by_field(problems)
    drawn: set[str] = set()
    tabs: list[EditTab] = []
    for number, tab in enumerate(published_form(entity.key).layout.tabs):
        drawing = _Drawing(entity, held, may, visible, by_field, asked)
        sections = tuple(drawing.sections(tab.sections, f"t{number}"))
        controls = [control for section in sections for control in section.controls]
        # What is hidden, or only shown, has no place of its own for a problem.
        names = {one.field.name for one in controls if one.writable and not one.hidden}
        drawn |= names
        if sections:
            wrong = sum(len(by_field.get(name, ())) for name in names)
            label = i18n.label(tab.label) or _("Details")
            tabs.append(EditTab(key=f"t{number}", label=label, sections=sections, wrong=wrong))
    general = tuple(_sentence(p) for name, found in by_field.items() if name not in drawn for p in found)
    return EditPage(
        entity=entity, form=form, tabs=tuple(tabs), general=general, wrong=len(problems),
        list_title=plural_of(entity), **more,  # type: ignore[arg-type]  # the keywords of the two callers above
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What the controls of one page are made from."""

    entity: Entity
    held: Values
    may: set[str]
    visible: set[str] | None
    by_field: Mapping[str, Sequence[Problem]]
    asked: Asked | None

    def sections(self, sections: Iterable[SectionDef], tab: str) -> Iterable[EditSection]:
        """The cards of a tab; those without a control are left out."""
        for number, section in enumerate(sections):
            controls = tuple(
                self.control(place, field)
                for place in placed_fields(section)
                if (field := self.entity.fields.get(place.field)) is not None
                and field.children is None
                and _belongs(field, self.may, self.visible)
            )
            if controls:
                label = i18n.label(section.label) or ""
                yield EditSection(f"{tab}-s{number}", label, section.columns, controls)

    def control(self, place: PlacedField, field: EntityField) -> ControlView:
        """One field with its value, what is wrong with it, and the state that rules have brought it into."""
        found, state = self.by_field.get(field.name, ()), state_of(self.asked, field.name)
        offers, offers_with = ("", "")
        if self.asked is not None and field.reference is not None:
            stored = self.asked.save.id if not self.asked.save.is_new else None
            offers, offers_with = offers_address(self.entity, field, stored)
        return ControlView(
            field=field, label=i18n.label(field.label) or field.name, value=self.held.get(field.name),
            writable=field.name in self.may, help=help_of(field), placeholder=_placeholder(field),
            widget=place.widget or "", wide=place.span > 1 or field.rows is not None,
            errors=tuple(_sentence(p) for p in found if field.rows is None or p.pointer.count("/") == 1),
            cell_errors={_below(p): _sentence(p) for p in found if field.rows and p.pointer.count("/") > 1},
            why="" if field.name in self.may else _why_closed(self.entity, field),
            required=field.required if self.asked is None else state.required,
            hidden=not state.visible, closed=why_not_open(state), offers=offers, offers_with=offers_with,
        )  # fmt: skip


def _belongs(field: EntityField, may: set[str], visible: set[str] | None) -> bool:
    """On a new record only what can be given or is computed; on a stored one also what can only be read."""
    return field.name in may or (visible is not None and field.name in visible)


def _why_closed(entity: Entity, field: EntityField) -> str:
    if field.name in moved_fields(entity):
        return _("Moved by the buttons at the top of the record.")
    if field.owned_by:
        return _("Comes from {system}.", system=field.owned_by.upper())
    if isinstance(field.definition, MissingField):
        return _(AWAY, type=field.type)
    if not field.writable:
        return _("Filled in by itself.")
    return _("Your role may only read this.")


def _placeholder(field: EntityField) -> str:
    return i18n.label(getattr(field.definition, "placeholder", None) or {}) or ""


def _by_field(problems: Sequence[Problem]) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        found.setdefault(problem.pointer.split("/")[1] if problem.pointer else "", []).append(problem)
    return found


def _below(problem: Problem) -> str:
    return "/" + problem.pointer.split("/", 2)[2]


def _sentence(problem: Problem) -> str:
    """What is wrong and what to do, in the reader's language."""
    text = _(problem.message, **problem.params)
    return f"{text} {_(problem.remedy, **problem.params)}" if problem.remedy else text


def _defaults(entity: Entity, actor: Actor) -> dict[str, object]:
    """What a save would fill in, as far as it depends on nothing that is still to be typed."""
    values = records.default_values(entity, actor)
    return {name: entity.fields[name].codec.to_wire(value) for name, value in values.items()}


def wall_clock(value: object) -> str:
    """An instant as a `datetime-local` input wants it, in the reader's zone; typed text stays as it is."""
    if not isinstance(value, str) or not value:
        return ""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    if moment.tzinfo is None:
        return value
    return moment.astimezone(ZoneInfo(i18n.current().zone)).strftime("%Y-%m-%dT%H:%M")


def table_names(entity: Entity) -> tuple[str, ...]:
    """Fields whose posted values are rows."""
    return tuple(field.name for field in entity.own_fields if field.rows is not None)


def given_values(entity: Entity, nested: Mapping[str, object]) -> dict[str, object]:
    """What a posted form says about fields; whatever else it carries is left out."""
    return {
        name: [_row(row) for row in value] if isinstance(value, list) and entity.fields[name].rows else value
        for name, value in nested.items()
        if name in entity.fields and (not entity.fields[name].system or name == "owner")
    }


def filled_in(entity: Entity, given: Values, actor: Actor) -> dict[str, object]:
    """What a new record is given: a field left blank takes its default, unless the form had shown that default and
    the reader emptied it."""
    offered = records.default_values(entity, actor)
    return {name: value for name, value in given.items() if name in offered or not _is_blank(value)}


def _is_blank(value: object) -> bool:
    """Nothing was typed: also money without an amount, and a reference without a code."""
    if isinstance(value, Mapping):
        return not any(part for name, part in value.items() if name not in _ALWAYS_SENT)
    return value in ("", None, [])


def _row(row: object) -> object:
    """A posted row; an id of ours that only marks a new row is no record id."""
    if not isinstance(row, dict):
        return row
    return {name: value for name, value in row.items() if name != "id" or len(str(value)) == _ID_LENGTH}


_ALWAYS_SENT = frozenset(("currency", "platform", "form"))
"""Parts of a control that have a value even where nothing was typed."""
_ID_LENGTH = 36
