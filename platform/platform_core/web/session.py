"""The screens of signing in and out, one's own preferences, and the way to one's first screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from platform_core import identity
from platform_core.errors import TooManyRequests, Unauthorized
from platform_core.i18n import _
from platform_core.identity import Density, SecondFactorRequired, Theme
from platform_core.web.context import actor, visit
from platform_core.web.cookies import language_cookie, no_session_cookie
from platform_core.web.failure_pages import safe_next
from platform_core.web.frame import page
from platform_core.web.gate_language import chosen_language
from platform_core.web.navigation import home_of
from platform_core.web.sign_in_page import first_step, second_step, signed_in

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State


@get("/", name="home")
async def home(request: AnyRequest) -> Response[str]:
    """To the first screen of this person."""
    return _go(home_of(actor(request)))


@get("/welcome", name="welcome")
async def welcome(request: AnyRequest) -> Response[str]:
    """For somebody whose roles show nothing yet."""
    actor(request)
    return page(request, "web/welcome.html")


@get("/login", name="sign_in")
async def sign_in_form(request: AnyRequest) -> Response[str]:
    """The sign-in page; who is signed in goes on at once."""
    seen = visit(request)
    target = safe_next(request.query_params.get("next", "/"))
    if seen.signed_in:
        return _go(target)
    note = (
        _("Your password is set. Sign in with it.") if request.query_params.get("done") == "password" else ""
    )
    answer = first_step(request, target=target, note=note)
    if (wish := chosen_language(seen)) and wish == seen.language:
        answer.set_cookie(language_cookie(seen, wish))
    return answer


@post("/login", status_code=303, name="sign_in_post")
async def sign_in(request: AnyRequest) -> Response[str]:
    """Open a session and go on; a refusal shows the form again, with the address kept and the password gone.

    Where the account has a second factor, the second step asks for the code alone.
    """
    seen, form = visit(request), await request.form()
    email, password = str(form.get("email", "")), str(form.get("password", ""))
    target = safe_next(str(form.get("next", "/")))
    agent = seen.headers.get("user-agent", "")
    try:
        if step := str(form.get("step", "")):
            code = str(form.get("totp", ""))
            session = await identity.sign_in_second(
                step, code, ip=seen.ip, agent=agent, request_id=seen.request_id
            )
        else:
            session = await identity.sign_in(
                email, password, ip=seen.ip, agent=agent, request_id=seen.request_id, via="screen"
            )
    except SecondFactorRequired as exc:
        return second_step(request, target=target, step=exc.step)
    except (Unauthorized, TooManyRequests) as exc:
        if step and exc.code != "step_over":
            return second_step(request, target=target, step=step, error=exc)
        return first_step(request, target=target, email=email, error=exc)
    return await signed_in(request, session, target)


@post("/logout", status_code=303, name="sign_out")
async def sign_out(request: AnyRequest) -> Response[str]:
    """End the session; the browser forgets what it has stored for us."""
    seen = visit(request)
    if seen.session is not None:
        await identity.sign_out(seen.session.id, actor=seen.actor)
    answer = _go("/login")
    answer.set_cookie(no_session_cookie(seen))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@post("/me/preferences", status_code=303, name="preferences")
async def set_preferences(request: AnyRequest) -> Response[str]:
    """Change one's language, time zone, theme or row height, and go back to `next`."""
    form = await request.form()
    given = {name: str(form[name]) for name in ("language", "zone", "theme", "density") if name in form}
    await identity.set_preferences(
        actor(request),
        language=given.get("language"),
        zone=given.get("zone"),
        theme=cast("Theme | None", given.get("theme")),
        density=cast("Density | None", given.get("density")),
    )
    return _go(safe_next(str(form.get("next") or _came_from(request))))


def session_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (home, welcome, sign_in_form, sign_in, sign_out, set_preferences)


def _came_from(request: AnyRequest) -> str:
    """The path of the page that was posted from; our referrer policy sends it to ourselves only."""
    seen = visit(request)
    referer = seen.headers.get("referer", "")
    return referer.removeprefix(seen.origin) if referer.startswith(f"{seen.origin}/") else "/"


def _go(url: str) -> Response[str]:
    return Response("", status_code=303, headers={"Location": url})
