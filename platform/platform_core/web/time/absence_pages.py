"""`/me/absences`: when one is away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import calendars
from platform_core.errors import Invalid, TradewindError
from platform_core.i18n import N_, _
from platform_core.web.context import actor
from platform_core.web.frame import page
from platform_core.web.me.places import frame, tabs
from platform_core.web.shell import Crumb
from platform_core.web.telling import NOTHING, Told, told_by, went
from platform_core.web.time.places import ABSENCES, AnyRequest

_EMPTY: Mapping[str, str] = {"first": "", "last": "", "hours": "", "note": ""}


@get(ABSENCES, name="absences")
async def absence_list(request: AnyRequest) -> Response[str]:
    """One's own absences."""
    return await _page(request, _EMPTY, NOTHING)


@post(ABSENCES, status_code=303, name="add_absence")
async def add_absence(request: AnyRequest) -> Response[str]:
    """Enter one."""
    who, form = actor(request), await request.form()
    given = {name: str(form.get(name, "")).strip() for name in _EMPTY}
    try:
        await calendars.add_absence(
            who.user_id, _day(given["first"], "first"), _day(given["last"] or given["first"], "last"),
            hours=given["hours"], note=given["note"], actor=who,
        )  # fmt: skip
    except TradewindError as error:
        return await _page(request, given, told_by(error))
    return went(ABSENCES, "added")


@post(ABSENCES + "/{absence_id:str}/remove", status_code=303, name="remove_absence")
async def remove_absence(request: AnyRequest, absence_id: FromPath[str]) -> Response[str]:
    """Take one back."""
    await calendars.remove_absence(absence_id, actor=actor(request))
    return went(ABSENCES, "removed")


def absence_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (absence_list, add_absence, remove_absence)


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise Invalid.one(f"/{name}", "date", N_("Choose a day.")) from exc


async def _page(request: AnyRequest, given: Mapping[str, str], told: Told) -> Response[str]:
    who = actor(request)
    return page(
        request,
        "time/absences.html",
        frame=frame(request, Crumb(_("Absences"))),
        status=told.status,
        told=told,
        given=given,
        absences=await calendars.absences(who.user_id, actor=who),
        tabs=tabs(),
        url=ABSENCES,
    )
