"""Signing in and out, and who a session token belongs to.

The token is 32 random bytes; the database keeps its SHA-256 only, so a stolen backup opens no session. A session
ends `session_hours` after its last use, and `_LONGEST` after its beginning in any case.
"""

from __future__ import annotations

import hashlib
import secrets as random
from base64 import urlsafe_b64encode
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import cast

import msgspec

from platform_core import audit, clock, database, secrets, settings
from platform_core.database import Row
from platform_core.errors import TooManyRequests, Unauthorized
from platform_core.i18n import N_
from platform_core.identity import passwords, throttle
from platform_core.identity.actors import actor_from, nobody
from platform_core.identity.email import normalised
from platform_core.identity.loopback import is_too_far
from platform_core.identity.model import Actor, Session, Via

_LONGEST = timedelta(days=14)
_SEEN_EVERY = timedelta(minutes=1)
_REMEMBERED = 2.0
"""Seconds that a session may be answered from memory: so long may another process not know of a sign-out."""
_MOST_REMEMBERED = 10_000
_AGENT_LENGTH = 200

_memory: OrderedDict[str, tuple[float, Actor, Session]] = OrderedDict()


async def sign_in(
    email: str, password: str, *, ip: str, agent: str = "", request_id: str = "", via: Via = "api"
) -> Session:
    """Open a session. Raises Unauthorized (the same for an unknown account, a closed one and a wrong password) or
    TooManyRequests."""
    account = normalised(email)
    keys = throttle.subject("account", account), throttle.subject("address", ip)
    visitor = nobody(ip=ip, request_id=request_id, via=via)
    try:
        await throttle.count_attempt(*keys)
    except TooManyRequests:
        await audit.refused("session.throttled", actor=visitor, subject=keys[0])
        raise
    row = await database.fetch_one("SELECT * FROM tw_identity_user WHERE email = ?", (account,))
    usable = row is not None and row["active"] and not is_too_far(account, ip)
    encoded = cast("str | None", row["password_hash"]) if row is not None and usable else None
    if not await passwords.matches(password, encoded) or row is None or encoded is None:
        await audit.refused("session.refused", actor=visitor, subject=keys[0])
        raise Unauthorized(N_("The e-mail address or the password is not right."), code="sign_in_refused")
    renewed = await passwords.hashed(password) if passwords.is_outdated(encoded) else None
    async with database.transaction():
        await throttle.forgive(*keys)
        if renewed is not None:
            await database.execute(
                "UPDATE tw_identity_user SET password_hash = ? WHERE id = ?", (renewed, row["id"])
            )
        actor = msgspec.structs.replace(await actor_from(row, via), ip=ip, request_id=request_id)
        return await _open(actor, row, agent)


async def is_password_of(email: str, password: str, *, ip: str) -> bool:
    """Whether this is the account's password; a wrong guess counts as a failed sign-in. Raises TooManyRequests."""
    account = normalised(email)
    keys = throttle.subject("account", account), throttle.subject("address", ip)
    await throttle.count_attempt(*keys)
    encoded = await database.fetch_value(
        "SELECT password_hash FROM tw_identity_user WHERE email = ? AND active", (account,)
    )
    right = await passwords.matches(password, cast("str | None", encoded))
    if right:
        await throttle.forgive(*keys)
    return right


async def session_by_token(token: str) -> tuple[Actor, Session] | None:
    """Who the token belongs to, or None. Remembered for at most two seconds; keeps the session alive."""
    key = _hash(token)
    found = _memory.get(key)
    if found is not None and 0 <= clock.monotonic() - found[0] < _REMEMBERED:
        return found[1], found[2]
    row = await database.fetch_one(
        "SELECT u.id, u.name, u.email, u.language, u.zone, u.team, u.theme, u.density, s.id AS session_id,"
        " s.created_at, s.seen_at, s.expires_at FROM tw_identity_session s JOIN tw_identity_user u ON u.id = s.user_id"
        " WHERE s.token_hash = ? AND s.expires_at > ? AND u.active",
        (key, clock.now()),
    )
    if row is None:
        _memory.pop(key, None)
        return None
    actor = msgspec.structs.replace(await actor_from(row, "api"), session_id=str(row["session_id"]))
    session = await _kept_alive(row)
    _remember(key, actor, session)
    return actor, session


async def sign_out(session_id: str, *, actor: Actor) -> None:
    """End one session; ending an ended one is no error."""
    async with database.transaction():
        ended = await database.execute("DELETE FROM tw_identity_session WHERE id = ?", (session_id,))
        if ended:
            await audit.write("session.end", actor=actor, kind="session", subject=f"session/{session_id}")
    for key in [k for k, (_, _, session) in _memory.items() if session.id == session_id]:
        _memory.pop(key, None)


async def end_sessions_of(user_id: str, *, but: str | None = None) -> None:
    """End all sessions of an account (within the caller's transaction), except `but`."""
    sql = "DELETE FROM tw_identity_session WHERE user_id = ?"
    if but is None:
        await database.execute(sql, (user_id,))
    else:
        await database.execute(f"{sql} AND id <> ?", (user_id, but))
    database.after_commit(lambda: forget(user_id))


def forget(user_id: str | None = None) -> None:
    """Ask the database again on the next request of this account (or of everybody)."""
    for key in [k for k, (_, actor, _) in _memory.items() if user_id in (None, actor.user_id)]:
        _memory.pop(key, None)


async def forget_ended() -> None:
    """Drop sessions that are over, and failed sign-ins that no longer count."""
    await database.execute("DELETE FROM tw_identity_session WHERE expires_at <= ?", (clock.now(),))
    await throttle.forget_old()


def csrf_token(session_id: str) -> str:
    """The token that a page of this session sends back with every change."""
    return urlsafe_b64encode(secrets.keyed_hash("csrf v1", session_id.encode())).decode().rstrip("=")


async def _open(actor: Actor, account: Row, agent: str) -> Session:
    now = clock.now()
    token, session_id = random.token_urlsafe(32), database.new_id()
    ends = now + timedelta(hours=settings.current().session_hours)
    await database.execute(
        "INSERT INTO tw_identity_session (id, user_id, token_hash, created_at, seen_at, expires_at, ip, agent)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (session_id, actor.user_id, _hash(token), now, now, ends, actor.ip, agent[:_AGENT_LENGTH]),
    )
    await audit.write(
        "session.start",
        actor=msgspec.structs.replace(actor, session_id=session_id),
        kind="session",
        subject=f"session/{session_id}",
    )
    await forget_ended()
    return _session(session_id, account, ends, token)


async def _kept_alive(row: Row) -> Session:
    now = clock.now()
    session_id, ends = str(row["session_id"]), cast("datetime", row["expires_at"])
    if now - cast("datetime", row["seen_at"]) >= _SEEN_EVERY:
        last = cast("datetime", row["created_at"]) + _LONGEST
        ends = min(now + timedelta(hours=settings.current().session_hours), last)
        await database.execute(
            "UPDATE tw_identity_session SET seen_at = ?, expires_at = ? WHERE id = ?", (now, ends, session_id)
        )
    return _session(session_id, row, ends)


def _session(session_id: str, account: Row, ends: datetime, token: str = "") -> Session:
    return Session(
        id=session_id,
        user_id=str(account["id"]),
        csrf_token=csrf_token(session_id),
        expires_at=ends,
        token=token,
        theme=str(account["theme"]),
        density=str(account["density"]),
    )


def _remember(key: str, actor: Actor, session: Session) -> None:
    _memory[key] = (clock.monotonic(), actor, session)
    _memory.move_to_end(key)
    if len(_memory) > _MOST_REMEMBERED:
        _memory.popitem(last=False)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
