"""The dialog of a move: what it asks for, in the record and behind its links, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from form_engine.screens.editing import given_values, table_names
from form_engine.screens.prefill import with_titles
from form_engine.screens.stage_path import time_of
from form_engine.stages.offering import AskedView, Move, asked_by, stage_view
from form_engine.stages.published import stages_of
from platform_core import entities
from platform_core.entities import Entity, EntityField
from platform_core.errors import Invalid, NotFound, Problem
from platform_core.i18n import N_, _
from platform_core.identity import Actor
from platform_core.records import Record

OWN, FAR = "own", "far"
"""What the names of inputs begin with: `own.incoterm`, `far.account.website`."""


class MoveField(msgspec.Struct, frozen=True, kw_only=True):
    """One input of the dialog. `why` says why it is closed."""

    name: str
    asked: AskedView
    value: object
    errors: tuple[str, ...] = ()
    why: str = ""

    @property
    def field(self) -> EntityField:
        return self.asked.field

    @property
    def of(self) -> str:
        return self.asked.of


class MoveDialog(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the dialog shows. `told` is what belongs to no field of it."""

    move: Move
    action: str
    version: int
    fields: tuple[MoveField, ...] = ()
    told: tuple[str, ...] = ()
    time: str = ""


async def move_dialog(
    entity: Entity,
    record: Record,
    name: str,
    url: str,
    actor: Actor,
    posted: Mapping[str, object] | None = None,
    problems: Sequence[Problem] = (),
) -> MoveDialog:
    """The dialog of a transition; NotFound for one that does not begin where the record stands.

    After a refusal it holds what was typed, and each problem at its place.
    """
    view = await stage_view(entity, record, actor)
    move = next((each for each in (view.moves if view else ()) if each.name == name), None)
    stages = stages_of(entity)
    if move is None or stages is None:
        raise NotFound()
    way = next(each for each in stages.transitions if each.name == name)
    typed = await _typed(entity, posted or {}, actor)
    fields = [
        _field(asked, typed, problems)
        for asked in await asked_by(entity, record, way, actor)
        if asked.level or asked.missing
    ]
    shown = {field.asked.path for field in fields}
    return MoveDialog(
        move=move,
        action=f"{url}/move/{name}",
        version=record.version,
        fields=tuple(fields),
        told=tuple(_sentence(each) for each in problems if not _is_at(each, shown)),
        time=time_of(move.sla),
    )


def sent_fields(entity: Entity, posted: Mapping[str, object]) -> dict[str, object]:
    """What the dialog says about fields, by path."""
    found: dict[str, object] = {}
    for link, target, values in _groups(entity, posted):
        for name, value in given_values(target, values).items():
            found[f"{link}.{name}" if link else name] = value
    return found


def version_of(posted: Mapping[str, object]) -> int:
    """The version that the dialog was opened on."""
    text = str(posted.get("_version", ""))
    if not text.isdigit():
        raise Invalid.one("/_version", "version", N_("The form does not say which version it changes."))
    return int(text)


def _field(asked: AskedView, typed: Mapping[str, object], problems: Sequence[Problem]) -> MoveField:
    link, _dot, name = asked.path.rpartition(".")
    errors = [each for each in problems if _is_at(each, {asked.path})]
    why = (
        ""
        if asked.level == "write"
        else _("You may only read this.")
        if asked.level
        else _("You do not see this.")
    )
    return MoveField(
        name=f"{FAR}.{link}.{name}" if link else f"{OWN}.{name}",
        asked=asked,
        value=typed.get(asked.path, asked.wire),
        errors=tuple(map(_sentence, errors)),
        why=why,
    )


def _is_at(problem: Problem, paths: Iterable[str]) -> bool:
    """Whether a problem belongs to one of these fields."""
    found = problem.pointer.removeprefix("/fields/")
    return any(found == path or found.startswith(f"{path}/") for path in paths)


def _sentence(problem: Problem) -> str:
    text = _(problem.message, **problem.params)
    return f"{text} {_(problem.remedy, **problem.params)}" if problem.remedy else text


async def _typed(entity: Entity, posted: Mapping[str, object], actor: Actor) -> dict[str, object]:
    """What was typed, by path, with titles for references."""
    found: dict[str, object] = {}
    for link, target, values in _groups(entity, posted):
        for name, value in (await with_titles(target, given_values(target, values), actor)).items():
            found[f"{link}.{name}" if link else name] = value
    return found


def _groups(
    entity: Entity, posted: Mapping[str, object]
) -> Iterable[tuple[str, Entity, Mapping[str, object]]]:
    """(link or "", the form, its posted values) of the record itself and of each linked one."""
    own = posted.get(OWN)
    if isinstance(own, Mapping):
        yield "", entity, _with_rows(entity, own)
    far = posted.get(FAR)
    for link, values in (far if isinstance(far, Mapping) else {}).items():
        field = entity.fields.get(link)
        target = entities.linked_entity(field) if field is not None else None
        if target is not None and isinstance(values, Mapping):
            yield link, target, _with_rows(target, values)


def _with_rows(entity: Entity, values: Mapping[str, object]) -> dict[str, object]:
    """Rows of child tables as lists: nested names give them as objects."""
    tables = table_names(entity)
    return {
        name: list(value.values()) if name in tables and isinstance(value, Mapping) else value
        for name, value in values.items()
    }
