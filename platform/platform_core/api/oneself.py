"""`/api/v1/me/…`: one's own preferences, sessions, API keys and second factor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import msgspec
from litestar import Request, Response, delete, get, patch, post, put
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import identity
from platform_core.api.paging import page
from platform_core.api.people_bodies import (
    Code,
    MadeKey,
    NewKey,
    OwnPassword,
    Preferences,
    RecoveryCodes,
    ToScan,
    key_of,
)
from platform_core.errors import NotFound
from platform_core.identity import Density, SecondFactor, Theme
from platform_core.web import actor

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

_FACTOR = "/api/v1/me/second-factor"
_NO_STORE = {"Cache-Control": "no-store"}


@get("/api/v1/me/preferences")
async def preferences(request: AnyRequest) -> Preferences:
    """How one wants to be spoken to."""
    user = await identity.user(actor(request).user_id)
    return Preferences(
        name=user.name,
        language=user.language,
        zone=user.zone,
        theme=user.theme,
        density=user.density,
        number_format=user.formats.numbers,
        date_format=user.formats.dates,
        first_day=user.formats.first_day or 0,
    )


@patch("/api/v1/me/preferences", status_code=204)
async def change_preferences(request: AnyRequest, data: Preferences) -> None:
    """Change some of it."""
    given = msgspec.structs.asdict(data)
    given["theme"], given["density"] = cast("Theme | None", data.theme), cast("Density | None", data.density)
    await identity.set_preferences(actor(request), **given)


@get("/api/v1/me/sessions")
async def sessions(request: AnyRequest) -> dict[str, object]:
    """Where one is signed in."""
    who = actor(request)
    return page(await identity.sessions_of(who.user_id, actor=who))


@delete("/api/v1/me/sessions/{session_id:str}", status_code=204)
async def end_session(request: AnyRequest, session_id: FromPath[str]) -> None:
    """End one of one's sessions."""
    who = actor(request)
    if session_id not in {one.id for one in await identity.sessions_of(who.user_id, actor=who)}:
        raise NotFound()
    await identity.end_session(session_id, actor=who)


@get("/api/v1/me/keys")
async def keys(request: AnyRequest) -> dict[str, object]:
    """One's own API keys, revoked ones too."""
    return page([key_of(key) for key in await identity.keys_of(actor(request).user_id)])


@post("/api/v1/me/keys", status_code=201)
async def make_key(request: AnyRequest, data: NewKey) -> Response[MadeKey]:
    """A new API key; `key` is told this once."""
    made, text = await identity.create_key(
        data.name, role=data.role, expires_at=data.expires_at, actor=actor(request)
    )
    answer = MadeKey(**msgspec.structs.asdict(key_of(made)), key=text)
    return Response(answer, status_code=201, headers=_NO_STORE)


@delete("/api/v1/me/keys/{key_id:str}", status_code=204)
async def revoke_key(request: AnyRequest, key_id: FromPath[str]) -> None:
    """End one of one's keys."""
    who = actor(request)
    if key_id not in {key.id for key in await identity.keys_of(who.user_id)}:
        raise NotFound()
    await identity.revoke_key(key_id, actor=who)


@get(_FACTOR)
async def second_factor(request: AnyRequest) -> SecondFactor:
    """Whether there is a second factor, and how many recovery codes are left."""
    return await identity.second_factor_of(actor(request).user_id)


@post(_FACTOR, status_code=200)
async def begin(request: AnyRequest) -> Response[ToScan]:
    """Begin to set it up: what the authenticator app is told."""
    made = await identity.begin_enrolment(actor(request))
    return Response(ToScan(made.secret, made.uri), status_code=200, headers=_NO_STORE)


@put(_FACTOR)
async def confirm(request: AnyRequest, data: Code) -> Response[RecoveryCodes]:
    """Switch it on with a first code; the recovery codes are told this once."""
    codes = await identity.confirm_enrolment(data.code, actor=actor(request))
    return Response(RecoveryCodes(codes), headers=_NO_STORE)


@post(_FACTOR + "/codes", status_code=200)
async def renew_codes(request: AnyRequest, data: OwnPassword) -> Response[RecoveryCodes]:
    """New recovery codes; the old ones end."""
    codes = await identity.renew_recovery_codes(data.password, actor=actor(request))
    return Response(RecoveryCodes(codes), status_code=200, headers=_NO_STORE)


@post(_FACTOR + "/off", status_code=204)
async def switch_off(request: AnyRequest, data: OwnPassword) -> None:
    """Go without it."""
    await identity.switch_off(data.password, actor=actor(request))


def oneself_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (
        preferences,
        change_preferences,
        sessions,
        end_session,
        keys,
        make_key,
        revoke_key,
        second_factor,
        begin,
        confirm,
        renew_codes,
        switch_off,
    )
