"""`/me/security`: the password, the second factor, and where one is signed in."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import identity
from platform_core.errors import TradewindError
from platform_core.i18n import _
from platform_core.web.context import actor
from platform_core.web.frame import page
from platform_core.web.me.places import SECOND_FACTOR, SECURITY, AnyRequest, frame, tabs
from platform_core.web.shell import Crumb
from platform_core.web.telling import NOTHING, Told, told_by, went


@get(SECURITY, name="me_security")
async def security(request: AnyRequest) -> Response[str]:
    """How one signs in, and what is open."""
    return await security_page(request, NOTHING)


@post(SECURITY + "/password", status_code=303, name="change_own_password")
async def change_password(request: AnyRequest) -> Response[str]:
    """A new password, for who knows the present one."""
    who, form = actor(request), await request.form()
    new = str(form.get("new", ""))
    try:
        if new != str(form.get("again", "")):
            return await security_page(request, Told({"again": [_("The two are not the same.")]}, status=422))
        await identity.change_password(str(form.get("current", "")), new, actor=who)
    except TradewindError as error:
        return await security_page(request, told_by(error))
    return went(SECURITY, "password")


@post("/me/sessions/{session_id:str}/end", status_code=303, name="end_own_session")
async def end_session(request: AnyRequest, session_id: FromPath[str]) -> Response[str]:
    """End one of one's sessions."""
    await identity.end_session(session_id, actor=actor(request))
    return went(SECURITY, "ended")


@post("/me/sessions/end-others", status_code=303, name="end_other_sessions")
async def end_others(request: AnyRequest) -> Response[str]:
    """End all of them but this one."""
    await identity.end_other_sessions(actor=actor(request))
    return went(SECURITY, "ended")


async def security_page(request: AnyRequest, told: Told) -> Response[str]:
    """The page; `told` is about the password or the second factor, by the names of the fields."""
    who = actor(request)
    return page(
        request,
        "me/security.html",
        frame=frame(request, Crumb(_("Security"))),
        status=told.status,
        tabs=tabs(),
        told=told,
        factor=await identity.second_factor_of(who.user_id),
        sessions=await identity.sessions_of(who.user_id, actor=who),
        url=SECURITY,
        factor_url=SECOND_FACTOR,
        sessions_url="/me/sessions/",
    )


def security_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (security, change_password, end_session, end_others)
