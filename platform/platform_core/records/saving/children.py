"""Records of other forms that are saved together with the one they belong to: `contacts: [{…}, {"id": …, …}]`.

An entry without id makes a record, one with id changes it; what is not named stays as it is. Each goes through the
same stages as its parent, in the same transaction, and its problems stand under the parent's pointer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from platform_core import entities, permissions
from platform_core.database import new_id
from platform_core.entities import Children, Entity, EntityField, Ref
from platform_core.i18n import N_
from platform_core.permissions import Access
from platform_core.records.saving.loading import Stored, load_locked
from platform_core.records.saving.referring import as_ref
from platform_core.records.saving.work import Save

MOST_CHILDREN = 500
"""Entries of one list."""
DEEPEST = 2
"""Generations below the record that is saved."""


async def expand_children(saves: Sequence[Save], level: int = 1) -> None:
    """Takes the children lists out of `raw` and makes saves of their entries."""
    for save in saves:
        fields = save.entity.fields
        lists = [
            name for name in save.raw if (one := fields.get(name)) is not None and one.children is not None
        ]
        for name in lists:
            if not save.access.visible(name):
                continue
            field = save.entity.fields[name]
            entries = _entries(save, field, save.raw.pop(name), level)
            await _expand(save, field, cast("Children", field.children), entries)
        if save.children:
            await expand_children(save.children, level + 1)


def _entries(save: Save, field: EntityField, raw: object, level: int) -> list[dict[str, object] | None]:
    if not isinstance(raw, list | tuple) or level > DEEPEST:
        save.refuse(field.name, "type", N_("This must be a list of records."))
        return []
    if len(raw) > MOST_CHILDREN:
        save.refuse(field.name, "too_many", N_("At most {limit} entries are allowed."), limit=MOST_CHILDREN)
        return []
    found: list[dict[str, object] | None] = []
    for place, entry in enumerate(raw):
        if isinstance(entry, Mapping):
            found.append(dict(entry))
        else:
            save.refuse(field.name, "type", N_("An entry is an object."), below=f"/{place}")
            found.append(None)
    return found


async def _expand(
    save: Save, field: EntityField, children: Children, entries: Sequence[dict[str, object] | None]
) -> None:
    entity = entities.get(children.form)
    access = permissions.access(entity, save.actor)
    ids = [str(entry["id"]) for entry in entries if entry and entry.get("id")]
    stored = await load_locked(entity, access, save.actor, ids)
    for place, entry in enumerate(entries):
        if entry is None:
            continue
        if entry.get("id"):
            child = _changed_child(save, field, children, entity, access, entry, place, stored)
        else:
            child = _new_child(save, field, entity, access, entry, place)
        if child is not None:
            _tie(child, save, children.by)
            save.children.append(child)


def _new_child(
    save: Save, field: EntityField, entity: Entity, access: Access, entry: dict[str, object], place: int
) -> Save | None:
    if not access.can_create:
        save.refuse(
            field.name, "forbidden", N_("You may not create records of this form."), below=f"/{place}"
        )
        return None
    entry.pop("id", None)
    return Save(
        entity=entity,
        actor=save.actor,
        options=save.options,
        access=access,
        id=new_id(),
        raw=entry,
        pointer=f"{save.pointer}/{field.name}/{place}",
        now=save.now,
        zone=save.zone,
    )


def _changed_child(
    save: Save,
    field: EntityField,
    children: Children,
    entity: Entity,
    access: Access,
    entry: dict[str, object],
    place: int,
    stored: Mapping[str, Stored],
) -> Save | None:
    below = f"/{place}"
    found = stored.get(str(entry.pop("id")))
    version = entry.pop("version", None)
    if found is None or not found.rights.can_read or not _belongs(found, children.by, save.id):
        save.refuse(
            field.name, "not_found", N_("There is no such entry in this record."), below=f"{below}/id"
        )
        return None
    if not found.rights.can_update:
        save.refuse(field.name, "forbidden", N_("You may not change this record."), below=below)
        return None
    if version is not None and version != found.version:
        save.refuse(
            field.name,
            "stale_version",
            N_("Somebody else has saved this in the meantime."),
            below=f"{below}/version",
            remedy=N_("Load it again."),
        )
        return None
    return Save(
        entity=entity,
        actor=save.actor,
        options=save.options,
        access=access,
        id=found.id,
        raw=entry,
        pointer=f"{save.pointer}/{field.name}/{place}",
        before=found.values,
        version=found.version,
        rights=found.rights,
        values=dict(found.values),
        title=found.title,
        now=save.now,
        zone=save.zone,
    )


def _belongs(child: Stored, by: str, parent: str) -> bool:
    value = child.values.get(by)
    return value is not None and as_ref(value).id == parent


def _tie(child: Save, parent: Save, by: str) -> None:
    """Points the child to its parent; the platform does this itself, whoever may write the link."""
    child.raw.pop(by, None)
    reference = child.entity.fields[by].reference
    several = reference is not None and len(reference.forms) > 1
    child.values[by] = Ref(id=parent.id, form=parent.entity.key) if several else parent.id
    child.trusted[by] = parent.id
    if child.is_new:
        child.given.add(by)
