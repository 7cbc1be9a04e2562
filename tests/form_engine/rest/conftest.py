"""The published shop, and a client that carries the key of its admin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from form_engine.rest.lists import LIST_ROUTES
from form_engine.rest.one import ONE_ROUTES
from form_engine.saving.choices import refuse_inactive_choices
from form_engine.saving.phones import read_phones_in_their_country
from platform_core import api, definitions, identity, permissions, records, settings, web
from platform_core.identity import Actor
from tests.form_engine.forms import GRADE
from tests.form_engine.publishing import publish
from tests.form_engine.rest.shop import ACCOUNT, CONTACT, SELLER


@pytest.fixture
def seller() -> Actor:
    return Actor(user_id="0190d3a1-7c00-7000-8000-00000000000a", name="Lina", roles=("shop.seller",))


@pytest.fixture
async def http(db: str, admin: Actor, seller: Actor, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the admin's key, over the published shop."""
    settings.use(settings.load(environ={"TRADEWIND_DATA": str(tmp_path)}))
    definitions.register_kind(permissions.RoleKind())
    await publish(admin, GRADE, ACCOUNT, CONTACT, SELLER)
    leave = [
        records.on_slot("computed", read_phones_in_their_country),
        records.on_slot("rules", refuse_inactive_choices),
    ]
    keys = {"admin": admin, "seller": seller, "nobody": Actor(user_id=identity.NOBODY_ID, name="X")}

    async def read_key(key: str, visit: web.Visit) -> Actor | None:
        return keys.get(key)

    router = Litestar(
        [*LIST_ROUTES, *ONE_ROUTES],
        openapi_config=None,
        logging_config=None,
        exception_handlers=web.exception_handlers(),
    )
    transport = httpx.ASGITransport(api.frame(router, read_key=read_key))  # type: ignore[arg-type]  # httpx's own types
    headers = {"Authorization": "Bearer admin"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
        yield client
    for take_out in leave:
        take_out()
