"""The form of an account: what was posted, what it starts with, and the choices it offers."""

from __future__ import annotations

from typing import cast

import msgspec

from platform_core import identity
from platform_core.identity import User, UserChanges
from platform_core.web.form_data import Nested
from platform_core.web.people.places import PEOPLE, in_order, language_options, role_options, team_options
from platform_core.web.shell import Option


class PersonForm(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of an account, as they stand in the form."""

    email: str = ""
    name: str = ""
    language: str = ""
    zone: str = ""
    roles: tuple[str, ...] = ()
    team: str | None = None
    manager: str | None = None
    territories: tuple[str, ...] = ()

    @property
    def changes(self) -> UserChanges:
        """All of them as a change of the account."""
        return UserChanges(**msgspec.structs.asdict(self))


def form_of(user: User) -> PersonForm:
    """What the form of an account starts with."""
    return PersonForm(**{field: getattr(user, field) for field in PersonForm.__struct_fields__})


async def read_form(posted: Nested) -> PersonForm:
    """The form out of posted fields. A manager typed as text is looked up by name or address."""

    def text(name: str) -> str:
        value = posted.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def many(name: str) -> tuple[str, ...]:
        value = posted.get(name)
        return tuple(str(one) for one in cast("list[object]", value)) if isinstance(value, list) else ()

    return PersonForm(
        email=text("email"),
        name=text("name"),
        language=text("language"),
        zone=text("zone"),
        roles=many("roles"),
        team=text("team") or None,
        manager=await _manager(posted),
        territories=many("territories"),
    )


async def _manager(posted: Nested) -> str | None:
    given = posted.get("manager", "")
    if isinstance(given, str):
        return given or None
    typed = str(cast("Nested", given).get("code", "")).strip() if isinstance(given, dict) else ""
    if not typed:
        return None
    found = await identity.find_people([typed])
    # A name that nobody has, or two, stays as it is: the form says so beside the field.
    return found[typed].id if typed in found else typed


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """The choices of the form. `manager` is who is chosen: {"id", "title"}; `choices_url` answers for others."""

    spoken: list[Option]
    roles: list[Option]
    teams: list[Option]
    territories: list[Option]
    manager: dict[str, str] | None
    choices_url: str


async def offer_for(form: PersonForm) -> Offer:
    """What the template of the form needs beside its values and what is wrong with them."""
    names = await identity.names([form.manager] if form.manager else [])
    chosen = {"id": form.manager, "title": names.get(form.manager, form.manager)} if form.manager else None
    return Offer(
        spoken=language_options(),
        roles=role_options(form.roles),
        teams=await team_options(),
        territories=[Option(one.id, one.name) for one in in_order(await identity.territories())],
        manager=chosen,
        choices_url=f"{PEOPLE}/choices",
    )
