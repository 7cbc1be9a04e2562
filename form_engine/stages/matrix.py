"""The fields × stages table as verdicts about fields, beside those of the rules."""

from __future__ import annotations

from collections.abc import Iterator

from form_engine.rules.states import Effect, Judge, Reason, RuledForm, Verdict
from form_engine.stages.compiled import Stages, compile_stages
from form_engine.stages.published import first_of, list_of
from platform_core import permissions
from platform_core.entities import Entity
from platform_core.expressions import Env
from platform_core.identity import Actor

_EFFECTS: dict[str, Effect] = {"hidden": "hidden", "read": "read_only", "required": "required"}


def matrix_source(form: RuledForm) -> Judge | None:
    """Judges the fields of a form that has a matrix; enters `rules.states.contribute`.

    What a record lacks on its way to another stage is told by the guard, together with what the move asks for.
    While a record moves, a field is open that is open in one of the two stages, or that the move asks for: the same
    could be done in two saves.
    """
    stages = compile_stages(form.definition.stages, lambda _place: None)
    if stages is None or not stages.levels:
        return None
    made = stages

    def judge(env: Env, actor: Actor) -> Iterator[Verdict]:
        yield from _verdicts(form.entity, made, env, actor)

    return judge


def _verdicts(entity: Entity, stages: Stages, env: Env, actor: Actor) -> Iterator[Verdict]:
    first = first_of(entity, stages)
    stage = str(env.record.get(stages.field) or first)
    origin = str(env.old.get(stages.field) or first) if env.old else stage
    row = stages.levels.get(stage, {})
    if not row:
        return
    asked = {each.name for way in stages.between(origin, stage) for each in way.ask if not each.link}
    names = list_of(entity, stages)
    label = names.values[stage].label if names is not None and stage in names.values else {}
    moving = stage != origin if env.old else stage != first
    for name, level in row.items():
        if level == "required" and moving:
            continue
        closed = level in ("hidden", "read")
        moved_in = stages.level(name, origin) not in ("hidden", "read") or name in asked
        if closed and ((moving and moved_in) or _leads(entity, name, actor)):
            continue
        yield Verdict(name, Reason("stage", stage, _EFFECTS[level], label))


def _leads(entity: Entity, name: str, actor: Actor) -> bool:
    """Whether the actor is the outside system that leads the field: no stage closes it to that."""
    field = entity.fields.get(name)
    return field is not None and bool(field.owned_by) and permissions.acts_for_outside(actor)
