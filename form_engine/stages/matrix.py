"""The fields × stages table as verdicts about fields, beside those of the rules."""

from __future__ import annotations

from collections.abc import Iterator

from form_engine.rules.states import Effect, Judge, Reason, RuledForm, Verdict
from form_engine.stages.compiled import Stages
from form_engine.stages.published import first_of, list_of
from platform_core import permissions
from platform_core.entities import Entity
from platform_core.expressions import Env
from platform_core.identity import Actor

_CLOSED = ("hidden", "read")
_EFFECTS: dict[str, Effect] = {"hidden": "hidden", "read": "read_only", "required": "required"}


def matrix_source(form: RuledForm) -> Judge | None:
    """Judges the fields of a form that has a matrix; enters `rules.states.contribute`.

    What a record lacks on its way to another stage is told by the guard, together with what the move asks for.
    While a record moves, a field is open that is open in one of the two stages, or that the move asks for: the same
    could be done in two saves.
    """
    stages = getattr(form, "stages", None)
    if not isinstance(stages, Stages) or not stages.levels:
        return None
    made = stages

    def judge(env: Env, actor: Actor) -> Iterator[Verdict]:
        yield from _verdicts(form.entity, made, env, actor)

    return judge


def _verdicts(entity: Entity, stages: Stages, env: Env, actor: Actor) -> Iterator[Verdict]:
    stage = str(env.record.get(stages.field) or first_of(entity, stages))
    row = stages.levels.get(stage, {})
    if not row:
        return
    origin = _origin(entity, stages, env)
    moving = stage != origin
    asked = {
        each.name for way in stages.between(origin, stage) for each in way.ask if moving and not each.link
    }
    names = list_of(entity, stages)
    label = names.values[stage].label if names is not None and stage in names.values else {}
    for name, level in row.items():
        if level == "required" and moving:
            continue
        moved_in = moving and (stages.level(name, origin) not in _CLOSED or name in asked)
        if level in _CLOSED and (moved_in or _leads(entity, name, actor)):
            continue
        yield Verdict(name, Reason("stage", stage, _EFFECTS[level], label))


def _origin(entity: Entity, stages: Stages, env: Env) -> str:
    """Where the record comes from: a new one from the first stage."""
    before = env.old.get(stages.field) if env.old else None
    return str(before) if before is not None else first_of(entity, stages)


def _leads(entity: Entity, name: str, actor: Actor) -> bool:
    """Whether the actor is the outside system that leads the field: no stage closes it to that."""
    field = entity.fields.get(name)
    return field is not None and bool(field.owned_by) and permissions.acts_for_outside(actor)
