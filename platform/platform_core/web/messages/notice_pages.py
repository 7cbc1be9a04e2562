"""`/notifications`: one's notices, the panel behind the bell, and what one wants to be told of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import notifications
from platform_core.i18n import _
from platform_core.notifications import Delivery
from platform_core.web.admin.addresses import go
from platform_core.web.context import actor
from platform_core.web.failure_pages import safe_next
from platform_core.web.frame import page, shell
from platform_core.web.shell import Crumb, Option, Tab
from platform_core.web.telling import done_toasts

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

NOTICES = "/notifications"
PREFERENCES = NOTICES + "/preferences"
_IN_PANEL = 8


@get(NOTICES, name="notices")
async def show_notices(request: AnyRequest) -> Response[str]:
    """The newest first; `?unread=1` shows what is new, `?before=` goes on."""
    unread = request.query_params.get("unread") == "1"
    found = await notifications.inbox_of(
        actor(request), unread=unread, before=request.query_params.get("before") or None
    )
    more = f"{NOTICES}?before={found.next_before}{'&unread=1' if unread else ''}" if found.next_before else ""
    return page(
        request,
        "messages/notices.html",
        frame=shell(request, crumbs=(Crumb(_("Notices")),), toasts=done_toasts(request)),
        notices=found.items,
        unread=found.unread,
        tabs=_tabs(),
        current="new" if unread else "all",
        more_url=more,
        url=NOTICES,
    )


@get(NOTICES + "/panel", name="notice_panel")
async def notice_panel(request: AnyRequest) -> Response[str]:
    """What opens below the bell."""
    found = await notifications.inbox_of(actor(request), limit=_IN_PANEL)
    return page(
        request, "messages/_panel.html", notices=found.items, unread=found.unread, url=NOTICES, settings_url=PREFERENCES
    )  # fmt: skip


@get(NOTICES + "/{notice:uuid}", name="open_notice")
async def open_notice(request: AnyRequest, notice: FromPath[UUID]) -> Response[str]:
    """Go where a notice leads, and mark it read: opening it is reading it."""
    who = actor(request)
    found = await notifications.find(str(notice), who)
    if found.read_at is None:
        await notifications.mark_read(found.id, who)
    return go(found.link or NOTICES)


@post(NOTICES + "/{notice:uuid}", status_code=303, name="mark_notice")
async def mark_notice(request: AnyRequest, notice: FromPath[UUID]) -> Response[str]:
    """`do`: read, new or remove; back to `next`."""
    who, form = actor(request), await request.form()
    if form.get("do") == "remove":
        await notifications.remove(str(notice), who)
    else:
        await notifications.mark_read(str(notice), who, read=form.get("do") != "new")
    return go(safe_next(str(form.get("next") or NOTICES)))


@post(NOTICES + "/read", status_code=303, name="read_notices")
async def read_notices(request: AnyRequest) -> Response[str]:
    """Mark all as read; `until` spares those that came after the page was shown."""
    form = await request.form()
    await notifications.mark_all_read(actor(request), until=str(form.get("until") or "") or None)
    return go(safe_next(str(form.get("next") or NOTICES)))


@get(PREFERENCES, name="notice_preferences")
async def show_preferences(request: AnyRequest) -> Response[str]:
    """What one wants to be told of, and how."""
    return page(
        request,
        "messages/preferences.html",
        frame=shell(
            request,
            crumbs=(Crumb(_("Notices"), NOTICES), Crumb(_("What I am told"))),
            toasts=done_toasts(request),
        ),
        preferences=await notifications.preferences(actor(request)),
        deliveries=(
            Option("off", _("No mail")), Option("now", _("At once")), Option("daily", _("Once a day")),
        ),
        mail_set_up=notifications.mail_is_set_up(),
        tabs=_tabs(),
        action=PREFERENCES,
    )  # fmt: skip


@post(PREFERENCES, status_code=303, name="set_notice_preferences")
async def set_preferences(request: AnyRequest) -> Response[str]:
    """Keep what was chosen for every topic of the form."""
    who, form = actor(request), await request.form()
    for one in await notifications.preferences(who):
        name = one.topic.name
        if f"mail.{name}" not in form:
            continue
        wish = (str(form.get(f"in_app.{name}")) == "true", str(form[f"mail.{name}"]))
        if wish != (one.in_app, one.mail):
            await notifications.prefer(name, in_app=wish[0], mail=cast("Delivery", wish[1]), actor=who)
    return go(f"{PREFERENCES}?done=saved")


def notice_pages() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (
        show_notices, notice_panel, open_notice, mark_notice, read_notices, show_preferences, set_preferences,
    )  # fmt: skip


def _tabs() -> tuple[Tab, ...]:
    return (
        Tab("all", _("All"), NOTICES),
        Tab("new", _("New"), f"{NOTICES}?unread=1"),
        Tab("preferences", _("What I am told"), PREFERENCES),
    )
