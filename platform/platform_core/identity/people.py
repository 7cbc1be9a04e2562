"""Accounts: commands that change them, each with its audit line. Only who may manage people gives them."""

from __future__ import annotations

from collections.abc import Sequence

from platform_core import audit, database, settings
from platform_core.database import UniqueViolation, sort_key
from platform_core.errors import Invalid, Problem
from platform_core.i18n import N_
from platform_core.identity import account_rows as rows
from platform_core.identity import email as addresses
from platform_core.identity import keys, links, passwords, sessions, throttle
from platform_core.identity.account_checks import (
    Density,
    Theme,
    new_account_problems,
    placing_problems,
    preference_problems,
    refuse,
)
from platform_core.identity.account_rows import NewUser
from platform_core.identity.directory import forget_names, user
from platform_core.identity.model import ADMIN_ROLE, Actor, User
from platform_core.identity.rights import guard, guard_roles, require_in_person, require_manager


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
    require_manager(actor)
    new = NewUser(
        email=addresses.normalised(email),
        name=name.strip(),
        password=password,
        roles=tuple(sorted(set(roles))),
        team=team or None,
        manager=manager or None,
        territories=tuple(territories),
        language=language or settings.current().language,
        zone=zone or settings.current().zone,
    )
    guard_roles(actor, None, (), new.roles)
    refuse(
        [
            *new_account_problems(new),
            *await placing_problems(None, new.team, new.manager, new.territories),
        ]
    )
    encoded = await passwords.hashed(password) if password is not None else None
    try:
        async with database.transaction():
            user_id = await rows.insert(new, encoded)
            await rows.note("user.create", user_id, actor, fields=new.given, roles=list(new.roles))
    except UniqueViolation as exc:
        raise _taken() from exc
    return await user(user_id)


async def edit_user(
    user_id: str,
    *,
    actor: Actor,
    email: str | None = None,
    name: str | None = None,
    language: str | None = None,
    zone: str | None = None,
) -> User:
    """Change what an account is called and how its person is spoken to; None leaves it. Raises Invalid.

    A new address is the new name to sign in with, and what a password can be reset through: links under way end.
    """
    require_manager(actor)
    given = {"name": name, "language": language, "zone": zone}
    wanted: dict[str, object] = {field: value for field, value in given.items() if value is not None}
    problems = preference_problems(wanted)
    if email is not None:
        wanted["email"] = addresses.normalised(email)
        problems += [one] if (one := addresses.problem(str(wanted["email"]))) else []
    refuse(problems)
    if name is not None:
        wanted |= {"name": name.strip(), "name_sort": sort_key(name.strip())}
    try:
        async with database.transaction():
            before = await user(user_id, lock=True)
            guard(actor, before)
            if email is not None and wanted["email"] != before.email:
                require_in_person(actor)
                await links.forget_links_of(user_id)
            if wanted:
                changes = ", ".join(f"{field} = ?" for field in wanted)
                await rows.update(user_id, changes, *wanted.values())
                await rows.note("user.edit", user_id, actor, fields=sorted(wanted.keys() - {"name_sort"}))
                database.after_commit(lambda: _changed(user_id))
    except UniqueViolation as exc:
        raise _taken() from exc
    return await user(user_id)


async def set_password(user_id: str, password: str, *, actor: Actor) -> None:
    """Set the password of any account, as somebody who manages people. Ends all its sessions."""
    require_manager(actor)
    require_in_person(actor)
    account = await user(user_id)
    guard(actor, account)
    await _set_password(account, password, "/password", actor)


async def change_password(current: str, new: str, *, actor: Actor) -> None:
    """Change one's own password, knowing the present one. Ends one's other sessions.

    Raises Invalid, or TooManyRequests where the present one was guessed at too often.
    """
    require_in_person(actor)
    account = await user(actor.user_id)
    if not await sessions.is_password_of(account.email, current, ip=actor.ip):
        await audit.refused("user.password", actor=actor, subject=f"user/{account.id}")
        raise Invalid.one("/current", "wrong", N_("This is not your present password."))
    await _set_password(account, new, "/new", actor)


async def set_password_by_link(token: str, password: str, *, actor: Actor) -> User:
    """Set the password of whom an invitation or a reset was sent to. The link is used up; all sessions end.

    Raises Invalid for the password, NotFound for a link that is used, over or unknown. `actor` is who came (nobody).
    """
    purpose, account = await links.owner_of(token)
    problems = passwords.problems(password, email=account.email, name=account.name)
    refuse(problems)
    encoded = await passwords.hashed(password)
    async with database.transaction():
        await links.use_up(token)
        await rows.update(account.id, "password_hash = ?", encoded)
        await links.forget_links_of(account.id)
        await sessions.end_sessions_of(account.id)
        await rows.note("user.password", account.id, actor, by=purpose)
    await throttle.unlock(account.email)
    return account


async def _set_password(account: User, password: str, pointer: str, actor: Actor) -> None:
    refuse(passwords.problems(password, email=account.email, name=account.name, pointer=pointer))
    encoded = await passwords.hashed(password)
    staying = actor.session_id if account.id == actor.user_id else None
    async with database.transaction():
        await rows.update(account.id, "password_hash = ?", encoded)
        await links.forget_links_of(account.id)
        await sessions.end_sessions_of(account.id, but=staying)
        await rows.note("user.password", account.id, actor)


async def set_roles(user_id: str, roles: Sequence[str], *, actor: Actor) -> None:
    """Give an account exactly these roles; open sessions notice within two seconds."""
    require_manager(actor)
    async with database.transaction():
        before = await user(user_id, lock=True)
        guard(actor, before)
        guard_roles(actor, user_id, before.roles, roles)
        if before.active and ADMIN_ROLE in before.roles and ADMIN_ROLE not in roles:
            await rows.require_another_admin(user_id)
        await rows.replace_roles(user_id, roles)
        given, taken = sorted(set(roles) - set(before.roles)), sorted(set(before.roles) - set(roles))
        await rows.note("user.roles", user_id, actor, fields=("roles",), given=given, taken=taken)
        database.after_commit(lambda: sessions.forget(user_id))


async def deactivate(user_id: str, *, actor: Actor) -> None:
    """Close an account: nobody can sign in to it, its sessions end, its API keys are revoked for good, links to set a
    password are worth nothing any more. What it did keeps its name."""
    require_manager(actor)
    async with database.transaction():
        before = await user(user_id, lock=True)
        guard(actor, before)
        if before.active and ADMIN_ROLE in before.roles:
            await rows.require_another_admin(user_id)
        await rows.update(user_id, "active = ?", False)
        await sessions.end_sessions_of(user_id)
        revoked = await keys.revoke_all_of(user_id)
        await links.forget_links_of(user_id)
        await rows.note("user.deactivate", user_id, actor, keys_revoked=revoked)


async def reactivate(user_id: str, *, actor: Actor) -> None:
    """Open a closed account again, with the roles, the password and the second factor it had; keys stay revoked."""
    require_manager(actor)
    async with database.transaction():
        before = await user(user_id, lock=True)
        guard(actor, before)
        await rows.update(user_id, "active = ?", True)
        await rows.note("user.reactivate", user_id, actor)


async def place_user(
    user_id: str, *, team: str | None, manager: str | None, territories: Sequence[str], actor: Actor
) -> None:
    """Say where in the company an account stands; row scopes follow within two seconds."""
    require_manager(actor)
    async with database.transaction():
        guard(actor, await user(user_id, lock=True))
        refuse(await placing_problems(user_id, team, manager, territories))
        await rows.update(user_id, "team = ?, manager = ?", team, manager)
        await rows.replace_territories(user_id, territories)
        await rows.note("user.place", user_id, actor, fields=("team", "manager", "territories"))
        database.after_commit(lambda: sessions.forget(user_id))


async def set_preferences(
    actor: Actor,
    *,
    name: str | None = None,
    language: str | None = None,
    zone: str | None = None,
    theme: Theme | None = None,
    density: Density | None = None,
    number_format: str | None = None,
    date_format: str | None = None,
    first_day: int | None = None,
) -> User:
    """Change one's own name, language, IANA zone, theme, density or formats (see `i18n.Formats`); None leaves it.

    An empty format, or 0 for the first day, means the way of the language. Raises Invalid.
    """
    given = {
        "name": name, "language": language, "zone": zone, "theme": theme, "density": density,
        "number_format": number_format, "date_format": date_format, "first_day": first_day,
    }  # fmt: skip
    wanted: dict[str, object] = {field: value for field, value in given.items() if value is not None}
    refuse(preference_problems(wanted))
    if name is not None:
        wanted |= {"name": name.strip(), "name_sort": sort_key(name.strip())}
    if first_day is not None:
        wanted["first_day"] = first_day or None
    if wanted:
        async with database.transaction():
            changes = ", ".join(f"{field} = ?" for field in wanted)
            await rows.update(actor.user_id, changes, *wanted.values())
            await rows.note("user.preferences", actor.user_id, actor, fields=sorted(wanted))
            database.after_commit(lambda: _changed(actor.user_id))
    return await user(actor.user_id)


def _changed(user_id: str) -> None:
    sessions.forget(user_id)
    forget_names()


def _taken() -> Invalid:
    return Invalid(
        [
            Problem(
                pointer="/email",
                code="taken",
                message=N_("There is an account with this e-mail address already."),
            )
        ]
    )
