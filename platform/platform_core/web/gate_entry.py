"""From an ASGI scope to a visit: request id, address, door, cookies."""

from __future__ import annotations

import re

from litestar.types.asgi_types import HTTPScope

from platform_core import database
from platform_core.web.context import Door, Visit

_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

SECURE_COOKIE = "__Host-tradewind"
PLAIN_COOKIE = "tradewind_session"
LANGUAGE_COOKIE = "tradewind_language"


def read_visit(scope: HTTPScope) -> Visit:
    """The visit of a request; nobody is signed in yet."""
    headers = _headers(scope)
    path = scope["path"]
    scheme = str(scope.get("scheme") or "http")
    client = scope.get("client")
    given = headers.get("x-request-id")
    query = scope.get("query_string")
    return Visit(
        request_id=given if given and _REQUEST_ID.fullmatch(given) else database.new_id(),
        method=str(scope["method"]),
        path=path,
        door=door_of(path),
        ip=str(client[0]) if client else "",
        scheme=scheme,
        origin=f"{scheme}://{headers.get('host', '')}",
        headers=headers,
        query=query.decode("latin-1") if query else "",
    )


def door_of(path: str) -> Door:
    """Which door an address belongs to."""
    if path.startswith("/api/"):
        return "machine"
    if path.startswith(("/hooks/", "/public/")):
        return "hook"
    return "screen"


def session_cookie_name(visit: Visit) -> str:
    """Over HTTPS only the `__Host-` cookie counts: no neighbour of the domain and no plain page can plant that."""
    return SECURE_COOKIE if visit.is_secure else PLAIN_COOKIE


def cookie(visit: Visit, name: str) -> str:
    """The value of one cookie, "" without it. The first of that name counts (RFC 6265 §5.4: the longest path)."""
    for part in visit.headers.get("cookie", "").split(";"):
        found, _, value = part.strip().partition("=")
        if found == name:
            return value
    return ""


def is_loopback(visit: Visit) -> bool:
    """Whether the request comes from this machine and was addressed to it by a loopback name.

    Both are asked: a foreign page whose name resolves to 127.0.0.1 (DNS rebinding) fails the second question.
    """
    return visit.ip in _LOOPBACK and host_name(visit.headers.get("host", "")) in _LOOPBACK


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


def _headers(scope: HTTPScope) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name == "cookie" and name in found:
            found[name] = f"{found[name]}; {value}"  # HTTP/2 may split it
        else:
            found[name] = value
    return found
