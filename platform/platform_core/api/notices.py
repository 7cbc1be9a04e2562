"""`/api/v1/notifications`: one's own notices, and what one wants to be told of."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from litestar import Request, delete, get, patch, post, put
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import notifications
from platform_core.api.definition_bodies import body
from platform_core.api.paging import limit as limit_of
from platform_core.i18n import _
from platform_core.notifications import Delivery, Notice
from platform_core.web import actor

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State


class NoticeList(msgspec.Struct, kw_only=True):
    """A page of notices. `unread` counts all that are new, at most 100."""

    items: list[Notice]
    unread: int
    next_cursor: str | None


class NoticeChange(msgspec.Struct, forbid_unknown_fields=True):
    """What can be changed of a notice."""

    read: bool


class PreferenceView(msgspec.Struct, kw_only=True):
    """How one is told of a topic. `chosen` false: what counts for everybody."""

    topic: str
    label: str
    text: str
    in_app: bool
    mail: Delivery
    chosen: bool


class PreferenceChange(msgspec.Struct, forbid_unknown_fields=True):
    """How one wants to be told."""

    in_app: bool
    mail: Delivery


@get("/api/v1/notifications")
async def list_notices(request: AnyRequest) -> NoticeList:
    """The newest first. `?unread=1`, `?topic=mention`, `?limit=`, `?cursor=`."""
    asked = request.query_params
    page = await notifications.inbox_of(
        actor(request),
        unread=asked.get("unread", "") in ("1", "true"),
        topic=asked.get("topic") or None,
        before=asked.get("cursor") or None,
        limit=limit_of(asked.get("limit"), default=30),
    )
    return NoticeList(items=page.items, unread=page.unread, next_cursor=page.next_before)


@get("/api/v1/notifications/unread")
async def unread_notices(request: AnyRequest) -> dict[str, int]:
    """How many are new, at most 100."""
    return {"unread": await notifications.count_unread(actor(request).user_id)}


@patch("/api/v1/notifications/{notice:str}")
async def change_notice(request: AnyRequest, notice: FromPath[str]) -> Notice:
    """Mark one as read, or as new again."""
    change, who = await body(request, NoticeChange), actor(request)
    await notifications.mark_read(notice, who, read=change.read)
    return await notifications.find(notice, who)


@delete("/api/v1/notifications/{notice:str}")
async def remove_notice(request: AnyRequest, notice: FromPath[str]) -> None:
    """Forget one."""
    await notifications.remove(notice, actor(request))


@post("/api/v1/notifications/read", status_code=200)
async def read_notices(request: AnyRequest) -> dict[str, int]:
    """Mark all as read."""
    return {"read": await notifications.mark_all_read(actor(request))}


@get("/api/v1/notifications/preferences")
async def list_preferences(request: AnyRequest) -> dict[str, list[PreferenceView]]:
    """Every topic with what counts for oneself."""
    found = await notifications.preferences(actor(request))
    return {
        "items": [
            PreferenceView(
                topic=one.topic.name, label=_(one.topic.label), text=_(one.topic.text) if one.topic.text else "",
                in_app=one.in_app, mail=one.mail, chosen=one.chosen,
            )
            for one in found
        ]
    }  # fmt: skip


@put("/api/v1/notifications/preferences/{topic:str}")
async def change_preference(request: AnyRequest, topic: FromPath[str]) -> dict[str, object]:
    """Choose how to be told of a topic."""
    wish = await body(request, PreferenceChange)
    await notifications.prefer(topic, in_app=wish.in_app, mail=wish.mail, actor=actor(request))
    return {"topic": topic, "in_app": wish.in_app, "mail": wish.mail}


def notice_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (
        list_notices, unread_notices, change_notice, remove_notice, read_notices, list_preferences, change_preference,
    )  # fmt: skip
