"""The rows behind accounts. Every function here stands inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from platform_core import audit, clock, database
from platform_core.database import new_id, sort_key
from platform_core.errors import Invalid, NotFound
from platform_core.i18n import N_
from platform_core.identity.model import ADMIN_ROLE, Actor


class NewUser(msgspec.Struct, frozen=True, kw_only=True):
    """What an account starts with, as `create_user` was given it."""

    email: str
    name: str
    password: str | None
    roles: tuple[str, ...]
    team: str | None
    manager: str | None
    territories: tuple[str, ...]
    language: str
    zone: str

    @property
    def given(self) -> list[str]:
        """Names of what is not empty, for the audit."""
        return sorted(field for field, value in msgspec.structs.asdict(self).items() if value)


async def insert(new: NewUser, encoded: str | None) -> str:
    """Write a new account; its id. `encoded` is the hash of its password."""
    user_id, now = new_id(), clock.now()
    values: dict[str, object] = {
        "id": user_id,
        "email": new.email,
        "name": new.name,
        "name_sort": sort_key(new.name),
        "password_hash": encoded,
        "language": new.language,
        "zone": new.zone,
        "theme": "auto",
        "density": "regular",
        "team": new.team,
        "manager": new.manager,
        "active": True,
        "created_at": now,
        "updated_at": now,
    }
    columns, places = ", ".join(values), ", ".join("?" * len(values))
    await database.execute(
        f"INSERT INTO tw_identity_user ({columns}) VALUES ({places})",
        tuple(values.values()),
    )
    await replace_roles(user_id, new.roles)
    await replace_territories(user_id, new.territories)
    return user_id


async def replace_roles(user_id: str, roles: Sequence[str]) -> None:
    """Exactly these roles."""
    await database.execute("DELETE FROM tw_identity_user_role WHERE user_id = ?", (user_id,))
    await database.execute_many(
        "INSERT INTO tw_identity_user_role (user_id, role) VALUES (?, ?)",
        [(user_id, role) for role in sorted(set(roles))],
    )


async def replace_territories(user_id: str, territories: Sequence[str]) -> None:
    """Exactly these territories."""
    await database.execute("DELETE FROM tw_identity_user_territory WHERE user_id = ?", (user_id,))
    await database.execute_many(
        "INSERT INTO tw_identity_user_territory (user_id, territory_id) VALUES (?, ?)",
        [(user_id, territory) for territory in sorted(set(territories))],
    )


async def update(user_id: str, assignments: str, *values: object) -> None:
    """`assignments` is SQL of our own ("active = ?"). Raises NotFound."""
    changed = await database.execute(
        f"UPDATE tw_identity_user SET {assignments}, updated_at = ? WHERE id = ?",
        (*values, clock.now(), user_id),
    )
    if not changed:
        raise NotFound(N_("There is no such account."))


async def require_another_admin(user_id: str) -> None:
    """Raises Invalid where `user_id` is the last active admin. Locks the admins, so that two cannot leave at once."""
    rows = await database.fetch_tuples(
        "SELECT u.id FROM tw_identity_user u JOIN tw_identity_user_role r ON r.user_id = u.id"
        " WHERE r.role = ? AND u.active ORDER BY u.id"
        + (" FOR NO KEY UPDATE OF u" if database.dialect().is_postgresql else ""),
        (ADMIN_ROLE,),
    )
    if not [found for (found,) in rows if str(found) != user_id]:
        raise Invalid.one(
            "/roles",
            "last_admin",
            N_("This is the last admin."),
            remedy=N_("Make somebody else an admin first."),
        )


async def note(
    action: str, user_id: str, actor: Actor, *, fields: Sequence[str] = (), **detail: object
) -> None:
    """The audit line of a change of an account."""
    await audit.write(
        action, actor=actor, kind="user", subject=f"user/{user_id}", fields=fields, detail=detail
    )
