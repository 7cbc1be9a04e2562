"""`/admin/mail`: how the mail server stands, what waits and what was given up, and a mail to try it with."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import audit, jobs, notifications
from platform_core.errors import NotFound, TradewindError
from platform_core.i18n import _
from platform_core.notifications import Tried
from platform_core.web.admin.addresses import ADMIN, go
from platform_core.web.context import actor
from platform_core.web.frame import page, shell
from platform_core.web.messages.rights import require_admin
from platform_core.web.shell import Crumb
from platform_core.web.telling import NOTHING, Told, done_toasts, told_by

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

MAIL = "/admin/mail"
_SHOWN = 20


@get(MAIL, name="mail")
async def show_mail(request: AnyRequest) -> Response[str]:
    """The state of mail."""
    return await _page(request, None, NOTHING)


@post(MAIL + "/test", status_code=200, name="test_mail")
async def try_mail(request: AnyRequest) -> Response[str]:
    """Send oneself a mail now and show what the server says."""
    who = require_admin(actor(request))
    try:
        tried = await notifications.send_test(who)
    except TradewindError as exc:
        return await _page(request, None, told_by(exc))
    await audit.write(
        "mail.test", actor=who, kind="mail", subject="mail/test", detail={"outcome": tried.outcome}
    )
    return await _page(request, tried, NOTHING)


@post(MAIL + "/{job:str}/retry", status_code=303, name="retry_mail")
async def retry_mail(request: AnyRequest, job: FromPath[str]) -> Response[str]:
    """Try a mail again that was given up."""
    who = require_admin(actor(request))
    found = await jobs.get(job)
    if found is None or found.kind != notifications.MAIL or not await jobs.retry(job):
        raise NotFound()
    await audit.write("mail.retry", actor=who, kind="job", subject=f"job/{job}")
    return go(f"{MAIL}?done=retried")


def mail_pages() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (show_mail, try_mail, retry_mail)


async def _page(request: AnyRequest, tried: Tried | None, told: Told) -> Response[str]:
    require_admin(actor(request))
    return page(
        request,
        "messages/mail.html",
        frame=shell(
            request, crumbs=(Crumb(_("Settings"), ADMIN), Crumb(_("Mail"))), toasts=done_toasts(request)
        ),
        status=told.status,
        mail=await notifications.mail_state(),
        dead=await jobs.find(kind=notifications.MAIL, state="dead", limit=_SHOWN),
        tried=tried,
        told=told,
        url=MAIL,
    )
