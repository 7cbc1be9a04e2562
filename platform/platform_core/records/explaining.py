"""Why somebody may or may not do something to a record or see a field of it."""

from __future__ import annotations

from collections.abc import Iterable

from platform_core import database, entities, identity, permissions
from platform_core.database import is_id
from platform_core.entities import Entity, quote
from platform_core.errors import Forbidden, NotFound, Problem
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.permissions import Access, Action, Explanation
from platform_core.records.errors import BadQuery
from platform_core.records.following import Path, linked_values
from platform_core.records.reading.rowview import rights_on
from platform_core.records.saving.columns import select_list, table_plan


async def why(
    form: str,
    record: str,
    *,
    actor: Actor,
    action: Action = "read",
    field: str | None = None,
    user: str | None = None,
) -> Explanation:
    """The answer for `user` (the actor where nobody is named), with its reasons.

    The actor must see the record; only an admin may ask about somebody else, or about a field that the actor does
    not see in this record. Raises NotFound, Forbidden, BadQuery for a field that is not there.
    """
    entity = entities.get(form)
    if user is not None and user != actor.user_id and not actor.is_unbounded:
        raise Forbidden(N_("Only an admin may ask what somebody else may do."))
    rights, _version = await rights_on(entity, record, actor)
    if field is not None and (
        field not in entity.fields or not (actor.is_unbounded or field in rights.levels)
    ):
        raise BadQuery([_no_field(field)])
    asked = actor if user is None or user == actor.user_id else await identity.actor_of(user, via=actor.via)
    row = await stored_values(entity, record, _paths(permissions.access(entity, asked)))
    return permissions.explain(asked, entity, row, action, field)


def _no_field(name: str) -> Problem:
    return Problem(
        pointer="/field",
        code="unknown_field",
        message=N_("There is no field '{name}'."),
        params={"name": name[:60]},
    )


async def stored_values(entity: Entity, record: str, paths: Iterable[Path] = ()) -> dict[str, object]:
    """Canonical values of a stored record, and those that `paths` name behind its links. NotFound where there is none.

    Read with the system's eyes, for what decides about a record: nothing of it may be shown to anybody as it is.
    """
    if not is_id(record):
        raise NotFound()
    plan = table_plan(entity)
    sql = f'SELECT {select_list(plan.columns)} FROM {quote(entity.table)} t WHERE t."id" = ?'
    rows = await database.fetch_tuples(sql, (record,))
    if not rows:
        raise NotFound()
    values = plan.canonical(rows[0])
    linked = await linked_values(entity, [values], paths)
    return {**values, **linked[0]}


def _paths(access: Access) -> set[Path]:
    return {
        path
        for grants in access.grants.values()
        for grant in grants
        if grant.scope.checked is not None
        for path in grant.scope.checked.paths
    }
