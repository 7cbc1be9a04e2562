"""What the clocks listen to: calendars that change, records that go into the bin and come back."""

from __future__ import annotations

from collections.abc import Callable

from platform_core import database, events, jobs
from platform_core.calendars import CalendarChanged
from platform_core.deadlines.planning import REPLAN
from platform_core.deadlines.running import of, pause, resume
from platform_core.records import FormsLeft, RecordSaved

_BIN = "bin"
_leave: list[Callable[[], None]] = []


def enter() -> None:
    """Listens; called again (a program assembled anew) it listens once."""
    while _leave:
        _leave.pop()()
    _leave.append(events.subscribe(CalendarChanged, _reckon_anew))
    _leave.append(events.subscribe(RecordSaved, _follow_record))
    _leave.append(events.subscribe(FormsLeft, _forget_forms))


async def _reckon_anew(_event: CalendarChanged) -> None:
    await jobs.add(REPLAN, {}, subject="deadlines", lock_key=REPLAN, priority=2)


async def _follow_record(event: RecordSaved) -> None:
    """Nobody is reminded of what lies in the bin; a destroyed record takes its clocks along."""
    if event.action not in ("archive", "restore", "purge"):
        return
    subject = f"{event.form}/{event.id}"
    if event.action == "purge":
        await database.execute("DELETE FROM tw_deadline WHERE subject = ?", (subject,))
        return
    for deadline in await of(subject):
        if deadline.is_open:
            await (pause if event.action == "archive" else resume)(subject, deadline.name, _BIN)


async def _forget_forms(event: FormsLeft) -> None:
    """Clocks of records that are no more, and the jobs that would fire them."""
    mine = "subject LIKE ? ESCAPE '!'"
    await database.execute(
        f"DELETE FROM tw_job WHERE subject IN (SELECT 'deadline/' || CAST(id AS TEXT) FROM tw_deadline WHERE {mine})",
        (event.forms,),
    )
    await database.execute(f"DELETE FROM tw_deadline WHERE {mine}", (event.forms,))
