"""Rules on the generated screens: which fields stand there, which are open, and what the browser is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from form_engine.computed.payload import computed_payload
from form_engine.rules.asking import Asked, ask, has_states
from form_engine.rules.payload import live_payload
from form_engine.rules.states import FREE, FieldState, sentence_of
from form_engine.screens.choices import options_of_field
from form_engine.showing import form
from platform_core import permissions, records
from platform_core.entities import Entity
from platform_core.identity import Actor


async def asked_for(
    entity: Entity, actor: Actor, record: str | None = None, typed: Mapping[str, object] | None = None
) -> Asked | None:
    """The states of a record's fields (None: of a new one); None where nothing speaks about the form's fields and
    nothing is computed from them."""
    compiled = form(entity.key)
    lives = has_states(compiled) or any(field.computed is not None for field in entity.own_fields)
    return await ask(compiled, actor, record=record, typed=typed) if lives else None


def state_of(asked: Asked | None, name: str) -> FieldState:
    """The state of one field."""
    return asked.state(name) if asked is not None else FREE


def why_not_open(state: FieldState) -> str:
    """Beside a field that a rule closes; "" for one that is open."""
    if not state.read_only:
        return ""
    reason = state.reason("read_only") or state.reason("set")
    return sentence_of(reason) if reason is not None else ""


async def live_data(
    entity: Entity, asked: Asked | None, actor: Actor, levels: Mapping[str, str] | None
) -> dict[str, Any] | None:
    """The JSON by which the form lives in the browser; None where there is nothing to live by.

    `levels` are what the reader may do with the fields of this record, None for a new one.
    """
    if asked is None:
        return None
    access, compiled = permissions.access(entity, actor), form(entity.key)

    def readable(name: str) -> bool:
        level = levels.get(name) if levels is not None else "write" if access.creatable(name) else None
        return level in ("read", "write") or (levels is None and access.readable(name))

    told = live_payload(compiled, asked, actor, readable, compiled.stages)
    await _hide_restricted(entity, (told["record"], told["old"]), actor)
    computed = {
        name: {
            **data,
            "labels": {each.value: each.label.strip() for each in options_of_field(entity.fields[name])},
        }
        if entity.fields[name].dictionary is not None
        else data
        for name, data in computed_payload(entity, access).items()
    }
    return told | {"computed": computed}


async def _hide_restricted(entity: Entity, holders: Sequence[dict[str, Any]], actor: Actor) -> None:
    """Leaves out the ids of what the reader may not see: a link to that is as good as none in the browser."""
    fields = [field for field in entity.own_fields if field.reference is not None or field.rows is not None]
    await records.present_values(holders, fields, actor)
    for field in fields:
        for holder in holders:
            if field.rows is None:
                if field.name in holder:
                    holder[field.name] = _bare(holder[field.name])
                continue
            for row in holder.get(field.name, ()):
                row.update(
                    {name: _bare(row.get(name)) for name, cell in field.rows.fields.items() if cell.reference}
                )


def _bare(shown: object) -> object:
    """A presented reference as its id; None where it is restricted. One that may lead to several forms keeps which."""
    if isinstance(shown, list):
        return [found for each in shown if (found := _bare(each)) is not None]
    if not isinstance(shown, Mapping):
        return shown
    if shown.get("id") is None:
        return None
    return {"id": shown["id"], "form": shown["form"]} if "form" in shown else shown["id"]
