"""The command: checks, sends, follows redirects, counts, and writes one line to the log."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from platform_core import clock, database, settings
from platform_core.errors import TradewindError
from platform_core.i18n import N_
from platform_core.outbound import counting
from platform_core.outbound.bodies import ACCEPTED
from platform_core.outbound.errors import Refused, TooLarge, Unreachable
from platform_core.outbound.model import Answer

MAX_REDIRECTS = 3
MAX_SENT = 10 * 1024 * 1024
_METHOD = re.compile(r"(?!CONNECT|TRACE)[A-Z]{3,10}")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "upgrade"})
_MOVED = frozenset({301, 302, 303, 307, 308})
_log = logging.getLogger("tradewind.outbound")


async def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    json: object = None,
    timeout: float = 10.0,
    max_bytes: int = 1 << 20,
    idempotency_key: str | None = None,
) -> Answer:
    """Asks another server and returns its last answer, whatever its status.

    `body` or `json` is sent, at most 10 MiB; `timeout` (seconds) covers everything, redirects too; the answer holds at
    most `max_bytes` after unpacking. Redirects: three, by the same rules; to another origin go neither credentials nor
    a body. With `idempotency_key` a repeated request can be told by the other side. Raises Refused, Unreachable,
    TooLarge. Never inside a transaction: it would hold its locks for as long as the other server likes.
    """
    if database.in_transaction():
        raise database.TransactionMisuse("A request to the outside holds no transaction: make it a job.")
    sent_headers = _headers(headers or {}, idempotency_key, json=json is not None)
    payload = msgspec.json.encode(json) if json is not None else body
    if payload is not None and len(payload) > MAX_SENT:
        raise TooLarge(N_("The request is larger than 10 MB."))
    if not _METHOD.fullmatch(method):
        raise Refused(N_("The request is not well formed."))
    begun = clock.monotonic()
    outcome = "error"
    host = _host(url)
    try:
        async with asyncio.timeout(timeout):
            answer = await _follow(method, url, sent_headers, payload, max_bytes)
        outcome = f"{answer.status // 100}xx"
        return answer
    except TimeoutError as exc:
        outcome = "timeout"
        raise Unreachable(
            N_("{host} did not answer in {seconds} seconds."), params={"host": host, "seconds": timeout}
        ) from exc
    except TradewindError as exc:
        outcome = exc.code
        raise
    finally:
        seconds = clock.monotonic() - begun
        counting.note(host, outcome, seconds)
        _log.info("%s %s: %s in %d ms", method, host, outcome, seconds * 1000)


async def _follow(
    method: str, url: str, headers: dict[str, str], body: bytes | None, max_bytes: int
) -> Answer:
    # Late: a program that calls nobody does not pay for aiohttp (0.4 s, 20 MB).
    from platform_core.outbound.sending import send
    from platform_core.outbound.targets import headers_elsewhere, next_target, target_of

    current = settings.current()
    target = target_of(url)
    for _ in range(MAX_REDIRECTS + 1):
        answer = await send(
            method, target, headers, body,
            max_bytes=max_bytes, allowances=current.outbound_allow, proxy=current.outbound_proxy,
        )  # fmt: skip
        location = answer.headers.get("location")
        if answer.status not in _MOVED or not location:
            return answer
        following = next_target(target, location)
        if answer.status not in (307, 308) and method != "HEAD":
            method, body = "GET", None
        if not target.same_origin(following):
            if body is not None:
                raise Refused(N_("The other server wants the data sent to another server."))
            headers = headers_elsewhere(headers)
        target = following
    raise Refused(N_("The other server redirects more than {most} times."), params={"most": MAX_REDIRECTS})


def _headers(given: Mapping[str, str], idempotency_key: str | None, *, json: bool) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in given.items():
        if (
            not _HEADER_NAME.fullmatch(name)
            or name.lower() in _OURS
            or re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value)
        ):
            raise Refused(N_("The header {name} may not be sent."), params={"name": name[:100]})
        headers[name] = value
    known = {name.lower() for name in headers}
    if "user-agent" not in known:
        headers["User-Agent"] = "Tradewind"
    if json and "content-type" not in known:
        headers["Content-Type"] = "application/json"
    if idempotency_key is not None:
        if not re.fullmatch(r"[\x21-\x7e]{1,255}", idempotency_key):
            raise Refused(N_("The header {name} may not be sent."), params={"name": "Idempotency-Key"})
        headers["Idempotency-Key"] = idempotency_key
    headers["Accept-Encoding"] = ACCEPTED
    return headers


def _host(url: str) -> str:
    """The host for the log and the counts; of a broken URL nothing."""
    try:
        return urlsplit(url).hostname or "?"
    except ValueError:
        return "?"
