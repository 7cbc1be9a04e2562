"""The first gate: may this actor do this at all, and may every field of the input be written by them here?"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from platform_core import permissions
from platform_core.entities import Entity
from platform_core.errors import Forbidden, NotFound
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.permissions import Access
from platform_core.records.errors import InBin
from platform_core.records.remembering import Memory
from platform_core.records.saving.coercing import refuse_led
from platform_core.records.saving.work import Save


def require_create(entity: Entity, access: Access) -> None:
    """Raises Forbidden; NotFound where the actor has nothing of the form at all."""
    if access.can_create:
        return
    if not access.can("read"):
        raise NotFound()
    raise Forbidden(N_("You may not create records of this form."), params={"form": entity.key})


def admit(save: Save) -> None:
    """Notes every field of the input that does not exist for this actor, or that they may not write here.

    A hidden field is answered like a missing one. Nothing is dropped in silence.
    """
    known, writable = _names(save)
    for name in [name for name in save.raw if name not in writable]:
        if name in save.options.given and name in save.entity.fields:
            continue
        if name in known:
            _refuse_known(save, name)
        else:
            save.refuse(
                name,
                "unknown_field",
                N_("There is no field '{field}'."),
                remedy=_suggestion(name, save.entity, save.access),
                field=name[:60],
            )


def _refuse_known(save: Save, name: str) -> None:
    field = save.entity.fields[name]
    if field.owned_by and not permissions.acts_for_outside(save.actor):
        refuse_led(save, name, field)
    else:
        save.refuse(name, "not_writable", N_("You may not write this field."), remedy=N_("Leave it out."))


def _names(save: Save) -> tuple[frozenset[str], frozenset[str]]:
    """The fields that exist for the actor in this record, and those of them that they may write."""
    if save.rights is not None:
        known = save.rights.levels.keys()
        return frozenset(known), frozenset(name for name in known if save.rights.writes(name))
    key = id(save.access)
    found = _for_new.get(key) or _for_new.put(key, (save.access, *_names_of_new(save.entity, save.access)))
    return found[1], found[2]


_for_new: Memory[int, tuple[Access, frozenset[str], frozenset[str]]] = Memory(1_000)


def _names_of_new(entity: Entity, access: Access) -> tuple[frozenset[str], frozenset[str]]:
    writable = frozenset(
        name
        for name, field in entity.fields.items()
        if access.creatable(name) and (field.writable or field.children is not None)
    )
    return frozenset(name for name in entity.fields if access.visible(name)) | writable, writable


def _suggestion(name: str, entity: Entity, access: Access) -> str:
    offered: Iterable[str] = (
        known for known, field in entity.fields.items() if field.writable and access.visible(known)
    )
    close = get_close_matches(name.lower()[:60], offered, n=1, cutoff=0.7)
    return f"Did you mean '{close[0]}'?" if close else ""


def require_change(save: Save, *, delete: bool = False) -> None:
    """Raises NotFound where the actor may not see the stored record, Forbidden where they may not change it."""
    rights = save.rights
    if rights is None or not rights.can_read:
        raise NotFound()
    if save.before is not None and save.before.get("archived_at") is not None:
        raise InBin(remedy=N_("Restore it first."))
    if delete and not rights.can_delete:
        raise Forbidden(N_("You may not delete this record."))
    if not delete and not rights.can_update:
        raise Forbidden(N_("You may not change this record."))


def may_assign(access: Access, actor: Actor) -> bool:
    """Whether owner, team and territory may be set to anybody."""
    return actor.is_system or access.can_assign
