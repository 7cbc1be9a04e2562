"""The stages of one record: which moves it has, and moving it."""

from __future__ import annotations

from collections.abc import Mapping

from litestar import Response, get, post
from litestar.params import FromPath

from form_engine.rest.answers import with_etag
from form_engine.rest.one import ONE
from form_engine.rest.requests import AnyRequest, Json, Query, json_object
from form_engine.stages.moving import transition
from form_engine.stages.offering import AskedView, Move, asked_by, stage_view
from form_engine.stages.published import stages_of
from platform_core import api, entities, records
from platform_core.entities import Entity
from platform_core.errors import Invalid
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.records import Record
from platform_core.web import actor


@get(ONE + "/transitions")
async def list_transitions(request: AnyRequest, form: FromPath[str], record: FromPath[str]) -> Json:
    """Where the record stands, the stages of the form, and the moves from here with what each asks for."""
    Query(request, ())
    entity, who = entities.get(form), actor(request)
    found = await records.get(entity.key, record, actor=who)
    view = await stage_view(entity, found, who)
    if view is None:
        return {"stage": None, "stages": [], "transitions": []}
    return {
        "stage": view.stage,
        "stages": [{"key": step.key, "label": step.label, "state": step.state} for step in view.steps],
        "transitions": [await _move(entity, found, each, who) for each in view.moves],
    }


@post(ONE + "/transition", status_code=200)
async def move_record(request: AnyRequest, form: FromPath[str], record: FromPath[str]) -> Response[bytes]:
    """Move the record: {"to": "quoting", "fields": {"incoterm": "cif", "account.website": "https://…"}}.

    With If-Match only the version that was read is moved.
    """
    version = api.if_match(request)
    to, fields = _sent(await json_object(request))
    expect = version if isinstance(version, int) else None
    return with_etag(await transition(form, record, to, fields, actor=actor(request), expect=expect))


def _sent(sent: Json) -> tuple[str, Mapping[str, object]]:
    to, fields = sent.get("to"), sent.get("fields", {})
    if not isinstance(to, str) or not to:
        raise Invalid.one("/to", "required", N_("Say which stage the record moves to."))
    if not isinstance(fields, dict):
        raise Invalid.one("/fields", "type", N_("'fields' is an object of values by path."))
    unknown = next((name for name in sent if name not in ("to", "fields")), None)
    if unknown is not None:
        message = N_("There is no member '{name}' here.")
        raise Invalid.one(f"/{unknown[:60]}", "unknown_field", message, name=unknown[:60])
    return to, fields


async def _move(entity: Entity, record: Record, move: Move, who: Actor) -> Json:
    stages = stages_of(entity)
    way = next(each for each in (stages.transitions if stages else ()) if each.name == move.name)
    return {
        "name": move.name,
        "to": move.to,
        "label": move.label,
        "to_label": move.to_label,
        "allowed": move.allowed,
        **({"reason": move.reason} if move.reason else {}),
        **({"sla": move.sla} if move.sla else {}),
        "ask": [_asked(each) for each in await asked_by(entity, record, way, who)],
    }


def _asked(view: AskedView) -> Json:
    return {
        "path": view.path,
        "label": view.label,
        "of": view.of or None,
        "required": view.required,
        "missing": view.missing,
        "writable": view.level == "write",
    }


TRANSITION_ROUTES = (list_transitions, move_record)
