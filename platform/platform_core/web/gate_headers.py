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
_SECURE: Header = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_NO_STORE: Header = (b"cache-control", b"no-store")

_PAGE = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data: blob:;"
    " font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; object-src 'none';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_DATA: Header = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox")


def new_nonce() -> str:
    """128 random bits for the scripts of one page."""
    return token_urlsafe(16)


def protect(message: HTTPResponseStartEvent, visit: Visit, more: list[Header]) -> None:
    """Add what is missing to the head of an answer; what a handler set itself stays."""
    headers = list(message.get("headers", ()))
    names = {name.lower() for name, _ in headers}
    added = [*_ALWAYS, (b"x-request-id", visit.request_id.encode()), *more]
    if visit.is_secure:
        added.append(_SECURE)
    if visit.signed_in:
        added.append(_NO_STORE)
    if b"content-security-policy" not in names:
        added.append(_policy(visit, headers))
    headers.extend(header for header in added if header[0] not in names)
    message["headers"] = headers


def _policy(visit: Visit, headers: list[Header]) -> Header:
    is_page = any(
        name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers
    )
    if not is_page and visit.door != "screen":
        return _DATA
    return (b"content-security-policy", _PAGE.format(nonce=visit.nonce).encode())
