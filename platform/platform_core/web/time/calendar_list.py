"""`/admin/calendars`: the calendars, and who works by which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from platform_core import calendars, identity
from platform_core.calendars import StoredCalendar
from platform_core.errors import TradewindError
from platform_core.i18n import _
from platform_core.web.frame import page
from platform_core.web.people.places import in_order
from platform_core.web.shell import Crumb, Option
from platform_core.web.telling import NOTHING, Told, told_by, went
from platform_core.web.time.places import CALENDARS, AnyRequest, frame, planner


class UseLine(msgspec.Struct, frozen=True):
    """The installation, a team or a person, and the calendar chosen there ("": that of what stands above)."""

    scope: str
    label: str
    icon: str
    chosen: str
    depth: int = 0


@get(CALENDARS, name="calendars")
async def calendar_list(request: AnyRequest) -> Response[str]:
    """All of them."""
    planner(request)
    return await _page(request, NOTHING)


@post(CALENDARS + "/uses", status_code=303, name="choose_calendar")
async def choose(request: AnyRequest) -> Response[str]:
    """Set who works by which."""
    who, form = planner(request), await request.form()
    try:
        await calendars.choose(str(form.get("scope", "")), str(form.get("calendar", "")) or None, actor=who)
    except TradewindError as error:
        if error.status == 404:
            raise
        return await _page(request, told_by(error))
    return went(CALENDARS, "saved")


@post(CALENDARS + "/people", status_code=303, name="choose_persons_calendar")
async def choose_for_person(request: AnyRequest) -> Response[str]:
    """Give a person a calendar of their own."""
    who, form = planner(request), await request.form()
    asked = str(form.get("person", "")) or str(form.get("person.code", ""))
    found = (await identity.find_people([asked])).get(asked) if asked else None
    calendar = str(form.get("calendar", ""))
    if found is None or not calendar:
        return await _page(request, Told(text=_("Choose a person and a calendar."), status=422))
    await calendars.choose(f"person:{found.id}", calendar, actor=who)
    return went(CALENDARS, "saved")


def calendar_list_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (calendar_list, choose, choose_for_person)


async def _page(request: AnyRequest, told: Told) -> Response[str]:
    found = await calendars.listing()
    uses = dict(await calendars.uses())
    return page(
        request,
        "time/calendars.html",
        frame=frame(request, Crumb(_("Working hours"))),
        status=told.status,
        told=told,
        calendars=found,
        counts=Counter(uses.values()),
        options=[Option(one.id, one.name) for one in found],
        uses=await _uses(uses, found),
        url=CALENDARS,
    )


async def _uses(uses: dict[str, str], found: Sequence[StoredCalendar]) -> list[UseLine]:
    teams = in_order(await identity.teams())
    people = [scope.partition(":")[2] for scope in uses if scope.startswith("person:")]
    names = await identity.names(people)
    return [
        UseLine("", _("The whole company"), "globe", uses.get("", "")),
        *(
            UseLine(f"team:{t.id}", t.name, "users", uses.get(f"team:{t.id}", ""), t.path.count("/") - 2)
            for t in teams
        ),
        *(
            UseLine(f"person:{one}", names.get(one, one), "user", uses[f"person:{one}"])
            for one in sorted(people, key=lambda one: names.get(one, one))
        ),
    ]
