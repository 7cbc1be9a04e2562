"""The gate: the one ASGI middleware in front of everything.

For each request, in this order: id, plain HTTP off loopback refused, body limit, who it is (session cookie or key, wrong
keys counted first), rate limit, forged changes refused, sign-in required, catalog pinned, language set; then the application; then security
headers, errors turned into answers, refusals noted in the audit, one line in the access log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from time import monotonic, perf_counter
from typing import Protocol, cast

import msgspec
from litestar.types import ASGIApp, Receive, Scope, Send
from litestar.types.asgi_types import HTTPScope

from platform_core import audit, database, definitions, i18n, identity, settings, telemetry
from platform_core.errors import Forbidden, Unauthorized
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.web.context import VISIT, Visit
from platform_core.web.failure_pages import answer_screen
from platform_core.web.failures import Answer, Failure, describe
from platform_core.web.gate_answer import Outgoing
from platform_core.web.gate_body import LimitedBody, too_large
from platform_core.web.gate_entry import cookie, is_loopback, read_visit, session_cookie_name
from platform_core.web.gate_headers import new_nonce
from platform_core.web.gate_keys import KeyCounter, KeyDoor, KeyReader
from platform_core.web.gate_language import language_of
from platform_core.web.gate_origin import SAFE_METHODS, refuse_forgery
from platform_core.web.gate_ready import refuse_unready
from platform_core.web.gate_viewing import refuse_while_viewing

FailureWriter = Callable[[Failure, Visit], Answer]


class Limiter(KeyCounter, Protocol):
    """Counts requests of one caller. `take` gives the headers to send, or raises TooManyRequests."""

    def take(self, caller: str, *, signed_in: bool) -> Sequence[tuple[bytes, bytes]]: ...


OPEN = ("/login", "/login/with/", "/password/", "/api/v1/session", "/hooks/", "/public/")
"""Where one may knock without having signed in (with a slash at the end: everything below). Everything else asks for
a person or a key first."""
BARE = ("/static/", "/healthz", "/readyz", "/metrics")
"""What is the same for everybody and touches no data: no session is read, nothing is counted."""

_BEHIND = 0.1
"""Seconds for which the catalog's version is not asked again: on SQLite the question costs more than the gate."""
_BODY_OVERHEAD = 256 * 1024
_AUDITED = frozenset({401, 403, 404})
_log = logging.getLogger("tradewind.web")


async def read_api_key(key: str, visit: Visit) -> Actor | None:
    """The API keys of this installation."""
    return await identity.actor_by_key(key, ip=visit.ip)


async def no_keys(_key: str, _visit: Visit) -> Actor | None:
    """No key opens anything."""
    return None


class Gate:
    """Wraps the application. `machine` writes errors under /api, /hooks and /public (problem documents)."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        machine: FailureWriter,
        limiter: Limiter,
        read_key: KeyReader = no_keys,
        open_to_all: Sequence[str] = (),
    ) -> None:
        self._app = app
        self._machine = machine
        self._limiter = limiter
        self._keys = KeyDoor(read_key, limiter)
        self._open = (*OPEN, *open_to_all)
        self._opened = -1
        self._caught_up = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind: str = scope["type"]
        if kind == "lifespan":
            await self._app(scope, receive, send)
        elif kind == "http":
            await self._visit(cast("HTTPScope", scope), receive, send)
        # No screen and no API speaks WebSocket: an unanswered handshake is refused by the server.

    async def _visit(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        began = perf_counter()
        visit = read_visit(scope)
        scope[VISIT] = visit  # type: ignore[literal-required]  # ASGI lets a middleware add keys of its own
        telemetry.about_request(visit)
        body = LimitedBody(receive, settings.current().upload_max_bytes + _BODY_OVERHEAD)
        out = Outgoing(send, visit)
        try:
            await self._pass(scope, visit, body, out)
        except Exception as exc:
            if out.status:
                raise
            await out.answer(self._failed(body.failure or exc, visit))
        finally:
            _tell(scope, visit, out.status, perf_counter() - began)
        if out.status in _AUDITED or out.code == Unauthorized.code:
            await _note_refusal(visit, out)

    async def _pass(self, scope: HTTPScope, visit: Visit, body: LimitedBody, out: Outgoing) -> None:
        if _is_below(visit.path, BARE):
            await self._app(scope, body, out)
            return
        _refuse_plain_http(visit)
        _refuse_long(visit)
        await self._recognise(visit)
        if not visit.signed_in:
            visit.language = language_of(visit)
        if visit.door != "machine":
            visit.nonce = new_nonce()
        caller = visit.ip if visit.known is None else visit.known.session_id or visit.known.user_id
        out.more.extend(self._limiter.take(caller, signed_in=visit.signed_in))
        await self._catch_up()
        default = settings.current().language
        with (
            definitions.pinned(),
            i18n.speaking(visit.language, visit.zone, app_default=default, formats=visit.formats),
        ):
            await refuse_forgery(visit, body)
            if not visit.signed_in and not _is_below(visit.path, self._open):
                raise Unauthorized()
            refuse_unready(visit)
            refuse_while_viewing(visit)
            await self._app(scope, body, out)

    async def _catch_up(self) -> None:
        """The newest catalog, at most `_BEHIND` old. Signals wake the process earlier; this is what holds without."""
        opened, now = database.generation(), monotonic()
        if opened != self._opened or now - self._caught_up >= _BEHIND:
            await definitions.refresh()
            self._opened, self._caught_up = opened, now

    async def _recognise(self, visit: Visit) -> None:
        """Fill in who it is. A key is looked at before a cookie, and a wrong key is an error, not nobody."""
        scheme, _, key = visit.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            found = await self._keys.whose(key.strip(), visit)
            if found is None:
                raise Unauthorized(N_("This key is not known here."), code="key_refused")
            visit.by_key = True
            _signed_in(visit, found)
        elif token := cookie(visit, session_cookie_name(visit)):
            known = await identity.session_by_token(token)
            if known is not None:
                visit.session = known[1]
                if visit.door == "screen":
                    visit.formats = known[1].formats
                _signed_in(visit, known[0])

    def _failed(self, exc: Exception, visit: Visit) -> Answer:
        default = settings.current().language
        if not visit.signed_in:
            visit.language = language_of(visit)
        with i18n.speaking(visit.language, visit.zone, app_default=default):
            failure = describe(exc, visit.method)
            try:
                return (
                    answer_screen(failure, visit) if visit.door == "screen" else self._machine(failure, visit)
                )
            except Exception:  # noqa: BLE001 - an error page that breaks still has to be answered
                _log.exception("the error page itself failed")
                return self._machine(failure, visit)


def _is_below(path: str, places: Sequence[str]) -> bool:
    return any(path == place or (place[-1] == "/" and path.startswith(place)) for place in places)


def _signed_in(visit: Visit, actor: Actor) -> None:
    visit.language, visit.zone = actor.language, actor.zone
    visit.known = msgspec.structs.replace(
        actor,
        via="screen" if visit.door == "screen" and not visit.by_key else "api",
        request_id=visit.request_id,
        ip=visit.ip,
    )


def _refuse_plain_http(visit: Visit) -> None:
    if visit.is_secure or is_loopback(visit) or settings.current().allow_plain_http:
        return
    raise Forbidden(
        N_("Tradewind answers over HTTPS only."),
        code="plain_http",
        remedy=N_("Put a proxy with a certificate before it, or set allow_plain_http = true."),
    )


def _refuse_long(visit: Visit) -> None:
    limit = settings.current().upload_max_bytes + _BODY_OVERHEAD
    length = visit.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise too_large(limit)


def _tell(scope: HTTPScope, visit: Visit, status: int, seconds: float) -> None:
    """The request is answered: count it, and write its line."""
    route = str(scope.get("path_template") or "")
    telemetry.note_request(visit.method, route, status, seconds)
    if settings.current().access_log:
        telemetry.request_done(
            visit.request_id, visit.method, visit.path, route, status, seconds, visit.user_id
        )


async def _note_refusal(visit: Visit, out: Outgoing) -> None:
    """Refused changes are noted; a wrong address that somebody only looked at is not."""
    if visit.method in SAFE_METHODS and out.status != 403:
        return
    detail = {"method": visit.method, "status": out.status, "code": out.code}
    try:
        await audit.refused("request.refused", actor=visit.actor, subject=visit.path[:200], detail=detail)
    except Exception:  # noqa: BLE001 - the answer has gone out; the log keeps what the audit could not
        _log.exception("a refusal could not be noted")
