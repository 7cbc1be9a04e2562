from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from platform_core import settings
from platform_core.outbound.naming import use_lookup
from tests.outbound import servers

Allow = Callable[..., None]


@pytest.fixture
def allow(tmp_path: Path) -> Iterator[Allow]:
    """The operator's file: `allow("127.0.0.1")`; by itself nothing inside is allowed."""
    base = settings.load({}, {"TRADEWIND_DATA": str(tmp_path), "TRADEWIND_SECRET_KEY": "0" * 64})
    settings.use(base)
    yield lambda *entries: settings.use(msgspec.structs.replace(base, outbound_allow=entries))
    settings.use(None)


@pytest.fixture
async def server(allow: Allow) -> AsyncIterator[servers.Server]:
    """A server that may be called."""
    allow("127.0.0.1")
    async with servers.server() as made:
        yield made


@pytest.fixture
def names() -> Iterator[dict[str, list[str]]]:
    """The names of this test's internet; asked names end up under "asked"."""
    known: dict[str, list[str]] = {"asked": []}

    async def lookup(host: str, port: int) -> list[str]:
        known["asked"].append(host)
        if host not in known:
            raise OSError("no such name")
        return known[host]

    use_lookup(lookup)
    yield known
    use_lookup(None)
