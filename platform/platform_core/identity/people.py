"""Accounts: commands that change them, each with its audit line. Only an admin or the system may give them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args
from zoneinfo import available_timezones

import msgspec

from platform_core import audit, clock, database, i18n, settings
from platform_core.database import UniqueViolation, new_id, sort_key
from platform_core.errors import Forbidden, Invalid, NotFound, Problem
from platform_core.i18n import N_
from platform_core.identity import email as addresses
from platform_core.identity import passwords, sessions
from platform_core.identity.directory import forget_names, user
from platform_core.identity.model import ADMIN_ROLE, Actor, User

_NAME_LENGTH = 200

Theme = Literal["auto", "light", "dark"]
Density = Literal["compact", "regular", "roomy"]


class _NewUser(msgspec.Struct, frozen=True, kw_only=True):
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


async def create_user(
    *,
    email: str,
    name: str,
    actor: Actor,
    password: str | None = None,
    roles: Sequence[str] = (),
    team: str | None = None,
    manager: str | None = None,
    territories: Sequence[str] = (),
    language: str = "",
    zone: str = "",
) -> User:
    """Open an account. Raises Invalid with every problem, "taken" where the address has an account already.

    Without a password nobody can sign in until one is set. `roles` are role names, `team` and `territories` ids,
    `manager` a user id; an empty language or zone means the installation's.
    """
    _require_admin(actor)
    new = _NewUser(
        email=addresses.normalised(email),
        name=name.strip(),
        password=password,
        roles=tuple(sorted(set(roles))),
        team=team,
        manager=manager,
        territories=tuple(territories),
        language=language or settings.current().language,
        zone=zone or settings.current().zone,
    )
    _refuse(_problems(new))
    encoded = await passwords.hashed(password) if password is not None else None
    try:
        async with database.transaction():
            user_id = await _insert(new, encoded)
            await _note("user.create", user_id, actor, fields=_given(new), roles=list(new.roles))
    except UniqueViolation as exc:
        raise Invalid.one(
            "/email", "taken", N_("There is an account with this e-mail address already.")
        ) from exc
    return await user(user_id)


async def set_password(user_id: str, password: str, *, actor: Actor) -> None:
    """Set the password of any account, as an admin. Ends all its sessions."""
    _require_admin(actor)
    await _set_password(await user(user_id), password, "/password", actor)


async def change_password(current: str, new: str, *, actor: Actor) -> None:
    """Change one's own password, knowing the present one. Ends one's other sessions.

    Raises Invalid, or TooManyRequests where the present one was guessed at too often.
    """
    account = await user(actor.user_id)
    if not await sessions.is_password_of(account.email, current, ip=actor.ip):
        await audit.refused("user.password", actor=actor, subject=f"user/{account.id}")
        raise Invalid.one("/current", "wrong", N_("This is not your present password."))
    await _set_password(account, new, "/new", actor)


async def _set_password(account: User, password: str, pointer: str, actor: Actor) -> None:
    _refuse(passwords.problems(password, email=account.email, name=account.name, pointer=pointer))
    encoded = await passwords.hashed(password)
    staying = actor.session_id if account.id == actor.user_id else None
    async with database.transaction():
        await _update(account.id, "password_hash = ?", encoded)
        await sessions.end_sessions_of(account.id, but=staying)
        await _note("user.password", account.id, actor)


async def set_roles(user_id: str, roles: Sequence[str], *, actor: Actor) -> None:
    """Give an account exactly these roles; open sessions notice within two seconds."""
    _require_admin(actor)
    async with database.transaction():
        before = await user(user_id, lock=True)
        if before.active and ADMIN_ROLE in before.roles and ADMIN_ROLE not in roles:
            await _require_another_admin(user_id)
        await _replace_roles(user_id, roles)
        given, taken = sorted(set(roles) - set(before.roles)), sorted(set(before.roles) - set(roles))
        await _note("user.roles", user_id, actor, fields=("roles",), given=given, taken=taken)
        database.after_commit(lambda: sessions.forget(user_id))


async def deactivate(user_id: str, *, actor: Actor) -> None:
    """Close an account: nobody can sign in to it, its sessions end, what it did keeps its name."""
    _require_admin(actor)
    async with database.transaction():
        before = await user(user_id, lock=True)
        if before.active and ADMIN_ROLE in before.roles:
            await _require_another_admin(user_id)
        await _update(user_id, "active = ?", False)
        await sessions.end_sessions_of(user_id)
        await _note("user.deactivate", user_id, actor)


async def reactivate(user_id: str, *, actor: Actor) -> None:
    """Open a closed account again, with the roles it had."""
    _require_admin(actor)
    async with database.transaction():
        await user(user_id, lock=True)
        await _update(user_id, "active = ?", True)
        await _note("user.reactivate", user_id, actor)


async def place_user(
    user_id: str, *, team: str | None, manager: str | None, territories: Sequence[str], actor: Actor
) -> None:
    """Say where in the company an account stands; row scopes follow within two seconds."""
    _require_admin(actor)
    async with database.transaction():
        await user(user_id, lock=True)
        if manager == user_id:
            raise Invalid.one("/manager", "own_manager", N_("Nobody is their own manager."))
        await _update(user_id, "team = ?, manager = ?", team, manager)
        await _replace_territories(user_id, territories)
        await _note("user.place", user_id, actor, fields=("team", "manager", "territories"))
        database.after_commit(lambda: sessions.forget(user_id))


async def set_preferences(
    actor: Actor,
    *,
    name: str | None = None,
    language: str | None = None,
    zone: str | None = None,
    theme: Theme | None = None,
    density: Density | None = None,
) -> User:
    """Change one's own name, language, IANA zone, theme or density; None leaves it. Raises Invalid."""
    given = {"name": name, "language": language, "zone": zone, "theme": theme, "density": density}
    wanted = {field: value for field, value in given.items() if value is not None}
    _refuse(_preference_problems(wanted))
    if "name" in wanted:
        wanted |= {"name": wanted["name"].strip(), "name_sort": sort_key(wanted["name"].strip())}
    if wanted:
        async with database.transaction():
            await _update(actor.user_id, ", ".join(f"{field} = ?" for field in wanted), *wanted.values())
            await _note("user.preferences", actor.user_id, actor, fields=sorted(wanted))
            database.after_commit(lambda: _changed(actor.user_id))
    return await user(actor.user_id)


def _changed(user_id: str) -> None:
    sessions.forget(user_id)
    forget_names()


def _require_admin(actor: Actor) -> None:
    if not actor.is_unbounded:
        raise Forbidden(N_("Only an admin may change accounts."))


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Invalid(problems)


async def _insert(new: _NewUser, encoded: str | None) -> str:
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
    await _replace_roles(user_id, new.roles)
    await _replace_territories(user_id, new.territories)
    return user_id


def _given(new: _NewUser) -> list[str]:
    return sorted(field for field, value in msgspec.structs.asdict(new).items() if value)


def _problems(new: _NewUser) -> list[Problem]:
    found = [problem] if (problem := addresses.problem(new.email)) else []
    found += _preference_problems({"name": new.name, "language": new.language, "zone": new.zone})
    if new.password is not None:
        found += passwords.problems(new.password, email=new.email, name=new.name)
    return found


def _preference_problems(wanted: dict[str, str]) -> list[Problem]:
    known: dict[str, Sequence[str]] = {
        "language": [language.code for language in i18n.languages()],
        "theme": get_args(Theme),
        "density": get_args(Density),
    }
    found: list[Problem] = []
    if "name" in wanted and not 0 < len(wanted["name"].strip()) <= _NAME_LENGTH:
        found.append(Problem(pointer="/name", code="required", message=N_("Please give a name.")))
    if "zone" in wanted and wanted["zone"] not in available_timezones():
        found.append(Problem(pointer="/zone", code="unknown", message=N_("There is no such time zone.")))
    for field, choices in known.items():
        if field in wanted and wanted[field] not in choices:
            found.append(
                Problem(
                    pointer=f"/{field}",
                    code="unknown",
                    message=N_("{value} is not one of {choices}."),
                    params={"value": wanted[field][:40], "choices": ", ".join(choices)},
                )
            )
    return found


async def _require_another_admin(user_id: str) -> None:
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


async def _replace_roles(user_id: str, roles: Sequence[str]) -> None:
    await database.execute("DELETE FROM tw_identity_user_role WHERE user_id = ?", (user_id,))
    await database.execute_many(
        "INSERT INTO tw_identity_user_role (user_id, role) VALUES (?, ?)",
        [(user_id, role) for role in sorted(set(roles))],
    )


async def _replace_territories(user_id: str, territories: Sequence[str]) -> None:
    await database.execute("DELETE FROM tw_identity_user_territory WHERE user_id = ?", (user_id,))
    await database.execute_many(
        "INSERT INTO tw_identity_user_territory (user_id, territory_id) VALUES (?, ?)",
        [(user_id, territory) for territory in sorted(set(territories))],
    )


async def _update(user_id: str, assignments: str, *values: object) -> None:
    changed = await database.execute(
        f"UPDATE tw_identity_user SET {assignments}, updated_at = ? WHERE id = ?",
        (*values, clock.now(), user_id),
    )
    if not changed:
        raise NotFound(N_("There is no such account."))


async def _note(
    action: str, user_id: str, actor: Actor, *, fields: Sequence[str] = (), **detail: object
) -> None:
    await audit.write(
        action, actor=actor, kind="user", subject=f"user/{user_id}", fields=fields, detail=detail
    )
