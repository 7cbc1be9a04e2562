"""The whole product for scenario tests: `crm` is an installed trade CRM with the demo people, on both engines.

The installation is made once per run and copied for each test. People sign in with `crm.login("lina")` and then talk
HTTP to the application in this process, through the gate, as a browser or a program would.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import pytest
from litestar.types import ASGIApp

from platform_core import identity, jobs, settings
from platform_core.plugins import Registry
from platform_host import assemble, create_app, running
from tests import servers
from trade_crm.demo.load import make_people

PASSWORD = "harbour-lantern-42"
SECRET_KEY = "0" * 64
ORIGIN = "http://127.0.0.1:8000"


class Client:
    """One signed-in person (or nobody). `api` answers JSON and fails the test on an unexpected status."""

    def __init__(self, app: ASGIApp, address: str = "127.0.0.1") -> None:
        transport = httpx.ASGITransport(app=app, client=(address, 50000))  # type: ignore[arg-type]  # Litestar's ASGI types are narrower
        self.http = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Origin": ORIGIN})
        self.csrf = ""
        self.user_id = ""

    async def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Open a session; fails the test where that is refused."""
        answer = await self.http.post("/api/v1/session", json={"email": email, "password": password})
        assert answer.status_code in (200, 201), answer.text
        self.csrf = answer.json()["csrf_token"]
        self.user_id = answer.json()["user"]["id"]

    async def request(self, method: str, path: str, **more: object) -> httpx.Response:
        """Any request; unsafe ones carry the token."""
        headers = dict(more.pop("headers", {}) or {})  # type: ignore[call-overload]  # a mapping or None
        if method not in ("GET", "HEAD") and self.csrf:
            headers.setdefault("X-CSRF-Token", self.csrf)
        return await self.http.request(method, path, headers=headers, **more)  # type: ignore[arg-type]  # httpx's own

    async def api(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        expect: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, object]:
        """A request to /api/v1; the answer's JSON."""
        more: dict[str, object] = {"json": body} if body is not None else {}
        answer = await self.request(method, f"/api/v1{path}", headers=dict(headers or {}), **more)
        assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text[:2000]}"
        return answer.json() if answer.content else {}

    async def page(self, path: str, *, expect: int = 200) -> str:
        """A screen's HTML."""
        answer = await self.request("GET", path, headers={"Accept": "text/html"})
        assert answer.status_code == expect, f"{path}: {answer.status_code} {answer.text[:1500]}"
        return answer.text

    async def post_form(self, path: str, fields: Mapping[str, str], *, expect: int = 303) -> httpx.Response:
        """Post a form as a browser without JavaScript does."""
        answer = await self.request(
            "POST", path, data={**fields, "_csrf_token": self.csrf}, headers={"X-CSRF-Token": ""}
        )
        assert answer.status_code == expect, f"{path}: {answer.status_code} {answer.text[:1500]}"
        return answer


@dataclass
class Crm:
    """The running product."""

    app: ASGIApp
    engine: str
    registry: Registry
    clients: list[Client] = field(default_factory=list)

    def visitor(self, address: str = "127.0.0.1") -> Client:
        """Somebody who is not signed in."""
        client = Client(self.app, address)
        self.clients.append(client)
        return client

    async def login(self, name: str) -> Client:
        """A demo person: admin, manager, lina, carlos, finance or marketing."""
        client = self.visitor()
        await client.sign_in(f"{name}@demo.example")
        return client

    async def actor(self, name: str) -> identity.Actor:
        """The same person as façades see them."""
        user = await identity.user_by_email(f"{name}@demo.example")
        assert user is not None
        return await identity.actor_of(user.id, via="api")

    async def work(self) -> int:
        """Do every job that is due; returns how many."""
        return await jobs.Worker(concurrency=1).run_once()


@pytest.fixture
async def crm(engine: str, tmp_path: Path) -> AsyncIterator[Crm]:
    """The trade CRM with its six demo people and no records."""
    url = await _copy(engine, tmp_path)
    registry = assemble()
    before = _use_settings(tmp_path, url)
    async with running(registry, worker=False, install=False):
        made = Crm(create_app(registry), engine, registry)
        yield made
        for client in made.clients:
            await client.http.aclose()
    settings.use(before)


def _use_settings(folder: Path, url: str) -> settings.Settings | None:
    try:
        before: settings.Settings | None = settings.current()
    except RuntimeError:
        before = None
    environ = {
        "TRADEWIND_DATA": str(folder / "data"), "TRADEWIND_DATABASE_URL": url, "TRADEWIND_ARGON2_PROFILE": "test",
        "TRADEWIND_SECRET_KEY": SECRET_KEY, "TRADEWIND_LOG_LEVEL": "error",
    }  # fmt: skip
    settings.use(settings.load({}, environ))
    return before


def copy_installation(engine: str, folder: Path) -> str:
    """The URL of a fresh copy of the installation, for a test that starts the program itself."""
    # In a thread of its own: Playwright's loop already runs in this one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(_copy(engine, folder))).result()


async def _copy(engine: str, folder: Path) -> str:
    """The URL of a fresh copy of the installation."""
    if engine == "sqlite":
        template = await _sqlite_template()
        file = folder / "crm.db"
        shutil.copyfile(template, file)
        return f"sqlite:///{file}"
    template_name = await _postgresql_template()
    name = f"crm_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    await _admin(
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "{template_name}"',
    )
    return servers.postgresql_url(name)


async def _sqlite_template() -> Path:
    with servers.locked("crm-sqlite") as folder:
        template = folder / "crm-template.db"
        if not template.exists():
            beside = folder / "crm-template.new"
            await _install(f"sqlite:///{beside}", folder)
            beside.rename(template)
    return template


async def _postgresql_template() -> str:
    with servers.locked("crm-postgresql") as folder:
        done = folder / "crm-template.pg"
        if not done.exists():
            await _admin(
                'DROP DATABASE IF EXISTS "crm_template" WITH (FORCE)', 'CREATE DATABASE "crm_template"'
            )
            await _install(servers.postgresql_url("crm_template"), folder)
            done.touch()
    return "crm_template"


async def _install(url: str, folder: Path) -> None:
    """Migrate, install the app, make the demo people."""
    before = _use_settings(folder, url)
    async with running(assemble(), worker=False):
        await make_people(PASSWORD)
    settings.use(before)


async def _admin(*statements: str) -> None:
    connection = await asyncpg.connect(servers.postgresql_url())
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
