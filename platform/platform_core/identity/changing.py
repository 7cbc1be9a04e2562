"""Changing an account as a whole, as a form or a program sends it: all of it or nothing."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from platform_core import database
from platform_core.identity import people
from platform_core.identity.directory import user
from platform_core.identity.model import Actor, User

Text = Annotated[str, Meta(max_length=320)]


class UserChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What of an account changes; what is not set stays. Team and manager may become null."""

    email: Text | UnsetType = UNSET
    name: Text | UnsetType = UNSET
    language: Text | UnsetType = UNSET
    zone: Text | UnsetType = UNSET
    roles: tuple[Text, ...] | UnsetType = UNSET
    team: Text | None | UnsetType = UNSET
    manager: Text | None | UnsetType = UNSET
    territories: tuple[Text, ...] | UnsetType = UNSET


async def change_user(user_id: str, changes: UserChanges, *, actor: Actor) -> User:
    """Change an account. Raises what `edit_user`, `set_roles` and `place_user` raise; then nothing has changed."""
    async with database.transaction():
        before = await user(user_id, lock=True)
        said = {
            field: value
            for field in ("email", "name", "language", "zone")
            if (value := getattr(changes, field)) is not UNSET and value != getattr(before, field)
        }
        await people.edit_user(user_id, actor=actor, **said)
        if changes.roles is not UNSET and set(changes.roles) != set(before.roles):
            await people.set_roles(user_id, changes.roles, actor=actor)
        team = before.team if changes.team is UNSET else changes.team
        manager = before.manager if changes.manager is UNSET else changes.manager
        territories = before.territories if changes.territories is UNSET else changes.territories
        if (team, manager, set(territories)) != (before.team, before.manager, set(before.territories)):
            await people.place_user(user_id, team=team, manager=manager, territories=territories, actor=actor)
    return await user(user_id)
