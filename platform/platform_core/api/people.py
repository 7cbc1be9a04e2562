"""`/api/v1/users`: accounts, for who may manage people (an admin, or a role with the action "users")."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import identity, permissions
from platform_core.api.paging import limit, page
from platform_core.api.people_bodies import (
    Account,
    NewAccount,
    OneTimeLink,
    OpenedAccount,
    PasswordToSet,
    account_of,
    key_of,
    opened_account_of,
)
from platform_core.errors import Invalid, NotFound
from platform_core.i18n import N_
from platform_core.identity import Actor, UserChanges
from platform_core.web import actor, mail_works, one_time_url, send_invitation

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

_USERS = "/api/v1/users"
_ONE = _USERS + "/{user_id:str}"
_STATES: Mapping[str, bool | None] = {"active": True, "closed": False, "all": None}

Action = Callable[[str, Actor], Awaitable[None]]
_ACTIONS: Mapping[str, Action] = {
    "deactivate": lambda user_id, who: identity.deactivate(user_id, actor=who),
    "reactivate": lambda user_id, who: identity.reactivate(user_id, actor=who),
    "unlock": lambda user_id, who: identity.unlock(user_id, actor=who),
    "reset-second-factor": lambda user_id, who: identity.reset_second_factor(user_id, actor=who),
}


def keeper(request: AnyRequest) -> Actor:
    """Who asks, if they may manage people. Raises Forbidden otherwise."""
    who = actor(request)
    identity.require_manager(who)
    return who


@get(_USERS)
async def users(request: AnyRequest) -> dict[str, object]:
    """Accounts by name. `q` finds by the beginning of a name or an address; `state` is active, closed or all."""
    keeper(request)
    asked = request.query_params
    state, size, cursor = asked.get("state", "active"), limit(asked.get("limit")), asked.get("cursor", "")
    if state not in _STATES:
        raise Invalid.one("/state", "unknown", N_("{value} is not known here."), value=state[:40])
    if cursor and not cursor.isdecimal():
        raise Invalid.one("/cursor", "unknown", N_("This page mark is not one of ours."))
    start = min(int(cursor or 0), 10_000_000)
    found = await identity.users(
        q=asked.get("q", ""),
        active=_STATES[state],
        role=asked.get("role") or None,
        team=asked.get("team") or None,
        limit=size,
        offset=start,
    )
    return page([account_of(one) for one in found], str(start + size) if len(found) == size else None)


@post(_USERS, status_code=201)
async def create(request: AnyRequest, data: NewAccount) -> Response[OpenedAccount]:
    """Open an account; nobody can sign in with it before its person has chosen a password by a link."""
    who = keeper(request)
    permissions.refuse_unknown_roles(data.roles)
    given = msgspec.structs.asdict(data)
    invite = given.pop("invite")
    made = await identity.create_user(**given, actor=who)
    link = None
    if invite:
        token = await identity.make_link(made.id, "invite", actor=who)
        if mail_works():
            await send_invitation(made, token, request=request, actor=who)
        else:
            link = one_time_url(request, token)
    headers = {"Location": f"{_USERS}/{made.id}", "Cache-Control": "no-store"}
    return Response(opened_account_of(made, link), status_code=201, headers=headers)


@get(_ONE)
async def one(request: AnyRequest, user_id: FromPath[str]) -> Account:
    """One account."""
    keeper(request)
    return account_of(await identity.user(user_id))


@patch(_ONE)
async def change(request: AnyRequest, user_id: FromPath[str], data: UserChanges) -> Account:
    """Change an account: all that is given, or nothing."""
    who = keeper(request)
    if isinstance(data.roles, tuple):
        permissions.refuse_unknown_roles(data.roles, held=(await identity.user(user_id)).roles)
    return account_of(await identity.change_user(user_id, data, actor=who))


@post(_ONE + "/{action:str}", status_code=204)
async def act(request: AnyRequest, user_id: FromPath[str], action: FromPath[str]) -> None:
    """deactivate, reactivate, unlock or reset-second-factor."""
    who = keeper(request)
    do = _ACTIONS.get(action)
    if do is None:
        raise NotFound()
    await do(user_id, who)


@post(_ONE + "/password", status_code=204)
async def set_password(request: AnyRequest, user_id: FromPath[str], data: PasswordToSet) -> None:
    """Set somebody's password; all their sessions end."""
    await identity.set_password(user_id, data.password, actor=keeper(request))


@post(_ONE + "/link", status_code=201)
async def make_link(request: AnyRequest, user_id: FromPath[str]) -> Response[OneTimeLink]:
    """A one-time link to choose a password, to hand over; it works for an hour."""
    token = await identity.make_link(user_id, "reset", actor=keeper(request))
    answer = OneTimeLink(one_time_url(request, token))
    return Response(answer, status_code=201, headers={"Cache-Control": "no-store"})


@get(_ONE + "/sessions")
async def sessions(request: AnyRequest, user_id: FromPath[str]) -> dict[str, object]:
    """Somebody's open sessions."""
    who = keeper(request)
    await identity.user(user_id)
    return page(await identity.sessions_of(user_id, actor=who))


@delete(_ONE + "/sessions/{session_id:str}", status_code=204)
async def end_session(request: AnyRequest, user_id: FromPath[str], session_id: FromPath[str]) -> None:
    """End one of them."""
    who = keeper(request)
    if session_id not in {one.id for one in await identity.sessions_of(user_id, actor=who)}:
        raise NotFound()
    await identity.end_session(session_id, actor=who)


@get(_ONE + "/keys")
async def keys(request: AnyRequest, user_id: FromPath[str]) -> dict[str, object]:
    """Somebody's API keys, revoked ones too."""
    keeper(request)
    await identity.user(user_id)
    return page([key_of(key) for key in await identity.keys_of(user_id)])


@delete(_ONE + "/keys/{key_id:str}", status_code=204)
async def revoke_key(request: AnyRequest, user_id: FromPath[str], key_id: FromPath[str]) -> None:
    """Revoke one of them."""
    who = keeper(request)
    await identity.user(user_id)
    if key_id not in {key.id for key in await identity.keys_of(user_id)}:
        raise NotFound()
    await identity.revoke_key(key_id, actor=who)


def people_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (
        users,
        create,
        one,
        change,
        act,
        set_password,
        make_link,
        sessions,
        end_session,
        keys,
        revoke_key,
    )
