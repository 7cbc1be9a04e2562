"""The sign-in page in its two steps, and what both have to show."""

from __future__ import annotations

from urllib.parse import quote

from litestar import Request, Response

from platform_core import i18n, identity
from platform_core.errors import TooManyRequests, TradewindError
from platform_core.i18n import _
from platform_core.identity import Session
from platform_core.web.context import visit
from platform_core.web.cookies import session_cookie
from platform_core.web.demo_door import demo_accounts
from platform_core.web.frame import page

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State


def first_step(
    request: AnyRequest, *, target: str, email: str = "", error: TradewindError | None = None, note: str = ""
) -> Response[str]:
    """Address and password, and the other services that vouch for people. `note` is good news."""
    _speak(request)
    ways = [
        {"label": one.label, "url": f"/login/with/{one.name}?next={quote(target, safe='/')}"}
        for one in identity.providers()
    ]
    return _answered(
        page(
            request,
            "web/sign_in.html",
            status=error.status if error else 200,
            email=email[:254],
            error=_told(error),
            note=note,
            next=target,
            ways=ways,
            demo=demo_accounts(),
        ),
        error,
    )


def second_step(
    request: AnyRequest, *, target: str, step: str, error: TradewindError | None = None
) -> Response[str]:
    """The code alone."""
    _speak(request)
    status = error.status if error else 200
    return _answered(
        page(request, "web/sign_in_code.html", status=status, step=step, error=_told(error), next=target),
        error,
    )


async def signed_in(request: AnyRequest, session: Session, target: str) -> Response[str]:
    """On to where somebody wanted to go; the session that this browser had before is over."""
    seen = visit(request)
    if seen.session is not None:
        await identity.sign_out(seen.session.id, actor=seen.actor)
    answer = Response("", status_code=303, headers={"Location": target})
    answer.set_cookie(session_cookie(seen, session))
    return answer


def _speak(request: AnyRequest) -> None:
    i18n.use(visit(request).language, visit(request).zone)


def _told(error: TradewindError | None) -> str:
    if error is None:
        return ""
    remedy = f" {_(error.remedy, **error.params)}" if error.remedy else ""
    return _(error.message, **error.params) + remedy


def _answered(answer: Response[str], error: TradewindError | None) -> Response[str]:
    if isinstance(error, TooManyRequests):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer
