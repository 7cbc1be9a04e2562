"""`Idempotency-Key`: a POST that is sent twice is done once, and answered twice alike.

A key belongs to one actor and one address. The first request takes it before anything is done; what it answered is
kept for a day. The same key with another body is refused (422), and so is a second request while the first still runs
(409). An answer that is no success frees the key, because nothing was done. Where the process died in between, nobody
knows what was done: the key then stays taken, and the caller is told to look (409 `idempotency_unknown`).
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from typing import cast

import msgspec
from litestar.types import (
    ASGIApp,
    HTTPReceiveMessage,
    HTTPRequestEvent,
    HTTPResponseStartEvent,
    Message,
    Receive,
    Scope,
    Send,
)

from platform_core import clock, database
from platform_core.errors import Conflict, Invalid, TradewindError
from platform_core.i18n import N_
from platform_core.web import VISIT, Visit

_KEPT = timedelta(hours=24)
_RUNNING = timedelta(minutes=5)
"""After so long without an answer the first request counts as lost."""
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_MOST_KEPT = 1024 * 1024
"""Bytes of an answer that are remembered; a longer one is told by its status alone."""
_HEADERS = frozenset({b"content-type", b"location", b"etag"})
_NEVER = ("/api/v1/session", "/api/v1/me/", "/api/v1/users", "/login", "/password/", "/me/", "/admin/people")
"""What carries a secret, in or out, is not kept, not even as a hash; nor what stands below it."""


class KeyReused(TradewindError):
    """The same key came with another body."""

    code = "idempotency_key_reused"
    status = 422
    default_message = N_("This Idempotency-Key was used for another request already.")


class _Kept(msgspec.Struct, frozen=True):
    """What is known of a key. `status` is None while nobody has answered."""

    request_hash: str
    status: int | None
    headers: list[list[str]]
    body: bytes
    created_at: datetime


class Idempotency:
    """The ASGI middleware; it stands inside the gate, which tells who asks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen = scope.get(VISIT)
        key = (
            seen.headers.get("idempotency-key", "")
            if isinstance(seen, Visit) and seen.method == "POST"
            else ""
        )
        if not key or not isinstance(seen, Visit) or not seen.signed_in or seen.path.startswith(_NEVER):
            await self._app(scope, receive, send)
            return
        if not _KEY.fullmatch(key):
            raise Invalid.one(
                "",
                "idempotency_key",
                N_("An Idempotency-Key has 1 to 200 printable characters, without spaces."),
            )
        body = await _whole(receive)
        slot = (key, seen.actor.user_id, seen.path)
        kept = await _take(slot, _hash(seen, body))
        if kept is not None:
            await _replay(kept, _hash(seen, body), send)
            return
        await self._first(scope, body, send, slot)

    async def _first(self, scope: Scope, body: bytes, send: Send, slot: tuple[str, str, str]) -> None:
        """Do it, pass the answer on, and keep it where it is a success."""
        recorder = _Recorder(send)
        try:
            await self._app(scope, _again(body), recorder)
        except BaseException:
            # Nothing was committed by a request that failed: it may be tried again with the same key.
            await _free(slot)
            raise
        if 200 <= recorder.status < 400:
            await _keep(slot, recorder)
        else:
            await _free(slot)


class _Recorder:
    """A `send` that remembers what went through it."""

    __slots__ = ("_send", "body", "headers", "status")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.headers: list[list[str]] = []
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [
                [name.decode("latin-1"), value.decode("latin-1")]
                for name, value in message.get("headers", ())
                if name.lower() in _HEADERS
            ]
        elif message["type"] == "http.response.body" and len(self.body) <= _MOST_KEPT:
            self.body += message.get("body", b"")
        await self._send(message)


def _hash(seen: Visit, body: bytes) -> str:
    head = f"{seen.query}\n{seen.headers.get('content-type', '')}\n".encode()
    return hashlib.sha256(head + body).hexdigest()


async def _take(slot: tuple[str, str, str], request_hash: str) -> _Kept | None:
    """None where the key is ours now; else what is known of it."""
    now = clock.now()
    await database.execute("DELETE FROM tw_api_idempotency WHERE expires_at <= ?", (now,))
    taken = await database.execute(
        "INSERT INTO tw_api_idempotency (key, actor, route, request_hash, created_at, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key, actor, route) DO NOTHING",
        (*slot, request_hash, now, now + _KEPT),
    )
    if taken:
        return None
    row = await database.fetch_one(
        "SELECT request_hash, status, headers, body, created_at FROM tw_api_idempotency"
        " WHERE key = ? AND actor = ? AND route = ?",
        slot,
    )
    if row is None:  # freed this very moment: the first request failed
        return await _take(slot, request_hash)
    return _Kept(
        request_hash=str(row["request_hash"]),
        status=cast("int | None", row["status"]),
        headers=cast("list[list[str]]", row["headers"] or []),
        body=bytes(cast("bytes", row["body"] or b"")),
        created_at=cast("datetime", row["created_at"]),
    )


async def _replay(kept: _Kept, request_hash: str, send: Send) -> None:
    """Answer as the first time. Raises KeyReused or Conflict where that cannot be done."""
    if kept.request_hash != request_hash:
        raise KeyReused(remedy=N_("Take a new key for a new request."))
    if kept.status is None and clock.now() - kept.created_at < _RUNNING:
        raise Conflict(
            N_("The first request with this key is still running."),
            code="idempotency_in_flight",
            remedy=N_("Wait a moment, then send it again."),
        )
    if kept.status is None:
        raise Conflict(
            N_("The first request with this key did not finish, and nobody knows what it has done."),
            code="idempotency_unknown",
            remedy=N_("Look whether it took effect; if not, send it again with a new key."),
        )
    headers = [(name.encode(), value.encode()) for name, value in kept.headers]
    headers += [(b"idempotency-replayed", b"true"), (b"content-length", str(len(kept.body)).encode())]
    start: HTTPResponseStartEvent = {"type": "http.response.start", "status": kept.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": kept.body, "more_body": False})


async def _keep(slot: tuple[str, str, str], answer: _Recorder) -> None:
    body = answer.body if len(answer.body) <= _MOST_KEPT else b""
    await database.execute(
        "UPDATE tw_api_idempotency SET status = ?, headers = ?, body = ? WHERE key = ? AND actor = ? AND route = ?",
        (answer.status, answer.headers, body, *slot),
    )


async def _free(slot: tuple[str, str, str]) -> None:
    await database.execute(
        "DELETE FROM tw_api_idempotency WHERE key = ? AND actor = ? AND route = ? AND status IS NULL", slot
    )


async def _whole(receive: Receive) -> bytes:
    """The whole body; the gate has bounded it."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return body
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return body


def _again(body: bytes) -> Receive:
    """A `receive` that gives the body once more."""
    waiting: list[HTTPRequestEvent] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> HTTPReceiveMessage:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    return receive
