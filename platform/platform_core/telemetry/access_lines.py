"""One line per request, collected and written together four times a second: writing each would cost more than the
gate does. Ids, route and duration; never the query, which may hold names."""

from __future__ import annotations

import asyncio
import logging
import sys
import time

import msgspec

from platform_core.telemetry.logs import is_configured, moment

_EVERY = 0.25
_MOST = 2_000
_LOGGER = "tradewind.access"
_logger = logging.getLogger(_LOGGER)


class AccessLine(msgspec.Struct, omit_defaults=True):
    """One answered request. `ms` is from its arrival to the end of its answer."""

    ts: str
    level: str
    logger: str
    request_id: str
    method: str
    path: str
    route: str
    status: int
    ms: float
    user_id: str | None = None


_Fact = tuple[float, str, str, str, str, int, float, str | None]
_waiting: list[_Fact] = []
_timer: asyncio.TimerHandle | None = None


def request_done(
    request_id: str, method: str, path: str, route: str, status: int, seconds: float, user_id: str | None
) -> None:
    """Note an answered request; its line is written within a quarter of a second."""
    if not _logger.isEnabledFor(logging.INFO):
        return
    if not route or "token" in route:  # what stands in such an address may be somebody's secret
        path = route or "-"
    if is_configured() is None:
        _logger.info("%s %s %d", method, path, status, extra={
            "request_id": request_id, "method": method, "path": path, "route": route, "status": status,
            "ms": round(seconds * 1000, 2), "user": user_id,
        })  # fmt: skip
        return
    _waiting.append((time.time(), request_id, method, path, route, status, seconds, user_id))
    if len(_waiting) >= _MOST:
        flush_lines()
    elif _timer is None:
        _begin()


def flush_lines() -> None:
    """Write what is waiting, now."""
    global _timer
    if _timer is not None:
        _timer.cancel()
        _timer = None
    if not _waiting:
        return
    lines, spell = _waiting.copy(), _json if is_configured() == "json" else _text
    _waiting.clear()
    try:
        sys.stderr.write("".join(map(spell, lines)))
        sys.stderr.flush()
    except (OSError, ValueError):  # nobody reads our lines any more: work goes on without them
        return


def _begin() -> None:
    global _timer
    try:
        _timer = asyncio.get_running_loop().call_later(_EVERY, flush_lines)
    except RuntimeError:
        flush_lines()


def _json(fact: _Fact) -> str:
    at, request_id, method, path, route, status, seconds, user_id = fact
    line = AccessLine(
        moment(at),
        "info",
        _LOGGER,
        request_id,
        method,
        path,
        route,
        status,
        round(seconds * 1000, 2),
        user_id,
    )
    return msgspec.json.encode(line).decode() + "\n"


def _text(fact: _Fact) -> str:
    at, request_id, method, path, _route, status, seconds, _user = fact
    return f"{moment(at)} info {_LOGGER} [{request_id}] {method} {path} {status} {seconds * 1000:.1f} ms\n"
