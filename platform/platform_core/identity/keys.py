"""API keys: programs act for a person, with one of that person's roles and never more than the person has.

A key is shown once; the database keeps its SHA-256 and the first letters. It ends when it is revoked, when its time is
over, when its person's account is closed, and sleeps while the person lacks its role.
"""

from __future__ import annotations

import hashlib
import secrets as random
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import cast

import msgspec

from platform_core import audit, clock, database
from platform_core.database import Row, is_id
from platform_core.errors import Conflict, Invalid, NotFound, Problem
from platform_core.i18n import N_
from platform_core.identity.actors import actor_from
from platform_core.identity.directory import user
from platform_core.identity.model import ADMIN_ROLE, Actor
from platform_core.identity.rights import guard, may_manage_people, require_in_person

PREFIX = "tw_"
_LENGTH = len(PREFIX) + 43
_SHOWN = len(PREFIX) + 6
_MOST = 50
_NAME_LENGTH = 100
_USED_EVERY = timedelta(minutes=1)
_REMEMBERED = 2.0
_MOST_REMEMBERED = 5_000

_memory: OrderedDict[str, tuple[float, Actor, datetime | None]] = OrderedDict()


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """One key. `start` are its first letters. It works while `revoked_at` is None and `expires_at` is not past."""

    id: str
    user_id: str
    name: str
    start: str
    role: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    used_from: str
    revoked_at: datetime | None

    @property
    def works(self) -> bool:
        """Neither revoked nor over."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > clock.now())


async def create_key(
    name: str, *, role: str, expires_at: datetime | None = None, actor: Actor
) -> tuple[ApiKey, str]:
    """A new key of one's own, and its text: the only time it is seen. Raises Invalid with every problem.

    `role` is one of one's own roles; an admin may take any.
    """
    require_in_person(actor)
    _refuse_wrong(name.strip(), role, expires_at, actor)
    key_id, text, now = database.new_id(), f"{PREFIX}{random.token_urlsafe(32)}", clock.now()
    async with database.transaction():
        await user(actor.user_id, lock=True)
        if len([key for key in await keys_of(actor.user_id) if key.works]) >= _MOST:
            raise Conflict(
                N_("You have {most} keys already."),
                params={"most": _MOST},
                remedy=N_("Revoke one that you do not need."),
            )
        await database.execute(
            "INSERT INTO tw_identity_key (id, user_id, name, start, key_hash, role, created_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (key_id, actor.user_id, name.strip(), text[:_SHOWN], _hash(text), role, now, expires_at),
        )
        detail = {"name": name.strip(), "role": role}
        await audit.write("key.create", actor=actor, kind="user", subject=f"key/{key_id}", detail=detail)
    return await _key(key_id), text


async def keys_of(user_id: str) -> list[ApiKey]:
    """All keys of an account, the newest first, revoked ones too."""
    sql = "SELECT * FROM tw_identity_key WHERE user_id = ? ORDER BY created_at DESC, id DESC"
    return [_from(row) for row in await database.fetch_all(sql, (user_id,))]


async def all_keys(*, limit: int = 500) -> list[ApiKey]:
    """The keys of everybody that are not revoked, the newest first: for who looks after accounts."""
    sql = "SELECT * FROM tw_identity_key WHERE revoked_at IS NULL ORDER BY created_at DESC, id DESC LIMIT ?"
    return [_from(row) for row in await database.fetch_all(sql, (limit,))]


async def key_names(ids: Iterable[str]) -> dict[str, str]:
    """Names of keys by id, revoked ones too; an audit line carries the id as its `session_id`."""
    wanted = sorted({found for found in ids if is_id(found)})
    if not wanted:
        return {}
    sql = f"SELECT id, name FROM tw_identity_key WHERE {database.dialect().in_list('id')}"
    return {str(found): str(name) for found, name in await database.fetch_tuples(sql, (wanted,))}


async def revoke_key(key_id: str, *, actor: Actor) -> None:
    """End a key, one's own or, for who manages people, anybody's; ending an ended one is no error. Raises NotFound."""
    require_in_person(actor)
    found = await _key(key_id)
    if found.user_id != actor.user_id:
        if not may_manage_people(actor):
            raise NotFound(N_("There is no such key."))
        guard(actor, await user(found.user_id))
    async with database.transaction():
        ended = await database.execute(
            "UPDATE tw_identity_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
            (clock.now(), key_id),
        )
        if ended:
            detail = {"name": found.name, "user": found.user_id}
            await audit.write("key.revoke", actor=actor, kind="user", subject=f"key/{key_id}", detail=detail)
        database.after_commit(lambda: forget_keys(found.user_id))


async def revoke_all_of(user_id: str) -> int:
    """End all keys of an account, within the caller's transaction; how many there were."""
    ended = await database.execute(
        "UPDATE tw_identity_key SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL",
        (clock.now(), user_id),
    )
    database.after_commit(lambda: forget_keys(user_id))
    return ended


async def actor_by_key(text: str, *, ip: str = "") -> Actor | None:
    """Who a key acts for, or None. Remembered for at most two seconds."""
    if len(text) != _LENGTH or not text.startswith(PREFIX) or not text.isascii():
        return None
    hashed, now = _hash(text), clock.monotonic()
    found = _memory.get(hashed)
    if (
        found is not None
        and 0 <= now - found[0] < _REMEMBERED
        and (found[2] is None or found[2] > clock.now())
    ):
        return found[1]
    row = await database.fetch_one(
        "SELECT u.id, u.name, u.email, u.language, u.zone, u.team, k.id AS key_id, k.role, k.used_at, k.expires_at"
        " FROM tw_identity_key k JOIN tw_identity_user u ON u.id = k.user_id"
        " WHERE k.key_hash = ? AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?) AND u.active",
        (hashed, clock.now()),
    )
    if row is None:
        _memory.pop(hashed, None)
        return None
    actor = await actor_from(row, "api")
    role = str(row["role"])
    if role not in actor.roles and not actor.is_admin:
        return None
    scoped = msgspec.structs.replace(actor, roles=(role,), session_id=str(row["key_id"]), by_key=True)
    await _note_use(row, ip)
    _memory[hashed] = (now, scoped, cast("datetime | None", row["expires_at"]))
    if len(_memory) > _MOST_REMEMBERED:
        _memory.popitem(last=False)
    return scoped


def forget_keys(user_id: str | None = None) -> None:
    """Ask the database again for the keys of this account (or of everybody)."""
    for hashed in [h for h, (_, actor, _end) in _memory.items() if user_id in (None, actor.user_id)]:
        _memory.pop(hashed, None)


async def _note_use(row: Row, ip: str) -> None:
    now, before = clock.now(), cast("datetime | None", row["used_at"])
    if before is None or now - before >= _USED_EVERY:
        await database.execute(
            "UPDATE tw_identity_key SET used_at = ?, used_from = ? WHERE id = ?", (now, ip, row["key_id"])
        )


def _refuse_wrong(name: str, role: str, expires_at: datetime | None, actor: Actor) -> None:
    found: list[Problem] = []
    if not 0 < len(name) <= _NAME_LENGTH:
        found.append(Problem(pointer="/name", code="required", message=N_("Please give a name.")))
    if role not in actor.roles and not (ADMIN_ROLE in actor.roles and role):
        message = N_("A key can have only a role that you have.")
        found.append(Problem(pointer="/role", code="not_yours", message=message))
    if expires_at is not None and expires_at <= clock.now():
        found.append(Problem(pointer="/expires_at", code="past", message=N_("This is in the past.")))
    if found:
        raise Invalid(found)


async def _key(key_id: str) -> ApiKey:
    row = None
    if is_id(key_id):
        row = await database.fetch_one("SELECT * FROM tw_identity_key WHERE id = ?", (key_id,))
    if row is None:
        raise NotFound(N_("There is no such key."))
    return _from(row)


def _from(row: Row) -> ApiKey:
    return ApiKey(
        id=str(row["id"]),
        user_id=str(row["user_id"]),
        name=str(row["name"]),
        start=str(row["start"]),
        role=str(row["role"]),
        created_at=cast("datetime", row["created_at"]),
        expires_at=cast("datetime | None", row["expires_at"]),
        used_at=cast("datetime | None", row["used_at"]),
        used_from=str(row["used_from"]),
        revoked_at=cast("datetime | None", row["revoked_at"]),
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
