"""The company's calendars: made and changed by who may, with a revision that counts every change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

import msgspec

from platform_core import audit, clock, database, events, permissions
from platform_core.calendars.rules import CalendarRules
from platform_core.calendars.sanity import problems_of
from platform_core.database import Row, UniqueViolation, is_id, new_id
from platform_core.errors import Conflict, Invalid, NotFound, Problem, StaleVersion
from platform_core.i18n import N_
from platform_core.identity import Actor

ACTION = "calendars"
"""The action that lets a role set working hours and holidays."""

_LONGEST_NAME = 80
_COLUMNS = "id, name, rules, revision, updated_at, updated_by"


class StoredCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar of the company. `revision` grows with every change."""

    id: str
    name: str
    rules: CalendarRules
    revision: int
    updated_at: datetime
    updated_by: str


class CalendarChanged(msgspec.Struct, frozen=True):
    """Told inside the transaction in which something changed that working time depends on."""

    what: str
    """The id of a calendar, or the scope whose calendar or absences have changed."""


async def listing() -> list[StoredCalendar]:
    """All calendars by name."""
    rows = await database.fetch_all(f"SELECT {_COLUMNS} FROM tw_calendar ORDER BY name, id")
    return [_calendar(row) for row in rows]


async def find(calendar: str) -> StoredCalendar:
    """One calendar. Raises NotFound."""
    row = None
    if is_id(calendar):
        row = await database.fetch_one(f"SELECT {_COLUMNS} FROM tw_calendar WHERE id = ?", (calendar,))
    if row is None:
        raise NotFound(N_("There is no such calendar."))
    return _calendar(row)


async def create(name: str, rules: CalendarRules, *, actor: Actor) -> StoredCalendar:
    """A new calendar. Raises Forbidden, Invalid."""
    await permissions.require(actor, ACTION)
    name = _checked(name, rules)
    made = StoredCalendar(
        id=new_id(), name=name, rules=rules, revision=1, updated_at=clock.now(), updated_by=actor.user_id
    )
    await _write(
        f"INSERT INTO tw_calendar ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
        (made.id, name, msgspec.to_builtins(rules), 1, made.updated_at, actor.user_id),
        "calendar.create", made.id, actor, ("name", "rules"),
    )  # fmt: skip
    return made


async def change(
    calendar: str, name: str, rules: CalendarRules, *, revision: int | None, actor: Actor
) -> StoredCalendar:
    """Changes a calendar; what was reckoned with it is reckoned anew. `revision` None overwrites knowingly.

    Raises Forbidden, NotFound, Invalid, StaleVersion.
    """
    await permissions.require(actor, ACTION)
    name = _checked(name, rules)
    async with database.transaction():
        lock = database.dialect().for_update
        await database.fetch_all(f"SELECT id FROM tw_calendar WHERE id = ?{lock}", (calendar,))
        old = await find(calendar)
        if revision is not None and old.revision != revision:
            raise StaleVersion(params={"version": old.revision}, theirs=msgspec.to_builtins(old.rules))
        changed = tuple(
            field for field, differs in (("name", old.name != name), ("rules", old.rules != rules)) if differs
        )
        if not changed:
            return old
        await _write(
            "UPDATE tw_calendar SET name = ?, rules = ?, revision = revision + 1, updated_at = ?, updated_by = ?"
            " WHERE id = ?",
            (name, msgspec.to_builtins(rules), clock.now(), actor.user_id, calendar),
            "calendar.update", calendar, actor, changed,
        )  # fmt: skip
        return await find(calendar)


async def remove(calendar: str, *, actor: Actor) -> None:
    """Takes a calendar away that nobody works by. Raises Forbidden, NotFound, Conflict."""
    await permissions.require(actor, ACTION)
    async with database.transaction():
        await find(calendar)
        used = await database.fetch_value(
            "SELECT count(*) FROM tw_calendar_use WHERE calendar = ?", (calendar,)
        )
        if used:
            raise Conflict(
                N_("This calendar is in use."), code="in_use", remedy=N_("Choose another one there first.")
            )
        await database.execute("DELETE FROM tw_calendar WHERE id = ?", (calendar,))
        await audit.write("calendar.remove", actor=actor, kind="calendar", subject=f"calendar/{calendar}")
        await events.publish(CalendarChanged(calendar))


async def _write(
    sql: str, params: Sequence[object], action: str, calendar: str, actor: Actor, fields: Sequence[str]
) -> None:
    try:
        async with database.transaction():
            await database.execute(sql, tuple(params))
            await audit.write(
                action, actor=actor, kind="calendar", subject=f"calendar/{calendar}", fields=tuple(fields)
            )
            await events.publish(CalendarChanged(calendar))
    except UniqueViolation as exc:
        raise Invalid.one("/name", "taken", N_("This name is taken.")) from exc


def _checked(name: str, rules: CalendarRules) -> str:
    """The name as it is stored. Raises Invalid with every problem of name and rules."""
    name = " ".join(name.split())
    problems = list(problems_of(rules))
    if not name:
        problems.insert(0, Problem(pointer="/name", code="required", message=N_("Give it a name.")))
    elif len(name) > _LONGEST_NAME:
        most: dict[str, object] = {"most": _LONGEST_NAME}
        problem = Problem(
            pointer="/name", code="too_long", message=N_("At most {most} characters."), params=most
        )
        problems.insert(0, problem)
    if problems:
        raise Invalid(problems)
    return name


def _calendar(row: Row) -> StoredCalendar:
    return StoredCalendar(
        id=str(row["id"]),
        name=str(row["name"]),
        rules=msgspec.convert(row["rules"], CalendarRules),
        revision=cast("int", row["revision"]),
        updated_at=cast("datetime", row["updated_at"]),
        updated_by=str(row["updated_by"]),
    )
