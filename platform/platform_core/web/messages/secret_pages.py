"""`/admin/secrets`: what is kept, whether it can be opened, putting in, replacing and forgetting. No page shows a value."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import identity, secrets
from platform_core.errors import TradewindError
from platform_core.i18n import _
from platform_core.web.admin.addresses import ADMIN, go
from platform_core.web.context import actor
from platform_core.web.frame import page, shell
from platform_core.web.messages.rights import require_admin
from platform_core.web.messages.secret_uses import uses_of_secrets
from platform_core.web.shell import Crumb
from platform_core.web.telling import NOTHING, Told, done_toasts, told_by

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

SECRETS = "/admin/secrets"


@get(SECRETS, name="secrets")
async def show_secrets(request: AnyRequest) -> Response[str]:
    """The list, and the form for another one."""
    return await _page(request, {}, NOTHING)


@post(SECRETS, status_code=303, name="put_secret")
async def put_secret(request: AnyRequest) -> Response[str]:
    """Put a value in, in place of what was there. A refusal keeps name and note; the value has to be typed again."""
    who = require_admin(actor(request))
    form = await request.form()
    given = {name: str(form.get(name, "")).strip() for name in ("name", "note")}
    note = given["note"] if given["note"] or "note" in form else None
    try:
        await secrets.put(given["name"], str(form.get("value", "")), note=note, actor=who)
    except TradewindError as exc:
        return await _page(request, given, told_by(exc))
    return go(f"{SECRETS}?done=saved")


@post(SECRETS + "/{name:str}/remove", status_code=303, name="remove_secret")
async def remove_secret(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """Forget one."""
    await secrets.remove(name, actor=require_admin(actor(request)))
    return go(f"{SECRETS}?done=removed")


def secret_pages() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (show_secrets, put_secret, remove_secret)


async def _page(request: AnyRequest, given: dict[str, str], told: Told) -> Response[str]:
    who = require_admin(actor(request))
    kept = await secrets.listing()
    name = given.get("name") or request.query_params.get("name", "")
    return page(
        request,
        "messages/secrets.html",
        frame=shell(
            request, crumbs=(Crumb(_("Settings"), ADMIN), Crumb(_("Secrets"))), toasts=done_toasts(request)
        ),
        status=told.status,
        secrets=kept,
        names=await identity.names(one.changed_by for one in kept),
        uses=await uses_of_secrets(who),
        state=await secrets.state(),
        given={
            "name": name,
            "note": given.get("note") or next((one.note for one in kept if one.name == name), ""),
        },
        told=told,
        action=SECRETS,
    )
