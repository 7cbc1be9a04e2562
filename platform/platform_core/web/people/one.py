"""`/admin/people/{id}`: one account, changing it, and what it is signed in with."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import identity, permissions
from platform_core.errors import TradewindError
from platform_core.identity import ADMIN_ROLE, Actor, User
from platform_core.web.form_data import nest, pairs
from platform_core.web.frame import page
from platform_core.web.people.letters import mail_works
from platform_core.web.people.person_form import PersonForm, form_of, offer_for, read_form
from platform_core.web.people.places import PEOPLE, AnyRequest, frame, keeper
from platform_core.web.shell import Crumb
from platform_core.web.telling import NOTHING, Told, told_by, went

ONE = PEOPLE + "/{user_id:str}"


@get(ONE, name="person")
async def person(request: AnyRequest, user_id: FromPath[str]) -> Response[str]:
    """Everything about an account."""
    return await person_page(request, await identity.user(user_id), keeper(request))


@post(ONE, status_code=303, name="change_person")
async def change_person(request: AnyRequest, user_id: FromPath[str]) -> Response[str]:
    """Change it; where something is wrong the form comes back as it was sent."""
    who = keeper(request)
    before = await identity.user(user_id)
    form = await read_form(nest(pairs(await request.form())))
    try:
        permissions.refuse_unknown_roles(form.roles, held=before.roles)
        await identity.change_user(user_id, form.changes, actor=who)
    except TradewindError as error:
        return await person_page(request, before, who, form=form, told=told_by(error))
    return went(f"{PEOPLE}/{user_id}", "saved")


async def person_page(
    request: AnyRequest, user: User, who: Actor, *, form: PersonForm | None = None, told: Told = NOTHING
) -> Response[str]:
    """The page of an account; `form` and `told` bring back what could not be saved."""
    shown = form or form_of(user)
    keys = [key for key in await identity.keys_of(user.id) if key.works]
    return page(
        request,
        "people/person.html",
        frame=frame(request, Crumb(user.name)),
        status=told.status,
        person=user,
        told=told,
        may_change=who.is_unbounded or ADMIN_ROLE not in user.roles,
        oneself=user.id == who.user_id,
        may_view_as=who.is_admin and user.active and user.id != who.user_id,
        blocked_until=await identity.blocked_until(user.id, actor=who),
        second_factor=await identity.second_factor_of(user.id),
        sessions=await identity.sessions_of(user.id, actor=who),
        keys=keys,
        mail_works=mail_works(),
        url=f"{PEOPLE}/{user.id}",
        cancel_url=PEOPLE,
        form=shown,
        offer=await offer_for(shown),
    )


def one_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (person, change_person)
