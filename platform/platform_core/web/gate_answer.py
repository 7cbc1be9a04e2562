"""The way out: headers on every answer, and answers that the gate makes itself."""

from __future__ import annotations

from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent, Message, Send

from platform_core.web.context import Visit
from platform_core.web.failures import Answer
from platform_core.web.gate_headers import Header, protect


class Outgoing:
    """A `send` that protects the head of the answer. `status` is 0 until it was sent, `code` the error's code."""

    __slots__ = ("_send", "_visit", "code", "more", "status")

    def __init__(self, send: Send, visit: Visit) -> None:
        self._send = send
        self._visit = visit
        self.more: list[Header] = []
        self.status = 0
        self.code = ""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            protect(message, self._visit, self.more)
        await self._send(message)

    async def answer(self, answer: Answer) -> None:
        """Send a whole answer."""
        self.code = answer.code
        headers = [(name.encode(), value.encode()) for name, value in answer.headers]
        headers.append((b"content-length", str(len(answer.body)).encode()))
        start: HTTPResponseStartEvent = {
            "type": "http.response.start",
            "status": answer.status,
            "headers": headers,
        }
        await self(start)
        body = b"" if self._visit.method == "HEAD" else answer.body
        end: HTTPResponseBodyEvent = {"type": "http.response.body", "body": body, "more_body": False}
        await self(end)
