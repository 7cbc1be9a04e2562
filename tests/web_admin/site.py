"""The admin pages served for a browser: an own database, an own event loop in a thread, a few definitions."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from platform_core import database, definitions, identity, settings
from platform_core.identity import SYSTEM
from tests.definitions.example_kinds import ChartKind, SheetKind, chart, item, sheet
from tests.system_migrations import collect
from tests.web_admin.conftest import PASSWORD, application, installation


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of the running site, with the admin ada@demo.example."""
    started, ended = threading.Event(), threading.Event()
    found: list[str] = []
    thread = threading.Thread(target=lambda: asyncio.run(_serve(folder, found, started, ended)), daemon=True)
    thread.start()
    assert started.wait(30)
    try:
        yield found[0]
    finally:
        ended.set()
        thread.join(10)


async def _serve(folder: Path, found: list[str], started: threading.Event, ended: threading.Event) -> None:
    settings.use(installation(folder))
    identity.forget()
    await database.open(f"sqlite:///{folder / 'site.db'}")
    try:
        await _furnish()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            found.append(f"http://127.0.0.1:{listener.getsockname()[1]}")
            server = uvicorn.Server(uvicorn.Config(application(), log_level="error", lifespan="off"))
            running = asyncio.create_task(server.serve(sockets=[listener]))
            started.set()
            await asyncio.to_thread(ended.wait)
            server.should_exit = True
            await running
    finally:
        await database.close()
        settings.use(None)


async def _furnish() -> None:
    """A customer sheet in its second revision with rows in it, a chart that needs it, a draft with mistakes."""
    await database.migrate(collect())
    definitions.register_kind(SheetKind())
    definitions.register_kind(ChartKind())
    await identity.create_user(
        email="ada@demo.example", name="Ada Chen", password=PASSWORD, roles=["admin"], actor=SYSTEM
    )
    first = [item(sheet("customer", "city", "fax"), "crm"), item(chart("map", "customer", "city"), "crm")]
    await definitions.publish(first, "The first sheet", actor=SYSTEM)
    grown = sheet("customer", "city", "fax", "phone")
    await definitions.publish([item(grown, "crm")], "Phone numbers", actor=SYSTEM)
    await database.execute(
        "INSERT INTO t_crm__customer (id, city, fax) VALUES (?, ?, ?)", (database.new_id(), "Ningbo", "574")
    )
    wrong = sheet("shipment", "vessel", titel="vessel")
    await definitions.put_draft("sheet", "shipment", wrong, "crm", actor=SYSTEM)
