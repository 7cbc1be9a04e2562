"""From a template to text: a small pool of child processes, each with limits, each replaced when it dies."""

from __future__ import annotations

import asyncio
import os
import struct
import sys
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import msgspec

from platform_core import i18n
from platform_core.i18n import N_, _
from platform_core.templates.errors import TemplateFailed
from platform_core.templates.washing import wash

MAX_SOURCE = 256 * 1024
"""Characters of a template."""
MAX_OUTPUT = 2 * 1024 * 1024
"""Characters of what it gives."""
FILTERS = (
    "abs", "capitalize", "country", "date", "datetime", "default", "escape", "first", "int", "join", "last", "length",
    "lines", "list", "lower", "map", "max", "min", "money", "number", "reject", "rejectattr", "replace", "reverse",
    "round", "select", "selectattr", "sort", "sum", "title", "trim", "truncate", "unique", "upper", "wordcount",
)  # fmt: skip
"""What may stand behind a `|`."""
_MAX_VALUES = 8 * 1024 * 1024
_WALL_SECONDS = 3.0
_START_SECONDS = 20.0
_CHILDREN = 2
_USES = 500  # then a child is replaced, whatever it may have gathered


class _Child:
    """One process and how often it was used."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.uses = 0

    async def ask(self, request: bytes, seconds: float) -> bytes | None:
        """Its answer, or None where it died or took too long (it is then gone)."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None and stdout is not None, "both are pipes"
        try:
            async with asyncio.timeout(seconds):
                stdin.write(struct.pack(">I", len(request)) + request)
                await stdin.drain()
                (size,) = struct.unpack(">I", await stdout.readexactly(4))
                self.uses += 1
                return await stdout.readexactly(size)
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError):
            await self.end()
            return None
        except BaseException:
            await self.end()  # cancelled in between: the answer would meet the next question
            raise

    async def end(self) -> None:
        """Kills it."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


class _Pool:
    """The children of one event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.hands = asyncio.Semaphore(_CHILDREN)
        self.idle: list[_Child] = []

    async def ask(self, request: bytes) -> bytes | None:
        async with self.hands:
            child = self.idle.pop() if self.idle else None
            fresh = child is None or child.process.returncode is not None
            child = await _start() if child is None or fresh else child
            answer = await child.ask(request, _START_SECONDS if fresh and not child.uses else _WALL_SECONDS)
            if answer is not None and child.uses < _USES:
                self.idle.append(child)
            elif answer is not None:
                await child.end()
            return answer


_pool: _Pool | None = None


async def render(
    source: str,
    values: Mapping[str, object],
    *,
    html: bool,
    language: str,
    zone: str = "UTC",
) -> str:
    """The template with its places filled. With `html` values are escaped and the whole is washed.

    `values` are plain: dicts, lists, text, numbers, Decimals, dates. Raises TemplateFailed with the line and a sentence
    for the author.
    """
    text = await _ask(source, _plain(values), html=html, language=language, zone=zone)
    return wash(text) if html else text


async def check(source: str) -> None:
    """Raises TemplateFailed where a template cannot be read; what its values are is not looked at."""
    await _ask(source, None, html=True, language="en", zone="UTC")


async def close() -> None:
    """Ends the children; the next rendering starts others."""
    global _pool
    if _pool is not None:
        for child in _pool.idle:
            await child.end()
        _pool = None


async def _ask(source: str, values: object, *, html: bool, language: str, zone: str) -> str:
    if len(source) > MAX_SOURCE:
        raise TemplateFailed(0, _("The template is too long."), code="template_limit")
    request = msgspec.msgpack.encode(
        {"source": source, "values": values, "html": html, "language": i18n.known(language).code, "zone": zone, "limit": MAX_OUTPUT}
    )  # fmt: skip
    if len(request) > _MAX_VALUES:
        raise TemplateFailed(0, _("There is too much to put into the template."), code="template_limit")
    answer = await _pool_here().ask(request)
    if answer is None:
        raise TemplateFailed(
            0, _("The template takes too long, or needs too much memory."), code="template_limit"
        )
    found: dict[str, object] = msgspec.msgpack.decode(answer)
    if "text" in found:
        return str(found["text"])
    raise TemplateFailed(int(str(found["line"])), _(str(found["sentence"])), code=str(found["code"]))


def _pool_here() -> _Pool:
    """The pool of the running loop; another loop's children are left to end with their pipes."""
    global _pool
    if _pool is None or _pool.loop is not asyncio.get_running_loop():
        _pool = _Pool()
    return _pool


async def _start() -> _Child:
    # Nothing of our environment but where to find the code: no database address, no key.
    paths = os.pathsep.join(dict.fromkeys([str(Path(__file__).parents[2]), *filter(None, sys.path)]))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "platform_core.templates.child",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONPATH": paths, "PYTHONHASHSEED": "random", "LANG": "C.UTF-8"}, cwd="/",
    )  # fmt: skip
    return _Child(process)


def _plain(value: object) -> object:
    """Values as the child knows them: text for decimals and dates, so that nothing loses a digit."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, str | bool | float):
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else str(value)
    if isinstance(value, Decimal | date | datetime):
        return value.isoformat() if not isinstance(value, Decimal) else str(value)
    raise TypeError(f"a template takes plain values, not {type(value).__name__}")


_SENTENCES = (
    N_("The result is too long."),
    N_("The template needs too much memory."),
    N_("This cannot be read."),
)
"""What a child may say in our own words; the rest is Jinja's, in English."""
