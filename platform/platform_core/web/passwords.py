"""`/password/forgot` and `/password/new`: a way back for who has forgotten the password, and in for who is invited."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Request, Response, get, post
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler

from platform_core import identity
from platform_core.errors import NotFound, TooManyRequests, TradewindError
from platform_core.i18n import _
from platform_core.web.context import visit
from platform_core.web.frame import page
from platform_core.web.people.letters import ask_for_reset, mail_works
from platform_core.web.telling import NOTHING, Told, told_by, went

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

_NEW = "/password/new"


@get("/password/forgot", name="forgotten")
async def forgotten(request: AnyRequest) -> Response[str]:
    """Asks for the address, or says whom to ask where no mail is sent."""
    return _forgotten_page(request)


@post("/password/forgot", status_code=303, name="ask_for_reset")
async def ask(request: AnyRequest) -> Response[str]:
    """The same answer for every address, known or not."""
    seen, form = visit(request), await request.form()
    email = str(form.get("email", "")).strip()
    if not mail_works():
        return _forgotten_page(request)
    try:
        if email and await identity.count_wish(email, seen.ip):
            await ask_for_reset(email, request=request)
    except TooManyRequests as exc:
        answer = _forgotten_page(request, told=told_by(exc), email=email)
        answer.headers["Retry-After"] = str(exc.retry_after)
        return answer
    return _forgotten_page(request, asked=True)


@get(_NEW, name="new_password")
async def new_password(request: AnyRequest, token: FromQuery[str] = "") -> Response[str]:
    """Asks for the new password, where the link still opens something."""
    try:
        purpose, account = await identity.owner_of(token)
    except NotFound as exc:
        return _over_page(request, exc)
    return _new_page(request, token, purpose, account, NOTHING)


@post(_NEW, status_code=303, name="set_new_password")
async def set_new_password(request: AnyRequest) -> Response[str]:
    """Set it, and go to sign in: a second factor is asked for there."""
    form = await request.form()
    token, new = str(form.get("token", "")), str(form.get("password", ""))
    try:
        purpose, account = await identity.owner_of(token)
    except NotFound as exc:
        return _over_page(request, exc)
    if new != str(form.get("again", "")):
        told = Told({"again": [_("The two are not the same.")]}, status=422)
        return _new_page(request, token, purpose, account, told)
    try:
        await identity.set_password_by_link(token, new, actor=visit(request).actor)
    except NotFound as exc:
        return _over_page(request, exc)
    except TradewindError as exc:
        return _new_page(request, token, purpose, account, told_by(exc))
    return went("/login", "password")


def password_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (forgotten, ask, new_password, set_new_password)


def _forgotten_page(
    request: AnyRequest, *, told: Told = NOTHING, email: str = "", asked: bool = False
) -> Response[str]:
    return page(
        request,
        "web/password_forgotten.html",
        status=told.status,
        told=told,
        email=email[:254],
        asked=asked,
        mail_works=mail_works(),
    )


def _new_page(
    request: AnyRequest, token: str, purpose: str, account: identity.User, told: Told
) -> Response[str]:
    return page(
        request,
        "web/password_new.html",
        status=told.status,
        told=told,
        token=token,
        invited=purpose == "invite",
        email=account.email,
        name=account.name,
        action=_NEW,
    )


def _over_page(request: AnyRequest, error: NotFound) -> Response[str]:
    return page(
        request,
        "web/password_new.html",
        status=404,
        told=Told(text=_(error.message, **error.params), remedy=_(error.remedy) if error.remedy else ""),
        token="",
        invited=False,
        email="",
        name="",
        action=_NEW,
    )
