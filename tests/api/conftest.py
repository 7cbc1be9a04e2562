"""A small application behind the real gate, and browsers and programs that call it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import httpx
import msgspec
import pytest
from litestar import Litestar, Request, delete, get, patch, post, put
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.types import ASGIApp

from platform_core import api, audit, definitions, i18n, identity, permissions, settings, web
from platform_core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionRequired,
    Problem,
    StaleVersion,
    TooManyRequests,
)
from platform_core.identity import SYSTEM, User
from platform_core.permissions import RoleKind
from platform_core.web import AppKind
from tests.permissions.example_forms import FormKind

PASSWORD = "harbour lights at dawn"
HERE = "http://127.0.0.1:8000"
SECURE = "https://crm.example"


class Thing(msgspec.Struct):
    name: str
    count: int = 0


class Counter:
    """What the handlers have done."""

    def __init__(self) -> None:
        self.made = 0


counter = Counter()

ERRORS: dict[str, Exception] = {
    "invalid": Invalid([Problem(pointer="/email", code="email", message="This is not an e-mail address.")]),
    "missing": NotFound(),
    "forbidden": Forbidden(),
    "conflict": Conflict("Two at once.", details={"items": ["field.fax.removed"]}),
    "stale": StaleVersion(base={"a": 1}, yours={"a": 2}, theirs={"a": 3}),
    "unversioned": PreconditionRequired(),
    "slow_down": TooManyRequests(7),
    "broken": RuntimeError("the password is hunter2"),
}


@get("/api/v1/fail/{kind:str}")
async def fail(kind: FromPath[str]) -> None:
    raise ERRORS[kind]


@get("/screens/fail/{kind:str}")
async def fail_on_screen(kind: FromPath[str]) -> None:
    raise ERRORS[kind]


@post("/api/v1/things")
async def make(request: Request[Any, Any, Any], data: Thing) -> dict[str, object]:
    counter.made += 1
    if data.name == "bad":
        raise Invalid.one("/name", "bad", "This name is bad.")
    return {"name": data.name, "number": counter.made, "by": web.actor(request).name}


@put("/api/v1/things")
async def replace(data: Thing) -> dict[str, object]:
    return {"name": data.name}


@patch("/api/v1/things")
async def change(request: Request[Any, Any, Any]) -> dict[str, object]:
    return {"version": api.require_if_match(request)}


@delete("/api/v1/things", status_code=204)
async def remove() -> None:
    counter.made += 1


@get("/api/v1/things", name="things")
async def things(request: Request[Any, Any, Any]) -> dict[str, object]:
    seen = web.visit(request)
    return {
        "by": seen.actor.name,
        "via": seen.actor.via,
        "request": seen.actor.request_id,
        "language": i18n.current().language,
        "pinned": definitions.catalog().version,
    }


@post("/screens/upload")
async def upload(
    data: Annotated[UploadFile, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> dict[str, object]:
    return {"name": data.filename, "size": len(await data.read())}


@post("/screens/save")
async def save(request: Request[Any, Any, Any]) -> dict[str, object]:
    form = await request.form()
    return {"name": form.get("name"), "fields": sorted(form)}


@post("/hooks/erp/{token:str}", status_code=200)
async def hook(token: FromPath[str]) -> dict[str, object]:
    return {"token": token}


HANDLERS = (fail, fail_on_screen, make, replace, change, remove, things, upload, save, hook)


@pytest.fixture(autouse=True)
def installation(tmp_path: Path) -> Iterator[settings.Settings]:
    made = settings.Settings(
        data=tmp_path,
        secret_key=b"k" * 32,
        argon2_profile="test",
        company="Nordic Trade",
        upload_max_bytes=1024 * 1024,
    )
    settings.use(made)
    identity.forget()
    identity.forget_names()
    audit.forget_refusals()
    permissions.forget()
    web.forget_menus()
    identity.keep_on_loopback(None)
    counter.made = 0
    yield made
    identity.forget()


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    ours = (FormKind(), RoleKind(), AppKind())
    standing = {kind.name: kind for kind in definitions.kinds()}
    for kind in ours:
        definitions.forget_kind(kind.name)
        definitions.register_kind(kind)
    yield
    for kind in ours:
        definitions.forget_kind(kind.name)
        if kind.name in standing:
            definitions.register_kind(standing[kind.name])


@cache
def router() -> Litestar:
    """The core's own routes and those of this test; it keeps nothing between requests."""
    return Litestar(
        route_handlers=[*HANDLERS, *api.routes(), *web.routes()],
        openapi_config=None,
        logging_config=None,
        exception_handlers=web.exception_handlers(),
    )


@pytest.fixture
def application(db: str) -> ASGIApp:
    return api.frame(router())


class Browser(httpx.AsyncClient):
    """Keeps cookies and says where its requests begin, as browsers do; `token` is sent with changes."""

    def __init__(self, app: ASGIApp, at: str = HERE, ip: str = "127.0.0.1", **headers: str) -> None:
        super().__init__(
            transport=httpx.ASGITransport(app=app, client=(ip, 50000), raise_app_exceptions=False),  # type: ignore[arg-type]  # Litestar's ASGI types are narrower
            base_url=at,
            headers=headers,
        )
        self.token = ""

    async def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        """Sign in by the API and keep the token."""
        answer = await self.post("/api/v1/session", json={"email": email, "password": password})
        self.token = answer.json().get("csrf_token", "")
        return answer

    async def change(self, method: str, url: str, **how: Any) -> httpx.Response:
        """A change with the session's token."""
        headers = {"X-CSRF-Token": self.token, **how.pop("headers", {})}
        return await self.request(method, url, headers=headers, **how)


@pytest.fixture
async def browser(application: ASGIApp) -> AsyncIterator[Browser]:
    async with Browser(application) as made:
        yield made


@pytest.fixture
async def lina(db: str) -> User:
    return await identity.create_user(
        email="lina@demo.example", name="Lina", password=PASSWORD, roles=["seller"], actor=SYSTEM
    )


@pytest.fixture
async def admin(db: str) -> User:
    return await identity.create_user(
        email="ada@demo.example", name="Ada", password=PASSWORD, roles=["admin"], actor=SYSTEM
    )


@pytest.fixture
async def lina_here(browser: Browser, lina: User) -> Browser:
    """Lina's browser, signed in."""
    await browser.sign_in("lina@demo.example")
    return browser


@pytest.fixture
async def ada_here(application: ASGIApp, admin: User) -> AsyncIterator[Browser]:
    """The admin's browser, signed in."""
    async with Browser(application) as made:
        await made.sign_in("ada@demo.example")
        yield made
