"""Which moves a record has, for whom, and what each asks: what screens, boards and programs offer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from form_engine.stages.compiled import Asked, Stages, Transition
from form_engine.stages.guard import holds, is_blank
from form_engine.stages.published import (
    first_of,
    keys_of,
    may_take,
    name_of,
    role_labels,
    stage_name,
    stages_of,
)
from platform_core import entities, i18n, permissions, records, settings
from platform_core.entities import Entity, EntityField
from platform_core.errors import NotFound
from platform_core.expressions import Env
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.records import Record


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of the path."""

    key: str
    label: str
    state: Literal["done", "current", "next"]
    note: str = ""
    button: None = None
    """The path itself is no button: moves have their own."""


class AskedView(msgspec.Struct, frozen=True, kw_only=True):
    """One field of the dialog. `level` is what the reader may do with it; "" where they do not see it at all."""

    path: str
    label: str
    field: EntityField
    of: str = ""
    """What the link is called, for a field of another record."""
    wire: object = None
    level: str = "write"
    required: bool = True

    @property
    def missing(self) -> bool:
        """Whether the move is not possible before it is filled in."""
        return self.required and self.level != "masked" and is_blank(self.wire)


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One transition as one person sees it. `reason` says why it is not `allowed`."""

    name: str
    to: str
    label: str
    to_label: str
    allowed: bool
    reason: str = ""
    sla: str = ""
    aside: bool = False


class StageView(msgspec.Struct, frozen=True, kw_only=True):
    """Where a record stands, the path, and the moves from there."""

    field: str
    stage: str
    label: str
    steps: tuple[Step, ...]
    moves: tuple[Move, ...] = ()


async def stage_view(entity: Entity, record: Record, actor: Actor) -> StageView | None:
    """The stages of a record; None for a form without any, and for who does not see the field."""
    stages = stages_of(entity)
    level = record.access.fields.get(stages.field) if stages is not None and record.access else None
    if stages is None or level in (None, "masked"):
        return None
    stage = stage_of(entity, stages, record)
    return StageView(
        field=stages.field,
        stage=stage,
        label=stage_name(entity, stages, stage),
        steps=_path(entity, stages, stage),
        moves=await _moves(entity, stages, stage, record, actor),
    )


def stage_of(entity: Entity, stages: Stages, record: Record) -> str:
    """The stage in which a record stands: the first where it has none yet."""
    return str(record.values.get(stages.field) or first_of(entity, stages))


def _path(entity: Entity, stages: Stages, stage: str) -> tuple[Step, ...]:
    keys = [key for key in keys_of(entity, stages) if key not in stages.aside or key == stage]
    if stage not in keys:
        keys.append(stage)
    here = keys.index(stage)
    aside = stage in stages.aside
    return tuple(
        Step(
            key=key,
            label=stage_name(entity, stages, key),
            state="current" if key == stage else "done" if place < here and not aside else "next",
        )
        for place, key in enumerate(keys)
    )


async def _moves(
    entity: Entity, stages: Stages, stage: str, record: Record, actor: Actor
) -> tuple[Move, ...]:
    access = record.access
    if (
        access is None
        or not access.can_update
        or access.fields.get(stages.field) != "write"
        or record.archived_at
    ):
        return ()
    ways = stages.moves_from(stage)
    closed = await _closed(entity, ways, record, actor)
    found: dict[str, Move] = {}
    for way in ways:
        reason = _role_reason(way, actor) or closed.get(way.name, "")
        standing = found.get(way.to)
        if standing is None or (not standing.allowed and not reason):
            found[way.to] = Move(
                name=way.name,
                to=way.to,
                label=name_of(way),
                to_label=stage_name(entity, stages, way.to),
                allowed=not reason,
                reason=reason,
                sla=way.sla or "",
                aside=way.to in stages.aside,
            )
    return tuple(found.values())


def _role_reason(way: Transition, actor: Actor) -> str:
    if may_take(way, actor):
        return ""
    return _("For: {roles}.", roles=role_labels(way.roles))


async def _closed(entity: Entity, ways: Sequence[Transition], record: Record, actor: Actor) -> dict[str, str]:
    """Why conditions do not hold, by transition. One that reads a field which the move asks for stays open: whether
    it holds is known when the field is filled in."""
    judged = [way for way in ways if way.when is not None and not _depends_on_answers(way)]
    if not judged:
        return {}
    paths = frozenset(path for way in judged if way.when is not None for path in way.when.paths)
    seen = await records.stored_values(entity, record.id, paths)
    env = Env(seen, old=seen, user=records.user_view(actor), zone=settings.current().zone)
    return {way.name: told_why(way) for way in judged if not holds(way, env)}


def _depends_on_answers(way: Transition) -> bool:
    asked = {(each.link, each.name) if each.link else (each.name,) for each in way.ask}
    return way.when is not None and bool(way.when.paths & asked)


def told_why(way: Transition) -> str:
    """Why a condition does not hold: in the words of the definition, or the condition itself."""
    own = i18n.label(way.message)
    condition = way.when.text if way.when is not None else ""
    return own or _("Possible only while this holds: {condition}", condition=condition)


async def asked_by(entity: Entity, record: Record, way: Transition, actor: Actor) -> tuple[AskedView, ...]:
    """What the dialog of a move shows: what it asks for, and what the new stage needs and the record lacks."""
    stages = stages_of(entity)
    needed = [Asked(name) for name in stages.required(way.to)] if stages is not None else []
    known = {each.path for each in way.ask}
    lacking = [each for each in needed if each.path not in known and is_blank(record.values.get(each.name))]
    found = []
    for asked in (*way.ask, *lacking):
        view = await _behind(entity, record, asked, actor) if asked.link else _own(entity, record, asked)
        if view is not None:
            found.append(view)
    return tuple(found)


def _own(entity: Entity, record: Record, asked: Asked) -> AskedView | None:
    field = entity.fields.get(asked.name)
    if field is None:
        return None
    level = record.access.fields.get(asked.name) if record.access else "write"
    if level is None:
        return None  # a field that is hidden from the reader is as if it were not there
    wire = None if asked.anew else record.values.get(asked.name)
    return AskedView(
        path=asked.path, label=i18n.label(field.label) or asked.name, field=field, wire=wire, level=level,
        required=not asked.optional,
    )  # fmt: skip


async def _behind(entity: Entity, record: Record, asked: Asked, actor: Actor) -> AskedView | None:
    """A field of the record behind a link, as far as the reader may see that record."""
    link = entity.fields.get(asked.link)
    target = entities.linked_entity(link) if link is not None else None
    field = target.fields.get(asked.name) if target is not None else None
    if link is None or target is None or field is None:
        return None
    if not permissions.access(target, actor).visible(asked.name):
        return None
    wire, level = await _read(target.key, record.values.get(asked.link), asked.name, actor)
    return AskedView(
        path=asked.path, label=i18n.label(field.label) or asked.name, field=field, of=i18n.label(link.label) or asked.link,
        wire=wire, level=level, required=not asked.optional,
    )  # fmt: skip


async def _read(form: str, link: object, name: str, actor: Actor) -> tuple[object, str]:
    """(value, level) of one field of a linked record; nothing of one that the reader does not see."""
    leads_to = link.get("id") if isinstance(link, dict) else None
    if not leads_to:
        return None, ""
    try:
        found = await records.get(form, str(leads_to), actor=actor)
    except NotFound:
        return None, ""
    level: str = found.access.fields.get(name, "") if found.access else ""
    if level == "write" and found.access is not None and not found.access.can_update:
        level = "read"
    return found.values.get(name), level
