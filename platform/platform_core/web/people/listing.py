"""`/admin/people`: everybody who has an account, and opening one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from platform_core import identity, permissions, settings
from platform_core.errors import TradewindError
from platform_core.i18n import _
from platform_core.identity import User
from platform_core.web.form_data import nest, pairs
from platform_core.web.frame import page
from platform_core.web.people.letters import mail_works, one_time_url, send_invitation
from platform_core.web.people.person_form import PersonForm, offer_for, read_form
from platform_core.web.people.places import (
    PEOPLE,
    AnyRequest,
    frame,
    keeper,
    role_options,
    tabs,
    team_options,
)
from platform_core.web.shell import Crumb, Option
from platform_core.web.telling import NOTHING, Told, told_by, went

_PAGE = 50


class Line(msgspec.Struct, frozen=True):
    """A row of the list."""

    user: User
    url: str
    roles: str
    team: str


@get(PEOPLE, name="people")
async def people_list(
    request: AnyRequest,
    q: FromQuery[str] = "",
    role: FromQuery[str] = "",
    team: FromQuery[str] = "",
    state_: Annotated[str, QueryParameter(name="state")] = "active",
    after: FromQuery[int] = 0,
) -> Response[str]:
    """Accounts by name, found by name or address, role, team and state."""
    keeper(request)
    active = {"active": True, "closed": False}.get(state_)
    found = await identity.users(
        q=q, active=active, role=role or None, team=team or None, limit=_PAGE + 1, offset=after
    )
    given = {"q": q, "role": role, "team": team, "state": state_}
    more = urlencode({**given, "after": after + _PAGE}) if len(found) > _PAGE else ""
    return page(
        request,
        "people/list.html",
        frame=frame(request),
        tabs=tabs(),
        lines=await _lines(found[:_PAGE]),
        chosen=given,
        roles=role_options([role] if role else ()),
        teams=await team_options(),
        states=[Option("active", _("Active")), Option("closed", _("Closed")), Option("all", _("All"))],
        more_url=f"{PEOPLE}?{more}" if more else "",
        new_url=f"{PEOPLE}/new",
        list_url=PEOPLE,
    )


@get(PEOPLE + "/choices", name="people_choices")
async def people_choices(request: AnyRequest, q: FromQuery[str] = "") -> dict[str, object]:
    """Active people for an autocomplete."""
    keeper(request)
    found = await identity.users(q=q, limit=20)
    return {"items": [{"id": one.id, "title": one.name, "note": one.email} for one in found]}


@get(PEOPLE + "/new", name="new_person")
async def new_person(request: AnyRequest) -> Response[str]:
    """What opening an account asks for."""
    keeper(request)
    current = settings.current()
    return await _new_page(request, PersonForm(language=current.language, zone=current.zone), NOTHING)


@post(PEOPLE + "/new", status_code=303, name="make_person")
async def make_person(request: AnyRequest) -> Response[str]:
    """Open the account, and send or show the way to its first password."""
    who = keeper(request)
    posted = nest(pairs(await request.form()))
    form = await read_form(posted)
    by_password = posted.get("start") == "password"
    try:
        permissions.refuse_unknown_roles(form.roles)
        made = await identity.create_user(
            email=form.email,
            name=form.name,
            password=str(posted.get("password", "")) if by_password else None,
            roles=form.roles,
            team=form.team,
            manager=form.manager,
            territories=form.territories,
            language=form.language,
            zone=form.zone,
            actor=who,
        )
    except TradewindError as error:
        return await _new_page(request, form, told_by(error), start=str(posted.get("start", "")))
    url = f"{PEOPLE}/{made.id}"
    if by_password:
        return went(url, "created")
    token = await identity.make_link(made.id, "invite", actor=who)
    if mail_works():
        await send_invitation(made, token, request=request, actor=who)
        return went(url, "invited")
    return page(
        request,
        "people/link.html",
        frame=frame(request, Crumb(made.name, url), Crumb(_("One-time link"))),
        person=made,
        link=one_time_url(request, token),
        days=7,
        back_url=url,
    )


def listing_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (people_list, people_choices, new_person, make_person)


async def _new_page(
    request: AnyRequest, form: PersonForm, told: Told, *, start: str = "invite"
) -> Response[str]:
    return page(
        request,
        "people/new.html",
        frame=frame(request, Crumb(_("New person"))),
        status=told.status,
        told=told,
        start=start,
        mail_works=mail_works(),
        action=f"{PEOPLE}/new",
        cancel_url=PEOPLE,
        form=form,
        offer=await offer_for(form),
    )


async def _lines(found: Sequence[User]) -> list[Line]:
    labels = {
        option.value: option.label for option in role_options({role for u in found for role in u.roles})
    }
    names = await identity.team_names([u.team for u in found if u.team])
    return [
        Line(
            user=one,
            url=f"{PEOPLE}/{one.id}",
            roles=", ".join(labels.get(role, role) for role in one.roles),
            team=names.get(one.team or "", ""),
        )
        for one in found
    ]
