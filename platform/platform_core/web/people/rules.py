"""`/admin/roles`, `/admin/keys`, `/admin/sign-in`: who holds what, every API key, and what a sign-in demands."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from platform_core import identity, permissions, settings
from platform_core.errors import TradewindError
from platform_core.i18n import _
from platform_core.identity import User
from platform_core.web.form_data import nest, pairs
from platform_core.web.frame import page
from platform_core.web.people.letters import mail_works
from platform_core.web.people.places import (
    KEYS,
    PEOPLE,
    ROLES,
    RULES,
    AnyRequest,
    frame,
    keeper,
    role_options,
    tabs,
)
from platform_core.web.shell import Crumb
from platform_core.web.telling import NOTHING, Told, told_by, went

_SHOWN = 12


class RoleLine(msgspec.Struct, frozen=True):
    """A role and who has it; `url` leads to its definition, `all_url` to everybody who has it."""

    name: str
    label: str
    text: str
    url: str
    all_url: str
    holders: tuple[User, ...]


@get(ROLES, name="roles")
async def roles(request: AnyRequest) -> Response[str]:
    """Every role, and who holds it."""
    keeper(request)
    lines = [
        RoleLine(
            name=one.name,
            label=one.label,
            text=one.description,
            url="" if one.name == identity.ADMIN_ROLE else f"/admin/definitions/role/{quote(one.full_name)}",
            all_url=f"{PEOPLE}?role={quote(one.name)}",
            holders=tuple(await _holders(one)),
        )
        for one in permissions.role_choices()
    ]
    return page(
        request,
        "people/roles.html",
        frame=frame(request, Crumb(_("Roles"))),
        tabs=tabs(),
        lines=lines,
        most=_SHOWN,
        person_url=PEOPLE,
    )


@get(KEYS, name="all_keys")
async def keys(request: AnyRequest) -> Response[str]:
    """The API keys of everybody."""
    keeper(request)
    found = await identity.all_keys()
    return page(
        request,
        "people/keys.html",
        frame=frame(request, Crumb(_("API keys"))),
        tabs=tabs(),
        keys=found,
        names=await identity.names([key.user_id for key in found]),
        labels={option.value: option.label for option in role_options()},
        person_url=PEOPLE,
        own_url="/me/keys",
    )


@get(RULES, name="sign_in_rules")
async def rules(request: AnyRequest) -> Response[str]:
    """What a sign-in demands, and which other services may vouch for people."""
    keeper(request)
    return await _rules_page(request, NOTHING)


@post(RULES, status_code=303, name="change_sign_in_rules")
async def change_rules(request: AnyRequest) -> Response[str]:
    """Say which roles need a second factor."""
    who = keeper(request)
    posted = nest(pairs(await request.form()))
    wanted = posted.get("roles")
    try:
        await identity.require_second_factor(
            [str(one) for one in wanted] if isinstance(wanted, list) else [], actor=who
        )
    except TradewindError as error:
        return await _rules_page(request, told_by(error))
    return went(RULES, "saved")


def rules_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (roles, keys, rules, change_rules)


async def _holders(role: permissions.RoleChoice) -> list[User]:
    """Active people who have the role by either of its names."""
    found = {
        one.id: one
        for name in {role.name, role.full_name}
        for one in await identity.users(role=name, limit=_SHOWN + 1)
    }
    return sorted(found.values(), key=lambda one: one.name.casefold())


async def _rules_page(request: AnyRequest, told: Told) -> Response[str]:
    demanded = await identity.second_factor_roles()
    return page(
        request,
        "people/rules.html",
        frame=frame(request, Crumb(_("Signing in"))),
        status=told.status,
        tabs=tabs(),
        told=told,
        roles=role_options(demanded),
        demanded=demanded,
        mail_works=mail_works(),
        mail_from=settings.current().mail_from or "",
        providers=identity.providers(),
        callback=f"{settings.current().public_url or ''}/login/with/",
        url=RULES,
    )
