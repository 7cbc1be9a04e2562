"""When people are away: their own entry, or an admin's. An absence is no working time of theirs."""

from __future__ import annotations

from datetime import date
from typing import cast

import msgspec

from platform_core import audit, clock, database, events, identity, permissions
from platform_core.calendars.rules import Exceptional
from platform_core.calendars.sanity import check_exception
from platform_core.calendars.stored import ACTION, CalendarChanged
from platform_core.database import Row, is_id, new_id
from platform_core.errors import Forbidden, Invalid, NotFound
from platform_core.i18n import N_
from platform_core.identity import Actor

MOST = 500
"""Absences of one person that are kept."""


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody is away from `first` to `last`, both included; with `hours` only then."""

    id: str
    user: str
    first: date
    last: date
    hours: str = ""
    note: str = ""

    @property
    def exception(self) -> Exceptional:
        """The same as calendars understand it; the note stays with the person."""
        return Exceptional(kind="off", first=self.first, last=self.last, hours=self.hours)


async def absences(user: str, *, actor: Actor) -> list[Absence]:
    """A person's absences, the latest first. Raises Forbidden for somebody else's."""
    await _require(user, actor)
    return await _of(user)


async def absences_of(user: str) -> list[Absence]:
    """The same for reckoning, whoever asks; without notes."""
    return [msgspec.structs.replace(one, note="") for one in await _of(user)]


async def add_absence(
    user: str, first: date, last: date, *, hours: str = "", note: str = "", actor: Actor
) -> Absence:
    """Enters an absence. Raises Forbidden, Invalid, NotFound for an unknown person."""
    await _require(user, actor)
    made = Absence(id=new_id(), user=user, first=first, last=last, hours=hours.strip(), note=note.strip())
    problems = list(check_exception(msgspec.structs.replace(made.exception, note=made.note)))
    if problems:
        raise Invalid(problems)
    await identity.user(user)
    async with database.transaction():
        if int(str(await database.fetch_value(_COUNT, (user,)))) >= MOST:
            raise Invalid.one(
                "", "too_many", N_("At most {most} absences; remove old ones first."), most=MOST
            )
        await database.execute(
            "INSERT INTO tw_calendar_absence (id, user_id, first_day, last_day, hours, note, created_at, created_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (made.id, user, first, last, made.hours, made.note, clock.now(), actor.user_id),
        )
        await _tell("absence.create", made, actor)
    return made


async def remove_absence(absence: str, *, actor: Actor) -> None:
    """Takes an absence back. Raises NotFound, also for somebody else's."""
    row = None
    if is_id(absence):
        row = await database.fetch_one(f"SELECT {_COLUMNS} FROM tw_calendar_absence WHERE id = ?", (absence,))
    if row is None or not _may(str(row["user_id"]), actor):
        raise NotFound()
    async with database.transaction():
        await database.execute("DELETE FROM tw_calendar_absence WHERE id = ?", (absence,))
        await _tell("absence.remove", _absence(row), actor)


_COLUMNS = "id, user_id, first_day, last_day, hours, note"
_COUNT = "SELECT count(*) FROM tw_calendar_absence WHERE user_id = ?"


def _may(user: str, actor: Actor) -> bool:
    return actor.user_id == user or permissions.may(actor, ACTION)


async def _require(user: str, actor: Actor) -> None:
    if not _may(user, actor):
        raise Forbidden(N_("You may enter your own absences only."))


async def _of(user: str) -> list[Absence]:
    sql = f"SELECT {_COLUMNS} FROM tw_calendar_absence WHERE user_id = ? ORDER BY first_day DESC, id DESC"
    return [_absence(row) for row in await database.fetch_all(sql, (user,))]


async def _tell(action: str, absence: Absence, actor: Actor) -> None:
    await audit.write(action, actor=actor, kind="calendar", subject=f"user/{absence.user}")
    await events.publish(CalendarChanged(f"person:{absence.user}"))


def _absence(row: Row) -> Absence:
    return Absence(
        id=str(row["id"]),
        user=str(row["user_id"]),
        first=cast("date", row["first_day"]),
        last=cast("date", row["last_day"]),
        hours=str(row["hours"]),
        note=str(row["note"]),
    )
