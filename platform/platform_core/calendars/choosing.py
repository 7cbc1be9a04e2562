"""Whose calendar counts: a person's own, else that of the team (or of one above it), else the installation's.

A scope is "" for the installation, "team:<id>", "person:<id>", or "calendar:<id>" for one by itself.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from platform_core import audit, database, events, identity, permissions, settings
from platform_core.calendars.away import Absence, absences_of
from platform_core.calendars.rules import CalendarRules
from platform_core.calendars.stored import ACTION, CalendarChanged, StoredCalendar, find
from platform_core.calendars.working import WorkCalendar
from platform_core.errors import Invalid, NotFound
from platform_core.i18n import N_
from platform_core.identity import Actor

INSTALLATION = ""
STANDARD = CalendarRules()
"""Where nobody has chosen: Monday to Friday, nine to six, without holidays."""

_KEPT = 500
_made: OrderedDict[tuple[int, str], WorkCalendar] = OrderedDict()


def enter() -> None:
    """Makes the action known by which a role may set working hours and holidays."""
    permissions.register_action(ACTION, N_("Set working hours and holidays"))


async def calendar_of(scope: str = INSTALLATION) -> WorkCalendar:
    """The calendar by which a scope works. Raises NotFound for "calendar:<id>" that is gone.

    A person or team that is gone works by what stands above it.
    """
    kind, _, found = scope.partition(":")
    if kind == "person":
        return await _of_person(found)
    if kind == "team":
        return _working(await _first(await _above(found)), settings.current().zone)
    if kind == "calendar":
        return _working(await find(found), settings.current().zone)
    return _working(await _first([INSTALLATION]), settings.current().zone)


async def uses() -> Mapping[str, str]:
    """The id of the calendar by scope, where one is chosen."""
    rows = await database.fetch_tuples("SELECT scope, calendar FROM tw_calendar_use")
    return {str(scope): str(calendar) for scope, calendar in rows}


async def choose(scope: str, calendar: str | None, *, actor: Actor) -> None:
    """Sets the calendar of the installation, a team or a person; None: that of what stands above it.

    Raises Forbidden, NotFound, Invalid.
    """
    await permissions.require(actor, ACTION)
    await _require_scope(scope)
    async with database.transaction():
        if calendar is None:
            await database.execute("DELETE FROM tw_calendar_use WHERE scope = ?", (scope,))
        else:
            await find(calendar)
            await database.execute(
                "INSERT INTO tw_calendar_use (scope, calendar) VALUES (?, ?)"
                " ON CONFLICT (scope) DO UPDATE SET calendar = excluded.calendar",
                (scope, calendar),
            )
        await audit.write(
            "calendar.choose", actor=actor, kind="calendar", subject=f"scope/{scope or 'installation'}",
            detail={"calendar": calendar},
        )  # fmt: skip
        await events.publish(CalendarChanged(scope))


async def _require_scope(scope: str) -> None:
    kind, _, found = scope.partition(":")
    if kind == "person" and found:
        await identity.user(found)
    elif kind == "team" and found in {team.id for team in await identity.teams()}:
        return
    elif scope != INSTALLATION:
        raise Invalid.one("/scope", "scope", N_("This is neither the installation nor a team or person."))


async def _of_person(user: str) -> WorkCalendar:
    try:
        person = await identity.user(user)
    except NotFound:
        return await calendar_of()
    above = await _above(person.team) if person.team else [INSTALLATION]
    stored = await _first([f"person:{user}", *above])
    return _working(stored, person.zone or settings.current().zone, await absences_of(user))


async def _above(team: str) -> list[str]:
    """A team's scope, those of the teams above it, and the installation."""
    path = next((one.path for one in await identity.teams() if one.id == team), "")
    return [*(f"team:{one}" for one in reversed(path.strip("/").split("/")) if one), INSTALLATION]


async def _first(scopes: Sequence[str]) -> StoredCalendar | None:
    chosen = await uses()
    for scope in scopes:
        if scope in chosen:
            return await find(chosen[scope])
    return None


def _working(stored: StoredCalendar | None, zone: str, absences: Sequence[Absence] = ()) -> WorkCalendar:
    """Kept by its stamp, so that the days that were worked out once are not worked out again."""
    rules = stored.rules if stored else STANDARD
    away = [one.exception for one in absences]
    told = "".join(f"{one.first}{one.last}{one.hours};" for one in away)
    digest = hashlib.sha256(told.encode()).hexdigest()[:8] if away else ""
    stamp = f"{stored.id if stored else '-'}@{stored.revision if stored else 0}/{rules.zone or zone}/{digest}"
    key = (database.generation(), stamp)
    found = _made.get(key)
    if found is None:
        found = _made[key] = WorkCalendar(rules, zone, absences=away, stamp=stamp)
        if len(_made) > _KEPT:
            _made.popitem(last=False)
    return found
