"""Writes the demo story through the ordinary doors, and takes it out again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from platform_core import clock, database, identity, records
from trade_crm.demo.people import PEOPLE, TEAMS
from trade_crm.demo.story import OUTSIDE, Local, Write, story

BATCH = "0198a000-0000-7000-8000-00000000de30"
"""The import batch that marks every demo record, so that `remove` finds them all and nothing else."""


class DemoAccount(NamedTuple):
    """One sign-in of the demo company."""

    email: str
    name: str
    role: str


def demo_accounts() -> tuple[DemoAccount, ...]:
    """The demo accounts in the order they are printed at the start."""
    return tuple(DemoAccount(person.email, person.name, person.role) for person in PEOPLE)


async def is_loaded() -> bool:
    """True when the demo people are there."""
    return await identity.user_by_email(PEOPLE[0].email) is not None


async def load(password: str) -> int:
    """Make the demo people (with one password) and write the story; returns the number of records written.

    One transaction: whoever is stopped in the middle leaves nothing behind, and loads it all the next time.
    """
    now = clock.now()
    ids: dict[str, str] = {}
    async with database.transaction():
        await make_people(password)
        actors = {person.key: await _actor(person.email) for person in PEOPLE} | {OUTSIDE: identity.SYSTEM}
        for write in story(now):
            with clock.stopped_at(write.at):
                await _write(write, actors[write.actor], ids)
    return len(ids)


async def remove() -> int:
    """Purge every demo record and switch the demo accounts off; returns the number of records removed."""
    removed = await records.purge_batch(BATCH, actor=identity.SYSTEM)
    for person in PEOPLE:
        user = await identity.user_by_email(person.email)
        if user is not None:
            await identity.deactivate(user.id, actor=identity.SYSTEM)
    return removed


async def make_people(password: str) -> None:
    """The demo company's teams and people, without any record."""
    teams: dict[str, str] = {}
    for team in TEAMS:
        parent = teams.get(team.parent) if team.parent else None
        made = await identity.create_team(team.name, parent=parent, actor=identity.SYSTEM)
        teams[team.key] = made.id
    for person in PEOPLE:
        await identity.create_user(
            email=person.email, name=person.name, password=password, language=person.language, zone=person.zone,
            team=teams[person.team], roles=(person.role,), actor=identity.SYSTEM,
        )  # fmt: skip


async def _actor(email: str) -> identity.Actor:
    user = await identity.user_by_email(email)
    assert user is not None, f"{email} was just created"
    return await identity.actor_of(user.id, via="screen")


async def _write(write: Write, actor: identity.Actor, ids: dict[str, str]) -> None:
    values = {name: _resolved(value, ids) for name, value in write.values.items()}
    if write.update:
        await records.update(write.form, ids[write.name], values, actor=actor, version=None)
        return
    saved = await records.create(
        write.form, values, actor=actor, options=records.WriteOptions(import_batch=BATCH, quiet=True)
    )
    ids[write.name] = saved.id


def _resolved(value: object, ids: Mapping[str, str]) -> object:
    """The value with every stand-in replaced by the id of the record it stands for."""
    if isinstance(value, Local):
        return ids[value.name]
    if isinstance(value, list):
        return [_resolved(item, ids) for item in value]
    if isinstance(value, dict):
        return {name: _resolved(item, ids) for name, item in value.items()}
    return value
