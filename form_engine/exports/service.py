"""Takes an order: who may take out how much, why, and that it is written down."""

from __future__ import annotations

import msgspec

from form_engine.exports.order import SHORTEST_REASON, ExportOrder
from platform_core import audit, database, entities, jobs, permissions, records
from platform_core.entities import Entity
from platform_core.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from platform_core.i18n import N_
from platform_core.identity import Actor

EXPORT = "form.export"


async def start(form: str, order: ExportOrder, *, actor: Actor) -> str:
    """Begin an export in the background; the id of its job, whose result names the file.

    Raises NotFound, Forbidden, Invalid (no reason, unknown fields, a filter that cannot be), and Conflict where there
    are more rows than the role may take out at once.
    """
    entity = allowed(form, actor)
    if len(order.reason.strip()) < SHORTEST_REASON:
        raise Invalid.one(
            "/reason",
            "required",
            N_("An export needs a reason."),
            remedy=N_("Say in a few words what it is for."),
        )
    _require_fields(entity, order, actor)
    rows = await records.count(order.query(entity.key), actor=actor, action="export")
    _require_room(entity, rows, actor)
    async with database.transaction():
        job = await jobs.add(
            EXPORT,
            {
                "form": entity.key,
                "actor": actor.user_id,
                "order": msgspec.to_builtins(order),
                "language": actor.language,
            },
            subject=f"{entity.key}/export",
            created_by=actor.user_id,
        )
        await audit.write(
            "record.export",
            actor=actor,
            kind="export",
            subject=f"{entity.key}/export",
            fields=order.fields or (),
            detail={"rows": rows, "format": order.format, "reason": order.reason.strip(), "job": job},
        )
    return job


def allowed(form: str, actor: Actor) -> Entity:
    """The form, for an actor who may export some of it. NotFound where nothing of it is readable."""
    entity = entities.find(form)
    if entity is None:
        raise NotFound()
    access = permissions.access(entity, actor)
    if not access.can("read"):
        raise NotFound()
    if not access.can("export") or access.export_rows == 0:
        raise Forbidden(N_("Your role may not export records of this form."))
    return entity


def most_rows(entity: Entity, actor: Actor) -> int | None:
    """How many rows one export may hold; None without a limit."""
    return permissions.access(entity, actor).export_rows


def _require_fields(entity: Entity, order: ExportOrder, actor: Actor) -> None:
    """Refuses fields and lists that do not exist for the actor: an export never lacks a column in silence."""
    access = permissions.access(entity, actor)
    problems = [
        Problem(
            pointer=f"/fields/{place}",
            code="unknown_field",
            message=N_("There is no field '{field}'."),
            params={"field": name[:60]},
        )
        for place, name in enumerate(order.fields or ())
        if name not in entity.fields or not access.visible(name)
    ]
    if order.view is not None and order.view not in entity.views:
        message = N_("There is no list '{view}'.")
        problems.append(
            Problem(pointer="/view", code="unknown_view", message=message, params={"view": order.view[:60]})
        )
    if problems:
        raise Invalid(problems)


def _require_room(entity: Entity, rows: int, actor: Actor) -> None:
    most = most_rows(entity, actor)
    if most is not None and rows > most:
        raise Conflict(
            N_("This export has {rows} rows; your role may take out {most} at once."),
            code="export_limit",
            params={"rows": rows, "most": most},
            remedy=N_("Filter the list, or ask somebody whose role may export more."),
        )
