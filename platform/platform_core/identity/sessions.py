"""Sessions: who a token belongs to, which ones are open, and ending them.

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
from platform_core.errors import NotFound
from platform_core.i18n import N_
from platform_core.identity import links, passwords, policy, throttle
from platform_core.identity.actors import actor_from
from platform_core.identity.directory import formats_of, user
from platform_core.identity.email import normalised
from platform_core.identity.model import Actor, OpenSession, Session, Viewing
from platform_core.identity.rights import guard, may_manage_people, require_in_person, require_manager
from platform_core.identity.viewing import begin_viewing, eyes_of, stop_viewing

_LONGEST = timedelta(days=14)
_SEEN_EVERY = timedelta(minutes=1)
_REMEMBERED = 2.0
"""Seconds that a session may be answered from memory: so long may another process not know of a sign-out."""
_MOST_REMEMBERED = 10_000
_AGENT_LENGTH = 200

_memory: OrderedDict[str, tuple[float, Actor, Session]] = OrderedDict()


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
        "SELECT u.id, u.name, u.email, u.language, u.zone, u.team, u.theme, u.density, u.number_format, u.date_format,"
        " u.first_day, s.id AS session_id, s.created_at, s.seen_at, s.expires_at, s.how, s.view_user, s.view_until"
        " FROM tw_identity_session s JOIN tw_identity_user u ON u.id = s.user_id WHERE s.token_hash = ? AND s.expires_at > ? AND u.active",
        (key, clock.now()),
    )
    if row is None:
        _memory.pop(key, None)
        return None
    actor = msgspec.structs.replace(await actor_from(row, "api"), session_id=str(row["session_id"]))
    session = await _kept_alive(row, await _must_enrol(actor, str(row["how"])))
    actor, viewing = await eyes_of(row, actor)
    if viewing is not None:
        session = msgspec.structs.replace(
            session, viewing=viewing, csrf_token=_csrf_while(session.id, viewing)
        )
    _remember(key, actor, session)
    return actor, session


async def sign_out(session_id: str, *, actor: Actor) -> None:
    """End one session; ending an ended one is no error."""
    async with database.transaction():
        ended = await database.execute("DELETE FROM tw_identity_session WHERE id = ?", (session_id,))
        if ended:
            await audit.write("session.end", actor=actor, kind="session", subject=f"session/{session_id}")
    _forget_session(session_id)


async def sessions_of(user_id: str, *, actor: Actor) -> list[OpenSession]:
    """The open sessions of an account, the last used first: one's own, or anybody's for who manages people."""
    if user_id != actor.user_id:
        require_manager(actor)
    rows = await database.fetch_all(
        "SELECT id, created_at, seen_at, expires_at, ip, agent, how FROM tw_identity_session"
        " WHERE user_id = ? AND expires_at > ? ORDER BY seen_at DESC, id DESC",
        (user_id, clock.now()),
    )
    return [
        OpenSession(
            id=str(row["id"]),
            began_at=cast("datetime", row["created_at"]),
            seen_at=cast("datetime", row["seen_at"]),
            expires_at=cast("datetime", row["expires_at"]),
            ip=str(row["ip"]),
            agent=str(row["agent"]),
            how=str(row["how"]),
            current=str(row["id"]) == actor.session_id,
        )
        for row in rows
    ]


async def end_session(session_id: str, *, actor: Actor) -> None:
    """End one session: one's own, or anybody's for who manages people. Raises NotFound for any other."""
    owner = None
    if database.is_id(session_id):
        owner = await database.fetch_value(
            "SELECT user_id FROM tw_identity_session WHERE id = ?", (session_id,)
        )
    if owner is None or (str(owner) != actor.user_id and not may_manage_people(actor)):
        raise NotFound(N_("There is no such session."))
    if str(owner) != actor.user_id:
        guard(actor, await user(str(owner)))
    require_in_person(actor)
    await sign_out(session_id, actor=actor)


async def end_other_sessions(*, actor: Actor) -> None:
    """End all one's own sessions but the present one."""
    require_in_person(actor)
    async with database.transaction():
        await end_sessions_of(actor.user_id, but=actor.session_id)
        await audit.write("session.end_others", actor=actor, kind="session", subject=f"user/{actor.user_id}")


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
    """Drop sessions and links that are over, and failed sign-ins that no longer count."""
    await database.execute("DELETE FROM tw_identity_session WHERE expires_at <= ?", (clock.now(),))
    await throttle.forget_old()
    await links.forget_old_links()


def csrf_token(session_id: str) -> str:
    """The token that a page of this session sends back with every change."""
    return urlsafe_b64encode(secrets.keyed_hash("csrf v1", session_id.encode())).decode().rstrip("=")


async def view_as(user_id: str, *, actor: Actor) -> Viewing:
    """Look at the product as this person sees it, as `begin_viewing` says."""
    viewing = await begin_viewing(user_id, actor=actor)
    _forget_session(actor.session_id)
    return viewing


async def end_view(*, actor: Actor) -> None:
    """Look with one's own eyes again."""
    await stop_viewing(actor)
    _forget_session(actor.session_id)


def _forget_session(session_id: str | None) -> None:
    for key in [key for key, (_, _, session) in _memory.items() if session.id == session_id]:
        _memory.pop(key, None)


def _csrf_while(session_id: str, viewing: Viewing) -> str:
    """Pages shown meanwhile have a token of their own: none of them changes anything once the view is over."""
    return csrf_token(f"{session_id} as {viewing.user_id} until {viewing.until.isoformat()}")


async def open_session(actor: Actor, account: Row, *, how: str, agent: str) -> Session:
    """A new session of a full account row, within the caller's transaction. `how`: "password", "totp", "oidc:<name>"."""
    now = clock.now()
    token, session_id = random.token_urlsafe(32), database.new_id()
    ends = now + timedelta(hours=settings.current().session_hours)
    await database.execute(
        "INSERT INTO tw_identity_session (id, user_id, token_hash, created_at, seen_at, expires_at, ip, agent, how)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (session_id, actor.user_id, _hash(token), now, now, ends, actor.ip, agent[:_AGENT_LENGTH], how),
    )
    await audit.write(
        "session.start",
        actor=msgspec.structs.replace(actor, session_id=session_id),
        kind="session",
        subject=f"session/{session_id}",
        detail={"how": how},
    )
    await forget_ended()
    return _session(session_id, account, ends, await _must_enrol(actor, how), token)


async def _must_enrol(actor: Actor, how: str) -> bool:
    """Whether a role demands a second factor that this person does not have. Another service has its own."""
    if how.startswith("oidc:") or not await policy.needs_second_factor(actor.roles):
        return False
    confirmed = await database.fetch_value(
        "SELECT confirmed FROM tw_identity_totp WHERE user_id = ?", (actor.user_id,)
    )
    return not confirmed


async def _kept_alive(row: Row, must_enrol: bool) -> Session:
    now = clock.now()
    session_id, ends = str(row["session_id"]), cast("datetime", row["expires_at"])
    if now - cast("datetime", row["seen_at"]) >= _SEEN_EVERY:
        last = cast("datetime", row["created_at"]) + _LONGEST
        ends = min(now + timedelta(hours=settings.current().session_hours), last)
        await database.execute(
            "UPDATE tw_identity_session SET seen_at = ?, expires_at = ? WHERE id = ?", (now, ends, session_id)
        )
    return _session(session_id, row, ends, must_enrol)


def _session(session_id: str, account: Row, ends: datetime, must_enrol: bool, token: str = "") -> Session:
    return Session(
        id=session_id,
        user_id=str(account["id"]),
        csrf_token=csrf_token(session_id),
        expires_at=ends,
        token=token,
        theme=str(account["theme"]),
        density=str(account["density"]),
        formats=formats_of(account),
        must_enrol=must_enrol,
    )


def _remember(key: str, actor: Actor, session: Session) -> None:
    _memory[key] = (clock.monotonic(), actor, session)
    _memory.move_to_end(key)
    if len(_memory) > _MOST_REMEMBERED:
        _memory.popitem(last=False)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
