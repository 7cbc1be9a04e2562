"""The stages of a form as it is published, and what its stages are called."""

from __future__ import annotations

from collections.abc import Iterable

from form_engine.dictionary.compiled import Dictionary
from form_engine.stages.compiled import Stages, Transition
from platform_core import definitions, i18n, permissions
from platform_core.entities import Entity
from platform_core.identity import ADMIN_ROLE, Actor


def stages_of(entity: Entity) -> Stages | None:
    """The stages of a form in the pinned catalog; None for a form without any."""
    if getattr(entity.definition, "stages", None) is None:
        return None
    found = definitions.catalog().get("form", entity.key)
    made = getattr(found.object, "stages", None) if found is not None else None
    return made if isinstance(made, Stages) else None


def list_of(entity: Entity, stages: Stages) -> Dictionary | None:
    """The choice list whose values are the stages."""
    field = entity.fields.get(stages.field)
    found = definitions.catalog().get("dictionary", field.dictionary) if field and field.dictionary else None
    return found.object if found is not None and isinstance(found.object, Dictionary) else None


def keys_of(entity: Entity, stages: Stages) -> tuple[str, ...]:
    """The stages that are in use, in their order."""
    made = list_of(entity, stages)
    return tuple(value.key for value in made.active) if made is not None else ()


def first_of(entity: Entity, stages: Stages) -> str:
    """Where a new record begins: the field's default, else the first stage."""
    field = entity.fields.get(stages.field)
    if field is not None and isinstance(field.default, str):
        return field.default
    return next(iter(keys_of(entity, stages)), "")


def stage_name(entity: Entity, stages: Stages, key: object, language: str | None = None) -> str:
    """What a stage is called, in the reader's language where none is given."""
    made = list_of(entity, stages)
    return made.text(str(key), language) if made is not None else str(key)


def name_of(transition: Transition, language: str | None = None) -> str:
    """What a transition is called."""
    return i18n.label(transition.label, language) or transition.name


def role_labels(names: Iterable[str], language: str | None = None) -> str:
    """Roles as people call them, with commas between."""
    known = {choice.name: choice.label for choice in permissions.role_choices()}
    known |= {choice.full_name: choice.label for choice in permissions.role_choices()}
    return ", ".join(dict.fromkeys(known.get(name, name) for name in sorted(names)))


def may_take(transition: Transition, actor: Actor) -> bool:
    """Whether the actor's roles allow the transition."""
    if not transition.roles or actor.is_unbounded:
        return True
    return bool(transition.roles & (permissions.role_names(actor) - {ADMIN_ROLE}))


def reachable(stages: Stages, first: str, actor: Actor) -> frozenset[str]:
    """Every stage to which the actor's roles could bring a record from the first one."""
    reached, waiting = {first}, [first]
    while waiting:
        onward = {each.to for each in stages.moves_from(waiting.pop()) if may_take(each, actor)} - reached
        reached |= onward
        waiting += onward
    return frozenset(reached)
