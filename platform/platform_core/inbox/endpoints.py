"""Addresses that are given to other systems: a receiver, a token, and for whom it acts."""

from __future__ import annotations

import hashlib
import re
import secrets as random
from collections.abc import Mapping
from datetime import datetime

import msgspec

from platform_core import audit, clock, database, identity
from platform_core.database import Row, is_id
from platform_core.errors import Invalid, NotFound
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.inbox.receivers import receivers

_COLUMNS = "id, name, receiver, signature_secret, signature_header, settings, acts_for, active, created_at"
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")
DEFAULT_HEADER = "X-Signature"


class NewEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What an admin says of a new address. `signature_secret` names the secret that payloads are signed with (HMAC
    SHA-256 over the bytes, hexadecimal or base64, in `signature_header`); without it the token alone counts."""

    name: str
    receiver: str
    acts_for: str
    settings: Mapping[str, object] = {}
    signature_secret: str | None = None
    signature_header: str | None = None


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One address. Its token is known only when it is made."""

    id: str
    name: str
    receiver: str
    signature_secret: str | None
    signature_header: str | None
    settings: dict[str, object]
    acts_for: str
    active: bool
    created_at: datetime


async def add_endpoint(new: NewEndpoint, *, actor: Actor) -> tuple[Endpoint, str]:
    """Makes an address. Returns it with its token, which nobody can look up again. Raises Invalid."""
    await _check(new)
    token, endpoint_id = random.token_urlsafe(24), database.new_id()
    async with database.transaction():
        await database.execute(
            "INSERT INTO tw_inbox_endpoint (id, name, receiver, token_hash, signature_secret, signature_header, settings,"
            " acts_for, active, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, TRUE, ?, ?)",
            (endpoint_id, new.name, new.receiver, hash_of(token), new.signature_secret, new.signature_header,
             dict(new.settings), new.acts_for, clock.now(), actor.user_id),
        )  # fmt: skip
        await _note("inbox.endpoint_add", endpoint_id, actor)
    return await find_endpoint(endpoint_id), token


async def renew_token(endpoint_id: str, *, actor: Actor) -> str:
    """A new token; the one before is worth nothing from now on. Raises NotFound."""
    token = random.token_urlsafe(24)
    async with database.transaction():
        await _change("token_hash = ?", hash_of(token), endpoint_id)
        await _note("inbox.endpoint_renew", endpoint_id, actor)
    return token


async def switch_endpoint(endpoint_id: str, on: bool, *, actor: Actor) -> None:
    """Opens or closes an address. Raises NotFound."""
    async with database.transaction():
        await _change("active = ?", on, endpoint_id)
        await _note("inbox.endpoint_on" if on else "inbox.endpoint_off", endpoint_id, actor)


async def remove_endpoint(endpoint_id: str, *, actor: Actor) -> None:
    """Takes an address away; what came in stays until it is old. Raises NotFound."""
    async with database.transaction():
        found = await find_endpoint(endpoint_id)
        await database.execute("DELETE FROM tw_inbox_endpoint WHERE id = ?", (found.id,))
        await _note("inbox.endpoint_remove", endpoint_id, actor)


async def endpoints() -> list[Endpoint]:
    """Every address, by name."""
    rows = await database.fetch_all(f"SELECT {_COLUMNS} FROM tw_inbox_endpoint ORDER BY name")
    return [_endpoint(row) for row in rows]


async def find_endpoint(endpoint_id: str) -> Endpoint:
    """One address. Raises NotFound."""
    row = None
    if is_id(endpoint_id):
        row = await database.fetch_one(
            f"SELECT {_COLUMNS} FROM tw_inbox_endpoint WHERE id = ?", (endpoint_id,)
        )
    if row is None:
        raise NotFound()
    return _endpoint(row)


async def by_token(receiver: str, token: str) -> Endpoint | None:
    """The open address of a token."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{20,80}", token):
        return None
    row = await database.fetch_one(
        f"SELECT {_COLUMNS} FROM tw_inbox_endpoint WHERE token_hash = ? AND receiver = ? AND active",
        (hash_of(token), receiver),
    )
    return _endpoint(row) if row else None


def hash_of(token: str) -> str:
    """How a token is kept: 192 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


async def _check(new: NewEndpoint) -> None:
    receiver = receivers().get(new.receiver)
    if receiver is None:
        raise Invalid.one("/receiver", "unknown_receiver", N_("There is no such connector."))
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", new.name):
        raise Invalid.one(
            "/name", "name", N_("A name has small letters, digits and _, and begins with a letter.")
        )
    taken = await database.fetch_value("SELECT COUNT(*) FROM tw_inbox_endpoint WHERE name = ?", (new.name,))
    if taken:
        raise Invalid.one("/name", "taken", N_("There is an address of this name already."))
    if new.signature_header and not _HEADER.fullmatch(new.signature_header):
        raise Invalid.one("/signature_header", "header", N_("This is not the name of a header."))
    if new.acts_for not in await identity.find_people([new.acts_for]):
        raise Invalid.one("/acts_for", "unknown_user", N_("Choose an open account."))
    receiver.check(new.settings)


async def _change(what: str, value: object, endpoint_id: str) -> None:
    if not is_id(endpoint_id) or not await database.execute(
        f"UPDATE tw_inbox_endpoint SET {what} WHERE id = ?", (value, endpoint_id)
    ):
        raise NotFound()


async def _note(action: str, endpoint_id: str, actor: Actor) -> None:
    await audit.write(action, actor=actor, kind="inbox", subject=f"inbox_endpoint/{endpoint_id}")


def _endpoint(row: Row) -> Endpoint:
    return msgspec.convert(dict(row), Endpoint)
