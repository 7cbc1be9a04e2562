"""`/login/with/{service}`: to another service that vouches for people, and back from it."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Request, Response, get
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import identity, settings
from platform_core.errors import Unauthorized
from platform_core.identity import Arrival, Caller, ServiceFailed
from platform_core.web.context import Visit, visit
from platform_core.web.failure_pages import safe_next
from platform_core.web.gate_entry import cookie
from platform_core.web.sign_in_page import first_step, signed_in

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

_MINUTES = 10


@get("/login/with/{service:str}", status_code=303, name="sign_in_elsewhere")
async def depart(request: AnyRequest, service: FromPath[str]) -> Response[str]:
    """To the service. A link rather than a form: our pages post to nobody but us."""
    seen = visit(request)
    target = safe_next(request.query_params.get("next", "/"))
    try:
        departure = await identity.depart(service, target=target, redirect_uri=_redirect_uri(seen, service))
    except ServiceFailed as exc:
        return first_step(request, target=target, error=exc)
    answer = Response("", status_code=303, headers={"Location": departure.url, "Cache-Control": "no-store"})
    answer.set_cookie(_journey_cookie(seen, departure.browser, _MINUTES * 60))
    return answer


@get("/login/with/{service:str}/back", status_code=303, name="signed_in_elsewhere")
async def arrive(request: AnyRequest, service: FromPath[str]) -> Response[str]:
    """Back from the service, with its word or without."""
    seen, given = visit(request), request.query_params
    arrival = Arrival(
        state=given.get("state", ""),
        code=given.get("code", ""),
        browser=cookie(seen, _cookie_name(seen)),
        error=given.get("error", ""),
        issuer=given.get("iss", ""),
    )
    caller = Caller(
        ip=seen.ip, agent=seen.headers.get("user-agent", ""), request_id=seen.request_id, via="screen"
    )
    try:
        session, target = await identity.arrive(
            service, arrival, redirect_uri=_redirect_uri(seen, service), caller=caller
        )
    except (Unauthorized, ServiceFailed) as exc:
        answer = first_step(request, target="/", error=exc)
    else:
        answer = await signed_in(request, session, safe_next(target))
    answer.set_cookie(_journey_cookie(seen, "", 0))
    return answer


def other_service_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (depart, arrive)


def _redirect_uri(seen: Visit, service: str) -> str:
    origin = settings.current().public_url or seen.origin
    return f"{origin.rstrip('/')}/login/with/{service}/back"


def _cookie_name(seen: Visit) -> str:
    return "__Host-tradewind-journey" if seen.is_secure else "tradewind_journey"


def _journey_cookie(seen: Visit, value: str, age: int) -> Cookie:
    # Lax: the browser comes back by a link on another site, and must bring it along.
    return Cookie(
        key=_cookie_name(seen), value=value, max_age=age, path="/", secure=seen.is_secure, httponly=True,
        samesite="lax",
    )  # fmt: skip
