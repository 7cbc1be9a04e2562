"""Who owns a record, and in which team and territory it lies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from platform_core import database, identity
from platform_core.entities import quote
from platform_core.i18n import N_
from platform_core.identity import Person
from platform_core.records.saving.admitting import may_assign
from platform_core.records.saving.work import Save
from platform_core.records.scoping import row_condition

PLACES = ("owner", "team", "territory")


async def place_records(saves: Sequence[Save]) -> None:
    """A new record belongs to who makes it; the team follows the owner unless it is given. Sets the owner's zone."""
    people = await _people(saves)
    for save in saves:
        if save.is_new and "owner" not in save.given and not save.actor.is_system:
            save.values["owner"] = save.actor.user_id
        owner = save.values.get("owner")
        moved = save.is_new or save.changed("owner")
        if moved and "team" not in save.given and "owner" not in save.failed:
            save.values["team"] = _team(save, owner, people)
        save.zone = _zone(save, owner, people)


async def _people(saves: Iterable[Save]) -> dict[str, Person]:
    """The owners other than the actors themselves."""
    wanted = {
        str(owner)
        for save in saves
        if (owner := save.values.get("owner")) and owner != save.actor.user_id and "owner" not in save.failed
    }
    return await identity.find_people(wanted) if wanted else {}


def _team(save: Save, owner: object, people: dict[str, Person]) -> str | None:
    if owner == save.actor.user_id:
        return save.actor.team
    person = people.get(str(owner))
    return person.team if person else None


def _zone(save: Save, owner: object, people: dict[str, Person]) -> str:
    if owner is not None and owner == save.actor.user_id:
        return save.actor.zone
    person = people.get(str(owner))
    return person.zone if person else save.zone


async def check_placement(saves: Sequence[Save]) -> None:
    """Notes a problem where somebody without the right to assign gave a record away out of their own reach.

    Asked of the written rows inside the transaction, so that the answer is the scope's own.
    """
    for save in saves:
        given = placed_fields(save)
        if not given:
            continue
        held = row_condition(save.access, "update", save.actor)
        condition = f" AND {held.sql}" if held else ""
        sql = f'SELECT 1 FROM {quote(save.entity.table)} t WHERE t."id" = ?{condition}'
        if not await database.fetch_tuples(sql, (save.id, *held.params)):
            refuse_placement(save, given[0])


def placed_fields(save: Save) -> list[str]:
    """The places that somebody without the right to assign has chosen; what they gave away has to stay in reach."""
    if may_assign(save.access, save.actor):
        return []
    return [name for name in PLACES if _was_placed(save, name)]


def refuse_placement(save: Save, name: str) -> None:
    """Notes that the record went out of the actor's reach."""
    save.refuse(
        name,
        "not_assignable",
        N_("You may not give this record to somebody whose records you cannot change."),
        remedy=N_("Ask somebody who may assign records."),
    )


def _was_placed(save: Save, name: str) -> bool:
    if name not in save.given or name in save.failed:
        return False
    if save.is_new:
        own = {"owner": save.actor.user_id, "team": save.actor.team, "territory": None}
        return save.values.get(name) != own[name]
    return save.changed(name)
