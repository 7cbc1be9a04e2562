"""Live updates: who listens hears of what they may see, and of nothing else, for as long as they may."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
import uvicorn

from platform_core import api, database, identity, notifications, records
from platform_core.api.live_relay import CHANNEL
from platform_core.notifications import Message
from tests.fixtures_crm import PASSWORD, Crm
from tests.notifications.test_notices import NORDIC
from tests.servers import free_port


@dataclass
class Listener:
    """One open stream and what it has told."""

    heard: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, lines: AsyncIterator[str]) -> None:
        name = ""
        try:
            async for line in lines:
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: "):
                    self.heard.append((name, json.loads(line[6:])))
                    self.came.set()
        except httpx.HTTPError:
            pass
        finally:
            self.ended.set()
            self.came.set()

    async def until(self, name: str, seconds: float = 8.0) -> dict[str, object]:
        """The first event of that name that was not asked for before."""
        async with asyncio.timeout(seconds):
            while True:
                for number, (found, data) in enumerate(self.heard):
                    if found == name:
                        del self.heard[: number + 1]
                        return data
                self.came.clear()
                await self.came.wait()

    def records(self) -> list[object]:
        """Ids of the records it was told of."""
        return [data["id"] for name, data in self.heard if name == "record"]


@dataclass
class Served:
    """The product on a port of its own: streams need a real server."""

    crm: Crm
    url: str

    async def sign_in(self, name: str) -> httpx.AsyncClient:
        client = httpx.AsyncClient(base_url=self.url, headers={"Origin": self.url}, timeout=20)
        answer = await client.post(
            "/api/v1/session", json={"email": f"{name}@demo.example", "password": PASSWORD}
        )
        assert answer.status_code in (200, 201), answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return client

    @asynccontextmanager
    async def listening(
        self, client: httpx.AsyncClient, path: str = "/api/v1/events"
    ) -> AsyncIterator[Listener]:
        made = Listener()
        async with client.stream("GET", path) as answer:
            assert answer.status_code == 200 and answer.headers["content-type"].startswith(
                "text/event-stream"
            )
            task = asyncio.create_task(made.read(answer.aiter_lines()))
            await made.until("ready")
            yield made
            task.cancel()


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@pytest.fixture
async def served(crm: Crm) -> AsyncIterator[Served]:
    port = free_port()
    config = uvicorn.Config(
        crm.app, host="127.0.0.1", port=port, log_config=None, lifespan="off", timeout_graceful_shutdown=1
    )
    server = _Server(config)
    task = asyncio.create_task(server._serve())
    await server.ready.wait()
    yield Served(crm, f"http://127.0.0.1:{port}")
    api.end_streams()
    server.should_exit = True
    await task
    api.routes()  # streams may be opened again


async def test_who_may_see_a_record_hears_that_it_changed_and_nobody_else(served: Served) -> None:
    lina, carlos = await served.sign_in("lina"), await served.sign_in("carlos")
    async with served.listening(lina) as own, served.listening(carlos) as other:
        mine = await records.create("account", NORDIC, actor=await served.crm.actor("lina"))
        heard = await own.until("record")
        assert heard == {"form": mine.form, "id": mine.id, "version": 1}
        theirs = await records.create(
            "account", {**NORDIC, "name": "Sur"}, actor=await served.crm.actor("carlos")
        )
        assert (await other.until("record"))["id"] == theirs.id
        await records.update(
            "account", mine.id, {"city": "Malmö"}, actor=await served.crm.actor("lina"), version=None
        )
        assert (await own.until("record"))["version"] == 2
        assert mine.id not in other.records() and theirs.id not in own.records()


async def test_a_stream_may_ask_for_some_forms_only(served: Served) -> None:
    lina = await served.sign_in("lina")
    actor = await served.crm.actor("lina")
    async with (
        served.listening(lina, "/api/v1/events?forms=task") as some,
        served.listening(lina) as all_of_them,
    ):
        await records.create("account", NORDIC, actor=actor)
        await all_of_them.until("record")
        assert some.records() == []


async def test_a_notice_wakes_its_reader_only(served: Served) -> None:
    lina, carlos = await served.sign_in("lina"), await served.sign_in("carlos")
    async with served.listening(lina) as own, served.listening(carlos) as other:
        who = await served.crm.actor("lina")
        await notifications.notify([who.user_id], topic="system", text=Message("Hello"))
        assert await own.until("notice") == {}
        assert not any(name == "notice" for name, _data in other.heard)


async def test_a_stream_ends_with_its_session(served: Served) -> None:
    lina = await served.sign_in("lina")
    async with served.listening(lina) as own:
        await lina.delete("/api/v1/session")
        async with asyncio.timeout(12):
            await own.ended.wait()


async def test_a_stream_ends_with_its_account(served: Served) -> None:
    lina = await served.sign_in("lina")
    async with served.listening(lina) as own:
        who = await served.crm.actor("lina")
        await identity.deactivate(who.user_id, actor=identity.SYSTEM)
        async with asyncio.timeout(12):
            await own.ended.wait()


async def test_what_another_process_writes_is_heard(served: Served) -> None:
    """On PostgreSQL by its signal; on SQLite by looking, which another connection's write sets off."""
    lina = await served.sign_in("lina")
    account = await records.create("account", NORDIC, actor=await served.crm.actor("lina"))
    async with served.listening(lina) as own:
        if served.crm.engine == "postgresql":
            await database.notify(CHANNEL, json.dumps([[account.form, account.id, 7]]))
            assert (await own.until("record"))["version"] == 7
            await database.notify(CHANNEL, "")
            await own.until("ready")
        else:
            import sqlite3

            path = str(
                await database.fetch_value("SELECT file FROM pragma_database_list WHERE name = 'main'")
            )
            with sqlite3.connect(path) as other:
                columns = "form, record, version, action, at, user_id, via, changes"
                other.execute(
                    f"INSERT INTO tw_record_history (id, {columns}) SELECT ?, {columns} FROM tw_record_history WHERE record = ?",
                    (database.new_id(), account.id),
                )
            other.close()
            assert (await own.until("record"))["id"] == account.id


async def test_too_many_streams_of_one_person_are_refused(served: Served) -> None:
    lina = await served.sign_in("lina")
    async with served.listening(lina):
        from platform_core.api import live

        who = await served.crm.actor("lina")
        live._open[who.user_id] += 20
        answer = await lina.get("/api/v1/events")
        live._open[who.user_id] -= 20
        assert answer.status_code == 429
