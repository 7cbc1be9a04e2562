"""The door: token, size, signature; then a row and a job, and the sender is let go."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import re
from collections.abc import Mapping

from platform_core import clock, database, jobs, secrets
from platform_core.errors import PayloadTooLarge, TooManyRequests
from platform_core.i18n import N_
from platform_core.inbox.endpoints import DEFAULT_HEADER, Endpoint, by_token
from platform_core.inbox.errors import BadSignature, InboxError, UnknownHook
from platform_core.inbox.receivers import receivers
from platform_core.inbox.working import PROCESS

MAX_BYTES = 1024 * 1024
_PER_MINUTE = 600
_SECRET_HEADER = re.compile(
    r"auth|cookie|token|secret|key|signature|password|^x-forwarded|^forwarded$", re.IGNORECASE
)
_MOST_HEADERS = 40
_LONGEST_HEADER = 500
_IDS = ("webhook-id", "x-event-id", "x-request-id-of-sender", "idempotency-key")
_INSERT = """INSERT INTO tw_inbox (id, source, external_id, receiver, endpoint, payload, headers, received_at, state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'received') ON CONFLICT (source, external_id) DO NOTHING"""

_log = logging.getLogger("tradewind.inbox")
_counts: dict[str, tuple[int, int]] = {}


async def receive(receiver: str, token: str, payload: bytes, headers: Mapping[str, str]) -> tuple[str, bool]:
    """Keeps a payload. Returns the row's id, and False where it had come before (it is then not worked on again).

    `headers` have lower-case names; credentials among them are not kept. Raises UnknownHook, BadSignature,
    PayloadTooLarge, TooManyRequests (600 a minute for one address in one process).
    """
    endpoint = await by_token(receiver, token)
    if endpoint is None:
        raise UnknownHook()
    _count(endpoint.id)
    if len(payload) > MAX_BYTES:
        raise PayloadTooLarge(N_("A payload holds at most {limit} KB."), params={"limit": MAX_BYTES // 1024})
    await _check_signature(endpoint, payload, headers)
    return await _keep(endpoint, payload, headers)


async def _keep(endpoint: Endpoint, payload: bytes, headers: Mapping[str, str]) -> tuple[str, bool]:
    known = receivers().get(endpoint.receiver)
    named = known.external_id(payload, headers) if known is not None else None
    named = named or next((headers[name] for name in _IDS if headers.get(name)), None)
    external = named[:200] if named else "sha256:" + hashlib.sha256(payload).hexdigest()
    source, row_id = f"{endpoint.receiver}/{endpoint.name}", database.new_id()
    async with database.transaction():
        values = (
            row_id,
            source,
            external,
            endpoint.receiver,
            endpoint.id,
            payload,
            _kept(headers),
            clock.now(),
        )
        if not await database.execute(_INSERT, values):
            await database.execute(
                "UPDATE tw_inbox SET repeats = repeats + 1 WHERE source = ? AND external_id = ?",
                (source, external),
            )
            found = await database.fetch_value(
                "SELECT id FROM tw_inbox WHERE source = ? AND external_id = ?", (source, external)
            )
            return str(found), False
        job = await jobs.add(
            PROCESS, {"inbox": row_id}, idem_key=f"{PROCESS}:{row_id}", subject=f"inbox/{row_id}"
        )
        await database.execute("UPDATE tw_inbox SET job = ? WHERE id = ?", (job, row_id))
    return row_id, True


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    names = [name for name in headers if not _SECRET_HEADER.search(name)][:_MOST_HEADERS]
    return {name: headers[name][:_LONGEST_HEADER] for name in names}


async def _check_signature(endpoint: Endpoint, payload: bytes, headers: Mapping[str, str]) -> None:
    if endpoint.signature_secret is None:
        return
    given = headers.get((endpoint.signature_header or DEFAULT_HEADER).lower(), "").strip()
    try:
        key = await secrets.get(endpoint.signature_secret)
    except secrets.SecretError as exc:
        _log.error("the address %s cannot check signatures: %s", endpoint.name, exc)
        raise InboxError(N_("This address is not ready. Send it again later."), status=503) from exc
    wanted = hmac.digest(key.encode(), payload, "sha256")
    if not hmac.compare_digest(_digest(given.removeprefix("sha256=")), wanted):
        raise BadSignature()


def _digest(text: str) -> bytes:
    """The bytes of a signature, written in hexadecimal or base64; empty for anything else."""
    try:
        return (
            bytes.fromhex(text)
            if re.fullmatch(r"[0-9a-fA-F]{64}", text)
            else base64.b64decode(text, validate=True)
        )
    except (ValueError, binascii.Error):
        return b""


def _count(endpoint_id: str) -> None:
    minute = int(clock.monotonic() // 60)
    seen = _counts.get(endpoint_id, (minute, 0))
    count = seen[1] + 1 if seen[0] == minute else 1
    _counts[endpoint_id] = (minute, count)
    if count > _PER_MINUTE:
        raise TooManyRequests(60)
