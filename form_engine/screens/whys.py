"""Why a field is as it is: who may, and which rule or stage decided. For the API, the "why?" of a field, the page."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from form_engine.rules.asking import Asked, ask, has_states
from form_engine.rules.states import sentence_of
from form_engine.rules.whys import Why, why_field
from form_engine.showing import form
from platform_core import i18n, identity, records
from platform_core.entities import Entity
from platform_core.identity import Actor
from platform_core.permissions import Action, Explanation


class FieldWhy(msgspec.Struct, frozen=True):
    """The answer about one field. `state` is None where nothing but permissions speaks about fields of the form."""

    explanation: Explanation
    state: Why | None


async def explain_field(
    entity: Entity, record: str, path: str, *, actor: Actor, action: Action = "read", user: str | None = None
) -> FieldWhy:
    """Why `user` (the actor where nobody is named) may or may not see or change a field, and its state.

    `path` may be a column ("lines.qty"). Raises what `records.why` raises: it decides who may ask what.
    """
    name = path.partition(".")[0]
    explanation = await records.why(entity.key, record, actor=actor, action=action, field=name, user=user)
    compiled = form(entity.key)
    if not has_states(compiled):
        return FieldWhy(explanation, None)
    other = user is not None and user != actor.user_id
    who = await identity.actor_of(user, via=actor.via) if other and user is not None else actor
    asked = await ask(compiled, who, record=record)
    return FieldWhy(explanation, await why_field(compiled, asked, path, actor))


class FieldLine(msgspec.Struct, frozen=True):
    """A field that something has decided about, with its reasons as sentences."""

    name: str
    label: str
    sentences: tuple[str, ...]


def decided_fields(entity: Entity, asked: Asked | None, levels: Sequence[str]) -> tuple[FieldLine, ...]:
    """The fields of a record that rules or stages speak about, as far as the reader knows the fields at all."""
    found = []
    for name, state in (asked.states if asked is not None else {}).items():
        field = entity.fields.get(name)
        if field is not None and name in levels and state.because:
            sentences = tuple(dict.fromkeys(sentence_of(reason) for reason in state.because))
            found.append(FieldLine(name, i18n.label(field.label) or name, sentences))
    return tuple(found)
