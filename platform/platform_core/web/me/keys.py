"""`/me/keys`: API keys, with which programs act for oneself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import clock, identity, permissions
from platform_core.errors import TradewindError
from platform_core.i18n import _
from platform_core.identity import Actor
from platform_core.web.context import actor
from platform_core.web.frame import page
from platform_core.web.me.places import KEYS, AnyRequest, frame, tabs
from platform_core.web.shell import Crumb, Option
from platform_core.web.telling import NOTHING, Told, told_by, went

_FIRST_END = timedelta(days=365)


@get(KEYS, name="me_keys")
async def keys(request: AnyRequest) -> Response[str]:
    """One's own keys, and a new one."""
    who = actor(request)
    ends = (clock.now() + _FIRST_END).astimezone(ZoneInfo(who.zone)).date().isoformat()
    return await _page(request, who, {"name": "", "role": "", "expires": ends}, NOTHING)


@post(KEYS, status_code=303, name="make_key")
async def make_key(request: AnyRequest) -> Response[str]:
    """A new key, shown this once."""
    who, form = actor(request), await request.form()
    given = {name: str(form.get(name, "")).strip() for name in ("name", "role", "expires")}
    try:
        ends = _end_of(given["expires"], who.zone)
    except ValueError:
        told = Told({"expires_at": [_("Give a date, or leave it empty.")]}, status=422)
        return await _page(request, who, given, told)
    try:
        made, text = await identity.create_key(given["name"], role=given["role"], expires_at=ends, actor=who)
    except TradewindError as error:
        return await _page(request, who, given, told_by(error))
    crumbs = (Crumb(_("API keys"), KEYS), Crumb(made.name))
    return page(request, "me/key.html", frame=frame(request, *crumbs), key=made, text=text, back_url=KEYS)


@post(KEYS + "/{key_id:str}/revoke", status_code=303, name="revoke_own_key")
async def revoke(request: AnyRequest, key_id: FromPath[str]) -> Response[str]:
    """End a key."""
    await identity.revoke_key(key_id, actor=actor(request))
    return went(KEYS, "revoked")


def key_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (keys, make_key, revoke)


def _end_of(day: str, zone: str) -> datetime | None:
    """The end of that day where the person is; ValueError where it is no day."""
    if not day:
        return None
    begins = datetime.fromisoformat(day).replace(hour=0, minute=0, tzinfo=ZoneInfo(zone))
    return (begins + timedelta(days=1)).astimezone(UTC)


async def _page(request: AnyRequest, who: Actor, given: Mapping[str, str], told: Told) -> Response[str]:
    choices = permissions.role_choices()
    held = set(who.roles)
    own = [one for one in choices if who.is_admin or held & {one.name, one.full_name}]
    options = [Option(next(iter(held & {one.name, one.full_name}), one.name), one.label) for one in own]
    found = [key for key in await identity.keys_of(who.user_id) if key.works]
    return page(
        request,
        "me/keys.html",
        frame=frame(request, Crumb(_("API keys"))),
        status=told.status,
        tabs=tabs(),
        told=told,
        given=given,
        roles=options,
        labels={option.value: option.label for option in options},
        keys=found,
        url=KEYS,
    )
