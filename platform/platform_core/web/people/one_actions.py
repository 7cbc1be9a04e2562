"""What is done to one account at a press: closing, letting in again, a new way to a password, ending what is open."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from litestar import Response, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import identity
from platform_core.errors import TradewindError
from platform_core.i18n import _
from platform_core.web.frame import page
from platform_core.web.people.letters import mail_works, one_time_url, send_invitation
from platform_core.web.people.one import ONE, person_page
from platform_core.web.people.places import PEOPLE, AnyRequest, frame, keeper
from platform_core.web.shell import Crumb
from platform_core.web.telling import told_by, went


@post(ONE + "/deactivate", status_code=303, name="deactivate_person")
async def deactivate(request: AnyRequest, user_id: FromPath[str]) -> Response[str]:
    """Close the account."""
    return await _doing(request, user_id, identity.deactivate(user_id, actor=keeper(request)), "deactivated")


@post(ONE + "/reactivate", status_code=303, name="reactivate_person")
async def reactivate(request: AnyRequest, user_id: FromPath[str]) -> Response[str]:
    """Open it again."""
    return await _doing(request, user_id, identity.reactivate(user_id, actor=keeper(request)), "reactivated")


@post(ONE + "/unlock", status_code=303, name="unlock_person")
async def unlock(request: AnyRequest, user_id: FromPath[str]) -> Response[str]:
    """Forget the failed sign-ins."""
    return await _doing(request, user_id, identity.unlock(user_id, actor=keeper(request)), "unlocked")


@post(ONE + "/second-factor", status_code=303, name="reset_second_factor")
async def reset_second_factor(request: AnyRequest, user_id: FromPath[str]) -> Response[str]:
    """Take the second factor away."""
    work = identity.reset_second_factor(user_id, actor=keeper(request))
    return await _doing(request, user_id, work, "factor_off")


@post(ONE + "/password", status_code=303, name="set_password_of_person")
async def set_password(request: AnyRequest, user_id: FromPath[str]) -> Response[str]:
    """Set a password to hand over."""
    who, form = keeper(request), await request.form()
    work = identity.set_password(user_id, str(form.get("password", "")), actor=who)
    return await _doing(request, user_id, work, "password")


@post(ONE + "/link", status_code=303, name="link_for_person")
async def make_link(request: AnyRequest, user_id: FromPath[str]) -> Response[str]:
    """A one-time link to choose a password: by mail, or shown once to be handed over."""
    who, form = keeper(request), await request.form()
    account = await identity.user(user_id)
    by_mail = form.get("by") == "mail" and mail_works()
    try:
        token = await identity.make_link(user_id, "invite" if by_mail else "reset", actor=who)
    except TradewindError as error:
        return await person_page(request, account, who, told=told_by(error))
    url = f"{PEOPLE}/{user_id}"
    if by_mail:
        await send_invitation(account, token, request=request, actor=who)
        return went(url, "invited")
    return page(
        request,
        "people/link.html",
        frame=frame(request, Crumb(account.name, url), Crumb(_("One-time link"))),
        person=account,
        link=one_time_url(request, token),
        days=0,
        back_url=url,
    )


@post(ONE + "/sessions/{session_id:str}/end", status_code=303, name="end_session_of_person")
async def end_session(
    request: AnyRequest, user_id: FromPath[str], session_id: FromPath[str]
) -> Response[str]:
    """End one session."""
    work = identity.end_session(session_id, actor=keeper(request))
    return await _doing(request, user_id, work, "ended")


@post(ONE + "/keys/{key_id:str}/revoke", status_code=303, name="revoke_key_of_person")
async def revoke_key(request: AnyRequest, user_id: FromPath[str], key_id: FromPath[str]) -> Response[str]:
    """Revoke one API key."""
    return await _doing(request, user_id, identity.revoke_key(key_id, actor=keeper(request)), "revoked")


def action_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (
        deactivate,
        reactivate,
        unlock,
        reset_second_factor,
        set_password,
        make_link,
        end_session,
        revoke_key,
    )


async def _doing(request: AnyRequest, user_id: str, work: Awaitable[None], done: str) -> Response[str]:
    """Do it and come back to the account, with what was done, or with what was wrong."""
    try:
        await work
    except TradewindError as error:
        return await person_page(request, await identity.user(user_id), keeper(request), told=told_by(error))
    return went(f"{PEOPLE}/{user_id}", done)
