"""`/api/v1/session` and `/api/v1/me`: signing in and out, and who one is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.types import ControllerRouterHandler
from msgspec import Meta

from platform_core import identity, permissions
from platform_core.identity import Actor
from platform_core.web import actor, no_session_cookie, session_cookie, visit

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    """What one signs in with. `totp` is the code of the authenticator app, or a recovery code, where the account has a
    second factor."""

    email: Annotated[str, Meta(max_length=320)]
    password: Annotated[str, Meta(max_length=1024)]
    totp: Annotated[str, Meta(max_length=20)] | None = None


class Me(msgspec.Struct):
    """Who is signed in. `actions` are what the roles allow beyond records; `teams` the own one and all below."""

    id: str
    email: str
    name: str
    language: str
    zone: str
    roles: list[str]
    team: str | None
    teams: list[str]
    territories: list[str]
    actions: list[str]
    admin: bool


class SignedIn(msgspec.Struct):
    """The answer to signing in. Send `csrf_token` back as X-CSRF-Token with every change."""

    user: Me
    csrf_token: str


@post("/api/v1/session", status_code=200)
async def sign_in(request: AnyRequest, data: Credentials) -> Response[SignedIn]:
    """Open a session; the cookie carries it. Where the account has a second factor, 401 "totp_required" asks for a code."""
    seen = visit(request)
    session = await identity.sign_in(
        data.email,
        data.password,
        code=data.totp,
        ip=seen.ip,
        agent=seen.headers.get("user-agent", ""),
        request_id=seen.request_id,
    )
    if seen.session is not None:
        await identity.sign_out(seen.session.id, actor=seen.actor)
    signed_in = SignedIn(_me(await identity.actor_of(session.user_id, "api")), session.csrf_token)
    answer = Response(signed_in, headers={"Cache-Control": "no-store"})
    answer.set_cookie(session_cookie(seen, session))
    return answer


@delete("/api/v1/session", status_code=204)
async def sign_out(request: AnyRequest) -> Response[None]:
    """End the session; without one nothing happens."""
    seen = visit(request)
    if seen.session is not None:
        await identity.sign_out(seen.session.id, actor=seen.actor)
    answer = Response(None, status_code=204)
    answer.set_cookie(no_session_cookie(seen))
    return answer


@get("/api/v1/me")
async def me(request: AnyRequest) -> Me:
    """Who is signed in."""
    return _me(actor(request))


class NewPassword(msgspec.Struct, forbid_unknown_fields=True):
    """One's present password and the one to be."""

    current: Annotated[str, Meta(max_length=1024)]
    new: Annotated[str, Meta(max_length=1024)]


@post("/api/v1/me/password", status_code=204)
async def change_password(request: AnyRequest, data: NewPassword) -> None:
    """Change one's own password; one's other sessions end."""
    await identity.change_password(data.current, data.new, actor=actor(request))


@get("/api/v1/session")
async def session_now(request: AnyRequest) -> SignedIn:
    """Who is signed in, with the token that changes need: for a page that was just opened."""
    return SignedIn(_me(actor(request)), visit(request).csrf_token)


def session_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (sign_in, sign_out, session_now, me, change_password)


def _me(who: Actor) -> Me:
    return Me(
        id=who.user_id,
        email=who.email,
        name=who.name,
        language=who.language,
        zone=who.zone,
        roles=list(who.roles),
        team=who.team,
        teams=list(who.teams),
        territories=list(who.territories),
        actions=sorted(permissions.actions(who)),
        admin=who.is_admin,
    )
