"""A real HTTP server of this test on loopback: answers what it was told, remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Asked:
    """One request as the server read it; header names in small letters."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answers = Callable[[Asked], bytes]


@dataclass
class Server:
    """`answers` maps a path to the raw bytes of the answer."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, Answers] = field(default_factory=dict)
    silent: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = await _read(reader)
            self.asked.append(asked)
            path = asked.path.partition("?")[0]
            if path == "/silent":
                await self.silent.wait()
            told = self.answers.get(path)
            writer.write(told(asked) if told is not None else answer(b"hello"))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A raw answer; `content_type="x"` becomes `content-type: x`."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@asynccontextmanager
async def server() -> AsyncIterator[Server]:
    """A server on a free port of 127.0.0.1."""
    made = Server()
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        made.silent.set()
        listening.close()


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, path, headers, body)
