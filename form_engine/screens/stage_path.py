"""The stages on a record's screen: where it stands, and the moves from there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from babel import Locale
from babel.units import format_unit

from form_engine.stages.compiled import Stages
from form_engine.stages.offering import Move, StageView, Step, stage_view
from form_engine.stages.published import keys_of, stage_name, stages_of
from platform_core import i18n, records
from platform_core.entities import Entity
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.records import Record

_BUTTONS = 2
_NEAR = 2
"""Stages ahead to which a button leads; farther moves are exceptions and stand in the menu."""
_WORKING = "work "
_SAVES = 200
"""Saves among which the days of the stages are looked for."""


class StagePath(msgspec.Struct, frozen=True, kw_only=True):
    """The stages of a record as its screen shows them: onward moves as buttons, the others in a menu."""

    view: StageView
    buttons: tuple[Move, ...]
    others: tuple[Move, ...]


async def stage_path(entity: Entity, record: Record, actor: Actor) -> StagePath | None:
    """The path; None for a form without stages, and for who does not see them."""
    view = await stage_view(entity, record, actor)
    stages = stages_of(entity)
    if view is None or stages is None:
        return None
    view = msgspec.structs.replace(view, steps=await _dated(entity, stages, record, view, actor))
    order = {key: place for place, key in enumerate(keys_of(entity, stages))}
    here = order.get(view.stage, -1)
    onward = [
        move
        for move in view.moves
        if move.allowed
        and not move.aside
        and (0 < order.get(move.to, -1) - here <= _NEAR or view.stage in stages.aside)
    ]
    buttons = tuple(onward[:_BUTTONS])
    return StagePath(
        view=view, buttons=buttons, others=tuple(each for each in view.moves if each not in buttons)
    )


async def _dated(
    entity: Entity, stages: Stages, record: Record, view: StageView, actor: Actor
) -> tuple[Step, ...]:
    """The path with the day on which the record came to each stage that it has behind it or stands in."""
    came: dict[str, datetime] = {}
    found = await records.history(entity.key, record.id, actor=actor, limit=_SAVES)
    for entry in found.items:
        change = entry.changes.get(stages.field)
        if isinstance(change, Sequence) and len(change) == 2 and change[1] is not None:
            came.setdefault(str(change[1]), entry.at)
    zone = ZoneInfo(i18n.current().zone)
    return tuple(
        msgspec.structs.replace(
            step, note=i18n.format_date(came[step.key].astimezone(zone).date(), style="short")
        )
        if step.state != "next" and step.key in came
        else step
        for step in view.steps
    )


def stage_field(entity: Entity) -> str:
    """The field of the stage; "" for a form without stages."""
    stages = stages_of(entity)
    return stages.field if stages is not None else ""


def stage_move(entity: Entity, changes: Mapping[str, object]) -> tuple[str, str] | None:
    """(from, to) as people call the stages, where a save has moved the record."""
    stages = stages_of(entity)
    change = changes.get(stages.field) if stages is not None else None
    if stages is None or not isinstance(change, Sequence) or len(change) != 2 or None in change:
        return None
    return stage_name(entity, stages, change[0]), stage_name(entity, stages, change[1])


def moved_fields(entity: Entity) -> frozenset[str]:
    """The field that moves change, and no form: the stage."""
    stages = stages_of(entity)
    return frozenset({stages.field}) if stages is not None else frozenset()


def time_of(sla: str) -> str:
    """An ISO duration in the reader's words: "PT48H" is "48 hours", "work P3D" "3 days of work"."""
    found = _DURATION.fullmatch(sla.removeprefix(_WORKING))
    if found is None:
        return ""
    locale = Locale.parse(i18n.known(i18n.current().language).locale)
    parts = [
        format_unit(int(number), f"duration-{unit}", "long", locale=locale)
        for unit, number in found.groupdict().items()
        if number
    ]
    time = i18n.join_list(parts, style="unit")
    return _("{time} of work", time=time) if sla.startswith(_WORKING) else time


_DURATION = re.compile(r"P(?:(?P<day>\d+)D)?(?:T(?:(?P<hour>\d+)H)?(?:(?P<minute>\d+)M)?)?")
