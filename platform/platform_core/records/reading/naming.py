"""The names in a question: fields to show, a list of the form. What an actor does not see is not there."""

from __future__ import annotations

from collections.abc import Sequence

from platform_core.entities import Entity, EntityView
from platform_core.errors import Problem
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.permissions import Access
from platform_core.records.errors import BadQuery
from platform_core.records.reading.offering import is_offered
from platform_core.records.reading.projection import LEFT_OUT, Reading, seen


def asked_view(entity: Entity, name: str | None, actor: Actor) -> EntityView | None:
    """The list of that name. Raises BadQuery where the form has none for this actor."""
    if name is None:
        return None
    view = entity.views.get(name)
    if view is None or not is_offered(entity, view, actor):
        raise BadQuery([_problem("/view", "unknown_view", N_("There is no list '{name}'."), name)])
    return view


def asked_names(
    entity: Entity,
    access: Access,
    fields: Sequence[str] | None,
    view: EntityView | None = None,
    action: Reading = "read",
    *,
    tables: bool = False,
) -> tuple[str, ...]:
    """The fields to show: those that were named, those of the list, or all that the actor sees (`tables`: with the
    rows of table fields). Raises BadQuery for a name that means nothing to this actor."""
    visible = seen(entity, access, action).visible
    if fields is None and view is None:
        return tuple(name for name in visible if tables or entity.fields[name].rows is None)
    if fields is None:
        return tuple(name for name in view.columns if name in visible) if view is not None else ()
    allowed = {*visible, *LEFT_OUT}
    problems = [
        _problem(f"/fields/{place}", "unknown_field", N_("There is no field '{name}'."), name)
        for place, name in enumerate(fields)
        if name not in allowed
    ]
    if problems:
        raise BadQuery(problems)
    return tuple(dict.fromkeys(fields))


def _problem(pointer: str, code: str, message: str, name: str) -> Problem:
    return Problem(pointer=pointer, code=code, message=message, params={"name": name[:60]})
