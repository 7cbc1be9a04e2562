"""Two people changed the same fields: what each wrote, side by side, for the second one to decide."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from form_engine.screens.forms import path_of, shown
from platform_core import i18n, records
from platform_core.entities import Entity, EntityField
from platform_core.errors import StaleVersion
from platform_core.identity import Actor
from platform_core.records import Record


class ConflictView(msgspec.Struct, frozen=True, kw_only=True):
    """One field that both changed. `yours_wire` goes back as JSON when the reader keeps the own value."""

    field: EntityField
    label: str
    before: str
    yours: str
    theirs: str
    yours_json: str


class ConflictPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the conflict template shows. `others` are the reader's changes that nobody else touched, as JSON."""

    entity: Entity
    form: str
    record: Record
    conflicts: tuple[ConflictView, ...]
    others_json: str
    by: str

    @property
    def url(self) -> str:
        return f"/r/{self.form}/{self.record.id}"


async def conflict_page(
    entity: Entity, record_id: str, error: StaleVersion, typed: Mapping[str, object], actor: Actor
) -> ConflictPage:
    """The page for a save that came too late; nothing that was typed is lost."""
    record = await records.get(entity.key, record_id, actor=actor)
    mine = {name: value for name, value in typed.items() if _is_mine(error, name)}
    both = [
        name for name in error.yours if name in mine and name in entity.fields and _is_contested(error, name)
    ]
    by = record.values.get("updated_by")
    return ConflictPage(
        entity=entity,
        form=path_of(entity),
        record=record,
        conflicts=tuple(_view(entity.fields[name], error, typed) for name in both),
        others_json=msgspec.json.encode({n: v for n, v in mine.items() if n not in both}).decode(),
        by=str(by.get("title", "")) if isinstance(by, Mapping) else "",
    )


def _is_mine(error: StaleVersion, name: str) -> bool:
    """Whether the reader changed the field. A screen sends every field; those left as they were follow the others."""
    return name not in error.yours or error.yours[name] != error.base.get(name)


def _is_contested(error: StaleVersion, name: str) -> bool:
    """Whether somebody else changed the field too, to something different."""
    theirs = error.theirs.get(name)
    return theirs != error.base.get(name) and theirs != error.yours[name]


def _view(field: EntityField, error: StaleVersion, typed: Mapping[str, object]) -> ConflictView:
    name = field.name
    return ConflictView(
        field=field,
        label=i18n.label(field.label) or name,
        before=shown(field, error.base.get(name)),
        yours=shown(field, error.yours.get(name)),
        theirs=shown(field, error.theirs.get(name)),
        yours_json=msgspec.json.encode(typed.get(name, error.yours.get(name))).decode(),
    )
