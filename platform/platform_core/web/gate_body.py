"""The request body: how large it may be, and looking into it without taking it away from the handler."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from litestar.types import HTTPReceiveMessage, HTTPRequestEvent, Receive

from platform_core.errors import PayloadTooLarge
from platform_core.i18n import N_

_PEEK = 64 * 1024
"""Bytes of a multipart form in which the CSRF field must come; our forms have it first."""
_FORM_LIMIT = 1024 * 1024
_MOST_FIELDS = 20_000


class LimitedBody:
    """A `receive` that refuses to hand on more than `limit` bytes, and that can be read ahead of the handler."""

    __slots__ = ("_ahead", "_limit", "_receive", "_seen", "failure")

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._seen = 0
        self._ahead: list[HTTPReceiveMessage] = []
        self.failure: PayloadTooLarge | None = None

    async def __call__(self) -> HTTPReceiveMessage:
        if self._ahead:
            return self._ahead.pop(0)
        return await self._next()

    async def read_ahead(self, limit: int) -> bytes:
        """The first bytes of the body, until it ends or `limit` is passed; the handler gets them all again."""
        read: list[HTTPReceiveMessage] = []
        body = b""
        while len(body) < limit:
            message = await self._next()
            read.append(message)
            if message["type"] != "http.request":
                break
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        self._ahead = read
        return body

    async def _next(self) -> HTTPReceiveMessage:
        message = await self._receive()
        if message["type"] == "http.request":
            self._count(message)
        return message  # type: ignore[return-value]  # an HTTP scope receives HTTP messages only

    def _count(self, message: HTTPRequestEvent) -> None:
        self._seen += len(message.get("body", b""))
        if self._seen > self._limit:
            self.failure = too_large(self._limit)
            raise self.failure


def too_large(limit: int) -> PayloadTooLarge:
    """The refusal of a body over `limit` bytes."""
    return PayloadTooLarge(
        N_("This is larger than the {limit} MB that are allowed."), params={"limit": limit // (1024 * 1024)}
    )


async def form_field(body: LimitedBody, content_type: str, name: str) -> str:
    """One plain field of a posted form (urlencoded or multipart), "" where it is not there."""
    if content_type.startswith("application/x-www-form-urlencoded"):
        text = (await body.read_ahead(_FORM_LIMIT)).decode("utf-8", "replace")
        try:
            return parse_qs(text, max_num_fields=_MOST_FIELDS).get(name, [""])[-1]
        except ValueError:  # more fields than any form of ours has
            return ""
    if content_type.startswith("multipart/form-data"):
        found = re.search(
            rb'name="'
            + re.escape(name.encode())
            + rb'"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]{0,200})\r\n',
            await body.read_ahead(_PEEK),
        )
        return found.group(1).decode("utf-8", "replace") if found else ""
    return ""
