"""What may be wrong with what somebody says about an account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args
from zoneinfo import available_timezones

from platform_core import database, i18n
from platform_core.database import is_id
from platform_core.errors import Invalid, Problem
from platform_core.i18n import N_
from platform_core.identity import email as addresses
from platform_core.identity import passwords
from platform_core.identity.account_rows import NewUser

Theme = Literal["auto", "light", "dark"]
Density = Literal["compact", "regular", "roomy"]

_NAME_LENGTH = 200


def refuse(problems: Sequence[Problem]) -> None:
    """Raises Invalid where there are some."""
    if problems:
        raise Invalid(problems)


def new_account_problems(new: NewUser) -> list[Problem]:
    """Everything that is wrong with a new account, but for what only the database knows."""
    found = [problem] if (problem := addresses.problem(new.email)) else []
    found += preference_problems({"name": new.name, "language": new.language, "zone": new.zone})
    if new.password is not None:
        found += passwords.problems(new.password, email=new.email, name=new.name)
    return found


def preference_problems(wanted: Mapping[str, object]) -> list[Problem]:
    """What is wrong with a name, zone, language, theme, density, number or date format, first day."""
    found: list[Problem] = []
    name = wanted.get("name")
    if "name" in wanted and not (isinstance(name, str) and 0 < len(name.strip()) <= _NAME_LENGTH):
        found.append(Problem(pointer="/name", code="required", message=N_("Please give a name.")))
    if "zone" in wanted and wanted["zone"] not in available_timezones():
        found.append(Problem(pointer="/zone", code="unknown", message=N_("There is no such time zone.")))
    for field, choices in _choices().items():
        if field in wanted and str(wanted[field]) not in choices:
            shown = ", ".join(choice for choice in choices if choice)
            found.append(
                Problem(
                    pointer=f"/{field}",
                    code="unknown",
                    message=N_("{value} is not one of {choices}."),
                    params={"value": str(wanted[field])[:40], "choices": shown},
                )
            )
    return found


def _choices() -> dict[str, Sequence[str]]:
    return {
        "language": [language.code for language in i18n.languages()],
        "theme": get_args(Theme),
        "density": get_args(Density),
        "number_format": ["", *i18n.NUMBER_FORMATS],
        "date_format": ["", *i18n.DATE_FORMATS],
        "first_day": ["0", "1", "2", "3", "4", "5", "6", "7"],
    }


async def placing_problems(
    user_id: str | None, team: str | None, manager: str | None, territories: Sequence[str]
) -> list[Problem]:
    """What is wrong with where an account is put: things that are not there, a manager below oneself."""
    found: list[Problem] = []
    if team is not None and not await _exists("tw_identity_team", team):
        found.append(Problem(pointer="/team", code="unknown", message=N_("There is no such team.")))
    if any([not await _exists("tw_identity_territory", one) for one in territories]):
        found.append(
            Problem(pointer="/territories", code="unknown", message=N_("There is no such territory."))
        )
    if manager is not None and manager == user_id:
        found.append(
            Problem(pointer="/manager", code="own_manager", message=N_("Nobody is their own manager."))
        )
    elif manager is not None and not await _exists("tw_identity_user", manager):
        found.append(Problem(pointer="/manager", code="unknown", message=N_("There is no such account.")))
    elif manager is not None and user_id is not None and await _is_above(user_id, manager):
        message = N_("This person stands below the one they would manage.")
        found.append(Problem(pointer="/manager", code="circle", message=message))
    return found


async def _exists(table: str, found: str) -> bool:
    if not is_id(found):
        return False
    return await database.fetch_value(f"SELECT 1 FROM {table} WHERE id = ?", (found,)) is not None


async def _is_above(user_id: str, manager: str) -> bool:
    """Whether `user_id` manages `manager`, over however many steps."""
    seen: set[str] = set()
    above: str | None = manager
    while above is not None and above not in seen:
        seen.add(above)
        if above == user_id:
            return True
        found = await database.fetch_value("SELECT manager FROM tw_identity_user WHERE id = ?", (above,))
        above = str(found) if found is not None else None
    return False
