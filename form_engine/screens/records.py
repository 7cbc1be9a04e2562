"""The record screen: its tabs of sections, related lists, side panel and timeline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from form_engine.definition import LayoutDef, PlacedField, SectionDef
from form_engine.rules.asking import Asked, has_states
from form_engine.rules.states import sentence_of
from form_engine.screens.address import ListAddress
from form_engine.screens.forms import path_of, shown
from form_engine.screens.lists import NUMERIC, ColumnView, plural_of
from form_engine.screens.stage_path import StagePath, stage_path
from form_engine.screens.states import asked_for, state_of
from form_engine.showing import form
from platform_core import entities, i18n, permissions, records
from platform_core.entities import Entity, EntityField, EntityView, TitlePart
from platform_core.identity import Actor
from platform_core.records import Page, Record, RecordQuery, TimelinePage
from platform_core.web import Tab

_RELATED_ROWS = 10
_RELATED_COLUMNS = 6
TIMELINE_TAB = "timeline"


class FieldView(msgspec.Struct, frozen=True, kw_only=True):
    """One field as it stands on the screen. `level` is what the actor may do: "write", "read" or "masked"."""

    field: EntityField
    label: str
    wire: object
    help: str = ""
    wide: bool = False
    level: str = "read"
    because: tuple[str, ...] = ()
    """Why the field is required or closed, where a rule or the stage has decided."""


class RelatedView(msgspec.Struct, frozen=True, kw_only=True):
    """The records of another form that point here."""

    field: EntityField
    label: str
    form: str
    icon: str
    columns: tuple[ColumnView, ...]
    page: Page
    add_url: str = ""
    all_url: str = ""


class SectionView(msgspec.Struct, frozen=True, kw_only=True):
    """A card: fields in columns, then tables and related lists at full width."""

    key: str
    label: str
    columns: int
    fields: tuple[FieldView, ...] = ()
    related: tuple[RelatedView, ...] = ()


class RecordPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the record template shows."""

    entity: Entity
    form: str
    record: Record
    list_title: str
    subtitle: tuple[str, ...]
    tabs: tuple[Tab, ...]
    tab: str
    sections: tuple[SectionView, ...]
    timeline: TimelinePage | None
    can_update: bool
    can_delete: bool
    can_comment: bool
    can_audit: bool = False
    stages: StagePath | None = None

    @property
    def url(self) -> str:
        """The record's address."""
        return f"/r/{self.form}/{self.record.id}"

    @property
    def owner(self) -> object:
        return self.record.values.get("owner")


async def record_page(entity: Entity, record_id: str, tab: str, actor: Actor) -> RecordPage:
    """Read a record and the parts that one tab shows. Raises NotFound for missing and forbidden alike."""
    record = await records.get(entity.key, record_id, actor=actor)
    layout = form(entity.key).layout
    path = path_of(entity)
    keys = [f"t{number}" for number in range(len(layout.tabs))]
    tab = tab if tab in (*keys, TIMELINE_TAB) else keys[0]
    sections: tuple[SectionView, ...] = ()
    timeline = None
    if tab == TIMELINE_TAB or tab == keys[0]:
        timeline = await records.timeline(entity.key, record_id, actor=actor)
    if tab != TIMELINE_TAB:
        asked = await asked_for(entity, actor, record_id) if has_states(form(entity.key)) else None
        sections = await _sections(entity, record, layout.tabs[keys.index(tab)].sections, actor, asked)
    access = record.access
    return RecordPage(
        entity=entity,
        form=path,
        record=record,
        list_title=plural_of(entity),
        subtitle=subtitle_of(entity, record),
        tabs=_tabs(layout, f"/r/{path}/{record_id}"),
        tab=tab,
        sections=sections,
        timeline=timeline,
        can_update=bool(access and access.can_update) and record.archived_at is None,
        can_delete=bool(access and access.can_delete) and record.archived_at is None,
        can_comment=record.archived_at is None,
        can_audit=permissions.may(actor, "audit"),
        stages=await stage_path(entity, record, actor),
    )


def subtitle_of(entity: Entity, record: Record) -> tuple[str, ...]:
    """The parts of the subtitle template, filled with what the actor may see; empty parts are left out."""
    text = "".join(_part(entity, record, part) for part in entity.subtitle)
    return tuple(piece.strip() for piece in text.split("·") if piece.strip())


def placed_fields(section: SectionDef) -> Iterable[PlacedField]:
    """The section's fields, each with its place."""
    for place in section.fields:
        yield place if isinstance(place, PlacedField) else PlacedField(field=place)


def help_of(field: EntityField) -> str:
    """The field's help in the reader's language."""
    return i18n.label(getattr(field.definition, "help", None) or {}) or ""


def _part(entity: Entity, record: Record, part: TitlePart) -> str:
    if not part.field:
        return part.text
    if part.field == "code":
        return record.code or ""
    field = entity.fields.get(part.field)
    return shown(field, record.values.get(part.field)) if field is not None else ""


def _tabs(layout: LayoutDef, url: str) -> tuple[Tab, ...]:
    own = [
        Tab(
            f"t{number}",
            i18n.label(tab.label) or i18n._("Details"),
            url if number == 0 else f"{url}?tab=t{number}",
        )
        for number, tab in enumerate(layout.tabs)
    ]
    return (*own, Tab(TIMELINE_TAB, i18n._("Timeline"), f"{url}?tab={TIMELINE_TAB}"))


async def _sections(
    entity: Entity, record: Record, sections: Sequence[SectionDef], actor: Actor, asked: Asked | None = None
) -> tuple[SectionView, ...]:
    """The cards; what a rule or the stage hides is left out."""
    found = []
    for number, section in enumerate(sections):
        fields, related = [], []
        for place in placed_fields(section):
            field = entity.fields.get(place.field)
            if field is None or not state_of(asked, field.name).visible:
                continue
            if field.children is not None:
                view = await related_view(entity, field, record, actor)
                related += [view] if view is not None else []
            elif (view_of := _field_view(field, place, record, asked)) is not None:
                fields.append(view_of)
        if fields or related:
            found.append(
                SectionView(
                    key=f"s{number}",
                    label=i18n.label(section.label) or "",
                    columns=section.columns,
                    fields=tuple(fields),
                    related=tuple(related),
                )
            )
    return tuple(found)


def _field_view(
    field: EntityField, place: PlacedField, record: Record, asked: Asked | None
) -> FieldView | None:
    """The field with its value; None where the actor may not see it."""
    level = record.access.fields.get(field.name) if record.access else "read"
    if level is None:
        return None
    wide = place.span > 1 or field.rows is not None
    return FieldView(
        field=field, label=i18n.label(field.label) or field.name, wire=record.values.get(field.name),
        help=help_of(field), wide=wide, level=level,
        because=tuple(dict.fromkeys(map(sentence_of, state_of(asked, field.name).because))),
    )  # fmt: skip


async def related_view(
    entity: Entity, field: EntityField, record: Record, actor: Actor, limit: int = _RELATED_ROWS
) -> RelatedView | None:
    """The first rows of a related list; None where the actor may not read the other form or its link."""
    assert field.children is not None
    child = entities.find(field.children.form)
    if child is None:
        return None
    access = permissions.access(child, actor)
    by = field.children.by
    if not access.unrestricted(by):
        return None
    columns = _related_columns(child, by, access)
    page = await records.query(
        RecordQuery(
            form=child.key, filter=f'{by} == "{record.id}"', sort=_related_sort(child, access),
            fields=tuple(column.field.name for column in columns), limit=limit, total=True,
        ),
        actor=actor,
    )  # fmt: skip
    path = path_of(child)
    rules = msgspec.json.encode(
        {
            "match": "all",
            "rules": [{"field": by, "op": "eq", "value": {"id": record.id, "title": record.title}}],
        }
    )
    return RelatedView(
        field=field, label=i18n.label(field.label) or plural_of(child), form=path, icon=child.icon, columns=columns,
        page=page, add_url=f"/r/{path}/new?{by}={record.id}" if access.can_create else "",
        all_url=_all_url(child, path, rules.decode(), actor),
    )  # fmt: skip


def _all_url(child: Entity, path: str, rules: str, actor: Actor) -> str:
    offered = [view.name for view in records.lists(child, actor)]
    view = "all" if "all" in offered else next(iter(offered), "")
    return ListAddress(form=path, view=view).url(filter=rules)


def _related_columns(child: Entity, by: str, access: permissions.Access) -> tuple[ColumnView, ...]:
    view = _whole_list(child)
    names = [name for name in (view.columns if view else ()) if name != by and access.visible(name)]
    fields = [child.fields[name] for name in names if name in child.fields][:_RELATED_COLUMNS]
    return tuple(
        ColumnView(field=f, label=i18n.label(f.label) or f.name, numeric=f.type in NUMERIC) for f in fields
    )


def _whole_list(child: Entity) -> EntityView | None:
    """The form's list of everything, else its first one: how its records look from elsewhere."""
    return child.views.get("all") or next(iter(child.views.values()), None)


def _related_sort(child: Entity, access: permissions.Access) -> tuple[str, ...]:
    view = _whole_list(child)
    wanted = view.sort if view else ()
    return tuple(name for name in wanted if access.unrestricted(name.removeprefix("-")))
