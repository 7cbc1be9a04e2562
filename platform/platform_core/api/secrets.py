"""`/api/v1/secrets`: names of secrets, putting values in. No address gives a value back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from litestar import Request, delete, get, put
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import secrets
from platform_core.api.definition_bodies import body
from platform_core.errors import NotFound
from platform_core.web import actor, require_admin, uses_of_secrets

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State


class SecretView(msgspec.Struct, kw_only=True):
    """What may be known of a secret. `used_by` names definitions as "kind/app.name"."""

    name: str
    note: str
    created_at: datetime
    changed_at: datetime
    used_by: list[str]


class SecretList(msgspec.Struct, kw_only=True):
    """Every secret, and whether this installation's key opens them ("empty", "open", "locked")."""

    items: list[SecretView]
    state: str


class NewSecret(msgspec.Struct, forbid_unknown_fields=True):
    """A value to keep; it is never given back."""

    value: str
    note: str | None = None


@get("/api/v1/secrets")
async def list_secrets(request: AnyRequest) -> SecretList:
    """For admins."""
    who = require_admin(actor(request))
    used = await uses_of_secrets(who)
    items = [_view(one, [use.key for use in used.get(one.name, ())]) for one in await secrets.listing()]
    return SecretList(items=items, state=(await secrets.state()).state)


@put("/api/v1/secrets/{name:str}")
async def put_secret(request: AnyRequest, name: FromPath[str]) -> SecretView:
    """Put a value in, in place of what was there."""
    who = require_admin(actor(request))
    given = await body(request, NewSecret)
    await secrets.put(name, given.value, note=given.note, actor=who)
    kept = await secrets.find(name)
    if kept is None:
        raise NotFound()
    return _view(kept, [use.key for use in (await uses_of_secrets(who)).get(name, ())])


@delete("/api/v1/secrets/{name:str}")
async def remove_secret(request: AnyRequest, name: FromPath[str]) -> None:
    """Forget one."""
    await secrets.remove(name, actor=require_admin(actor(request)))


def _view(secret: secrets.NamedSecret, used_by: list[str]) -> SecretView:
    return SecretView(
        name=secret.name,
        note=secret.note,
        created_at=secret.created_at,
        changed_at=secret.changed_at,
        used_by=used_by,
    )


def secret_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (list_secrets, put_secret, remove_secret)
