"""`/admin/inbox`: what other systems have sent, what failed and why; the addresses they are given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import audit, identity, inbox, secrets, settings
from platform_core.errors import Invalid, TradewindError
from platform_core.i18n import N_, _
from platform_core.web.admin.addresses import ADMIN, go
from platform_core.web.context import actor, visit
from platform_core.web.frame import page, shell
from platform_core.web.messages.rights import require_admin
from platform_core.web.shell import Crumb, Option, Shell, Tab
from platform_core.web.telling import NOTHING, Told, done_toasts, told_by

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

INBOX = "/admin/inbox"
ADDRESSES = INBOX + "/addresses"
_SHOWN = 50
_STATES = {
    "received": ("sky", N_("Waiting")),
    "done": ("good", N_("Done")),
    "failed": ("danger", N_("Failed")),
}
_EXAMPLE = '{"form": "lead", "fields": {"company_name": "/company/name", "email": "/email"}}'


@get(INBOX, name="inbox")
async def show_inbox(request: AnyRequest) -> Response[str]:
    """What came in, the newest first."""
    require_admin(actor(request))
    asked = request.query_params
    state = asked.get("state", "") if asked.get("state") in _STATES else ""
    before = asked.get("before", "")
    found = await inbox.listing(state=state, before=before, limit=_SHOWN + 1)
    counts = await inbox.counts()
    more = f"{INBOX}?before={found[_SHOWN - 1].id}&state={state}" if len(found) > _SHOWN else ""
    return page(
        request,
        "messages/inbox.html",
        frame=_frame(request, Crumb(_("Received"))),
        received=found[:_SHOWN],
        states=_STATES,
        tabs=_tabs(counts),
        current=state or "all",
        more_url=more,
        url=INBOX,
        addresses_url=ADDRESSES,
    )


@get(INBOX + "/{received:uuid}", name="received")
async def show_received(request: AnyRequest, received: FromPath[UUID]) -> Response[str]:
    """One, raw: people's data, so looking is noted."""
    who = require_admin(actor(request))
    found = await inbox.find(str(received))
    await audit.write("inbox.read", actor=who, kind="inbox", subject=f"inbox/{found.id}")
    return page(
        request,
        "messages/received.html",
        frame=_frame(request, Crumb(_("Received"), INBOX), Crumb(found.source)),
        found=found,
        text=_readable(found.payload),
        state=_STATES[found.state],
        url=INBOX,
    )


@post(INBOX + "/{received:uuid}/retry", status_code=303, name="retry_received")
async def retry_received(request: AnyRequest, received: FromPath[UUID]) -> Response[str]:
    """Work on a failed one again."""
    await inbox.retry(str(received), actor=require_admin(actor(request)))
    return go(f"{INBOX}/{received}?done=retried")


@get(ADDRESSES, name="inbox_addresses")
async def show_addresses(request: AnyRequest) -> Response[str]:
    """The addresses, and the form for another one."""
    return await _addresses(request, {}, NOTHING)


@post(ADDRESSES, status_code=200, name="add_inbox_address")
async def add_address(request: AnyRequest) -> Response[str]:
    """Make an address and show it, once."""
    who = require_admin(actor(request))
    form = await request.form()
    names = ("name", "receiver", "acts_for", "settings", "signature_secret", "signature_header")
    given = {name: str(form.get(name, "")).strip() for name in names}
    try:
        endpoint, token = await inbox.add_endpoint(await _new(given), actor=who)
    except TradewindError as exc:
        return await _addresses(request, given, told_by(exc))
    return await _addresses(request, {}, NOTHING, made=_address(request, endpoint.receiver, token))


@post(ADDRESSES + "/{endpoint:uuid}", status_code=200, name="change_inbox_address")
async def change_address(request: AnyRequest, endpoint: FromPath[UUID]) -> Response[str]:
    """`do`: on, off, renew (shows the new address, once) or remove."""
    who, wish = require_admin(actor(request)), str((await request.form()).get("do", ""))
    if wish == "renew":
        found = await inbox.find_endpoint(str(endpoint))
        token = await inbox.renew_token(found.id, actor=who)
        return await _addresses(request, {}, NOTHING, made=_address(request, found.receiver, token))
    if wish == "remove":
        await inbox.remove_endpoint(str(endpoint), actor=who)
    else:
        await inbox.switch_endpoint(str(endpoint), wish == "on", actor=who)
    return go(f"{ADDRESSES}?done={'removed' if wish == 'remove' else 'saved'}")


def inbox_pages() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (show_inbox, show_received, retry_received, show_addresses, add_address, change_address)


async def _new(given: Mapping[str, str]) -> inbox.NewEndpoint:
    try:
        read: object = msgspec.json.decode(given["settings"].encode() or b"{}")
    except msgspec.DecodeError as exc:
        raise Invalid.one("/settings", "json", N_("This is not JSON: {reason}"), reason=str(exc)) from exc
    if not isinstance(read, dict):
        raise Invalid.one("/settings", "json", N_("Settings are an object in braces."))
    people = await identity.find_people([given["acts_for"]])
    person = people.get(given["acts_for"])
    return inbox.NewEndpoint(
        name=given["name"],
        receiver=given["receiver"],
        acts_for=person.id if person else "",
        settings=cast("dict[str, object]", read),
        signature_secret=given["signature_secret"] or None,
        signature_header=given["signature_header"] or None,
    )


async def _addresses(
    request: AnyRequest, given: Mapping[str, str], told: Told, made: str = ""
) -> Response[str]:
    who = require_admin(actor(request))
    found = await inbox.endpoints()
    receivers = [Option(one.name, _(one.label)) for one in inbox.receivers().values()]
    start = {
        "name": "",
        "receiver": "webhook",
        "acts_for": who.email,
        "settings": "",
        "signature_secret": "",
        "signature_header": "",
    }
    return page(
        request,
        "messages/addresses.html",
        frame=_frame(request, Crumb(_("Received"), INBOX), Crumb(_("Addresses"))),
        status=told.status,
        endpoints=found,
        labels={option.value: option.label for option in receivers},
        names=await identity.names(one.acts_for for one in found),
        receivers=receivers,
        secret_names=[Option(name, name) for name in await secrets.names()],
        given={**start, **given},
        example=_EXAMPLE,
        told=told,
        made=made,
        action=ADDRESSES,
        url=INBOX,
    )  # fmt: skip


def _address(request: AnyRequest, receiver: str, token: str) -> str:
    base = settings.current().public_url or visit(request).origin
    return f"{base.rstrip('/')}/hooks/{receiver}/{token}"


def _readable(payload: bytes) -> str:
    """JSON indented, anything else as it came."""
    try:
        return msgspec.json.format(payload, indent=2).decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return payload.decode("utf-8", "replace")


def _frame(request: AnyRequest, *crumbs: Crumb) -> Shell:
    return shell(request, crumbs=(Crumb(_("Settings"), ADMIN), *crumbs), toasts=done_toasts(request))


def _tabs(counts: Mapping[str, int]) -> tuple[Tab, ...]:
    tones = {"failed": "danger"}
    return (
        Tab("all", _("All"), INBOX),
        *(
            Tab(state, _(word), f"{INBOX}?state={state}", counts[state] or None, tones.get(state, ""))  # type: ignore[arg-type]  # both are tones
            for state, (_tone, word) in _STATES.items()
        ),
    )
