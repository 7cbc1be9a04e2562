"""The security headers of every answer."""

from __future__ import annotations

from secrets import token_urlsafe

from litestar.types import HTTPResponseStartEvent

from platform_core.web.context import Visit

Header = tuple[bytes, bytes]

_ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ),
)
_GUARDED = frozenset(name for name, _ in _ALWAYS)
_SECURE: Header = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_NO_STORE: Header = (b"cache-control", b"no-store")

_POLICY = b"content-security-policy"
_PAGE = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data: blob:;"
    " font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; object-src 'none';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_DATA = b"default-src 'none'; frame-ancestors 'none'; sandbox"


def new_nonce() -> str:
    """128 random bits for the scripts of one page."""
    return token_urlsafe(16)


def protect(message: HTTPResponseStartEvent, visit: Visit, more: list[Header]) -> None:
    """Add what is missing to the head of an answer; what a handler set itself stays."""
    headers = [(name.lower(), value) for name, value in message.get("headers", ())]
    own = {name for name, _ in headers}
    headers += _ALWAYS if own.isdisjoint(_GUARDED) else [each for each in _ALWAYS if each[0] not in own]
    headers += more
    headers.append((b"x-request-id", visit.request_id.encode()))
    if _POLICY not in own:
        page = visit.door != "machine"
        headers.append((_POLICY, _PAGE.format(nonce=visit.nonce).encode() if page else _DATA))
    if visit.is_secure:
        headers.append(_SECURE)
    if visit.signed_in and b"cache-control" not in own:
        headers.append(_NO_STORE)
    message["headers"] = headers
