"""The admin pages over the example kinds, and people at them: signed in with a session, as a browser is."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from litestar.types import ASGIApp

from platform_core import api, audit, definitions, identity, settings, web
from platform_core.identity import SYSTEM
from tests.definitions.example_kinds import ChartKind, SheetKind

PASSWORD = "harbour lights at dawn"


def application() -> ASGIApp:
    """The core's own pages and API behind the gate."""
    router = Litestar(
        [*web.routes(), *api.routes()],
        openapi_config=None,
        logging_config=None,
        exception_handlers=web.exception_handlers(),
    )
    return api.frame(router)


def installation(folder: Path) -> settings.Settings:
    """Settings with the quick password profile."""
    return settings.Settings(data=folder, secret_key=b"k" * 32, argon2_profile="test", company="Nordic Trade")


class Desk:
    """Somebody at a browser without JavaScript: opens pages, fills the forms that stand on them, follows the answer."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.page = httpx.Response(200)

    async def sign_in(self, email: str) -> None:
        answer = await self.http.post("/login", data={"email": email, "password": PASSWORD, "next": "/me"})
        assert answer.status_code == 303, answer.text

    async def open(self, address: str) -> str:
        self.page = await self.http.get(address)
        return self.page.text

    async def send(self, address: str, **fields: str | list[str]) -> str:
        """Posts a form of the present page, and follows the redirect."""
        token = re.search(r'name="_csrf_token" value="([^"]+)"', self.page.text)
        form = {"_csrf_token": token[1] if token else "", **fields}
        answer = await self.http.post(address, data=form)
        while answer.status_code == 303:
            answer = await self.http.get(answer.headers["location"])
        self.page = answer
        return answer.text

    @property
    def status(self) -> int:
        return self.page.status_code

    @property
    def rev(self) -> str:
        """The `rev` that the page was made on."""
        found = re.search(r'name="rev" value="(\d+)"', self.page.text)
        assert found
        return found[1]

    @property
    def path(self) -> str:
        return self.page.request.url.path


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path) -> Iterator[None]:
    settings.use(installation(tmp_path))
    identity.forget()
    identity.forget_names()
    audit.forget_refusals()
    standing = {kind.name for kind in definitions.kinds()}
    for kind in (SheetKind(), ChartKind()):
        definitions.register_kind(kind)
    yield
    for entered in definitions.kinds():
        if entered.name not in standing:
            definitions.forget_kind(entered.name)
    identity.forget()
    settings.use(None)


@pytest.fixture
async def http(db: str) -> AsyncIterator[httpx.AsyncClient]:
    await definitions.refresh()
    transport = httpx.ASGITransport(application())  # type: ignore[arg-type]  # httpx's own types
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
async def ada(http: httpx.AsyncClient) -> Desk:
    """An admin at her desk."""
    await identity.create_user(
        email="ada@demo.example", name="Ada", password=PASSWORD, roles=["admin"], actor=SYSTEM
    )
    desk = Desk(http)
    await desk.sign_in("ada@demo.example")
    return desk


@pytest.fixture
async def lina(http: httpx.AsyncClient) -> Desk:
    """A salesperson at hers."""
    await identity.create_user(
        email="lina@demo.example", name="Lina", password=PASSWORD, roles=[], actor=SYSTEM
    )
    desk = Desk(http)
    await desk.sign_in("lina@demo.example")
    return desk
