"""From a change to everybody's open streams: in this process at once, to others by a signal or by their looking.

A listener on `RecordChanged` gathers what changed for a quarter of a second. On PostgreSQL the batch goes to all
processes as one signal outside of any transaction (a NOTIFY in each would make all commits queue). SQLite has no
signals: there a process with open streams looks at the history whenever another connection has written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from platform_core import clock, database, events, notifications
from platform_core.records import RecordChanged

CHANNEL = "tw_live"
_GATHER_SECONDS = 0.25
_LOOK_SECONDS = 1.0
_MOST_NAMED = 90  # changes in one signal: PostgreSQL takes 7,999 bytes
_LOOK_BACK = timedelta(seconds=3)  # ids of other processes may arrive a little out of order
_log = logging.getLogger("tradewind.live")


class Change(msgspec.Struct, frozen=True, array_like=True):
    """One record that is not as it was."""

    form: str
    id: str
    version: int


class News(msgspec.Struct, frozen=True):
    """What happened: `changes`, `people` with notices, or `lost`: more than can be named, look for yourselves."""

    changes: tuple[Change, ...] = ()
    people: tuple[str, ...] = ()
    lost: bool = False


Hearer = Callable[[News], None]


class Relay:
    """One per process. `hear` adds a stream; the first one starts listening to other processes."""

    def __init__(self) -> None:
        self._hearers: set[Hearer] = set()
        self._waiting: dict[tuple[str, str], Change] = {}
        self._flush: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._looking: asyncio.Task[None] | None = None
        self._generation = -1
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def streams(self) -> int:
        """How many streams are open in this process."""
        return len(self._hearers)

    async def hear(self, hearer: Hearer) -> None:
        """Calls `hearer` with all news until `leave`."""
        self._hearers.add(hearer)
        if self._generation == database.generation():
            return
        self._generation = database.generation()
        listens = await database.listen(CHANNEL, self._heard)
        await database.listen(notifications.CHANNEL, self._heard_people)
        if not listens:
            self._looking = asyncio.create_task(self._look())

    def leave(self, hearer: Hearer) -> None:
        """The hearer hears no more."""
        self._hearers.discard(hearer)

    def close(self) -> None:
        """Ends every stream: the process stops."""
        for hearer in tuple(self._hearers):
            hearer(News(lost=True))
        self._hearers.clear()
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        self._generation = -1

    def changed(self, event: RecordChanged) -> None:
        """After each commit; costs a dict entry."""
        self._waiting[event.form, event.id] = Change(event.form, event.id, event.version)
        loop = asyncio.get_running_loop()
        if self._flush is None or self._loop is not loop:  # a loop that has ended fires no more
            self._loop, self._flush = loop, loop.call_later(_GATHER_SECONDS, self._gathered)

    def arrived(self, event: notifications.Arrived) -> None:
        """Somebody has notices, or has read some."""
        self._tell(News(people=event.user_ids))

    def _gathered(self) -> None:
        changes, self._waiting, self._flush = tuple(self._waiting.values()), {}, None
        if not database.is_open():
            return
        if not database.dialect().is_postgresql:
            self._tell(News(changes))
            return
        lost = len(changes) > _MOST_NAMED
        payload = "" if lost else msgspec.json.encode(changes).decode()
        task = asyncio.get_running_loop().create_task(_signal(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _heard(self, payload: str) -> None:
        if not payload:
            self._tell(News(lost=True))
            return
        try:
            self._tell(News(msgspec.json.decode(payload, type=tuple[Change, ...])))
        except msgspec.DecodeError:
            self._tell(News(lost=True))

    def _heard_people(self, payload: str) -> None:
        self._tell(News(people=tuple(filter(None, payload.split(",")))))

    def _tell(self, news: News) -> None:
        for hearer in tuple(self._hearers):
            hearer(news)

    async def _look(self) -> None:
        """SQLite: what other processes have written. Ends with the database."""
        seen, since = await database.data_version(), clock.now()
        while database.is_open():
            await asyncio.sleep(_LOOK_SECONDS)
            if not self._hearers:
                continue
            try:
                version = await database.data_version()
                if version == seen:
                    continue
                seen, now = version, clock.now()
                self._tell(await _written_since(since - _LOOK_BACK))
                since = now
            except database.DatabaseError:
                _log.warning("could not look for changes of other processes", exc_info=True)


async def _signal(payload: str) -> None:
    try:
        await database.notify(CHANNEL, payload)
    except database.DatabaseError:
        _log.warning("other processes were not told of changes", exc_info=True)


async def _written_since(instant: datetime) -> News:
    first = database.id_at(int(instant.timestamp() * 1000))
    rows = await database.fetch_tuples(
        "SELECT form, record, version FROM tw_record_history WHERE id >= ? ORDER BY id LIMIT 501",
        (first,),
    )
    people = await database.fetch_tuples(
        "SELECT DISTINCT user_id FROM tw_notification WHERE id >= ? LIMIT 501", (first,)
    )
    changes = {
        (str(form), str(record)): Change(str(form), str(record), int(str(version)))
        for form, record, version in rows
    }
    return News(tuple(changes.values()), tuple(str(person) for (person,) in people), lost=len(rows) > 500)


relay = Relay()
_leave: list[Callable[[], None]] = []


def enter() -> None:
    """Listens to records and notices. Called again, it listens once."""
    while _leave:
        _leave.pop()()
    # Both are published once the commit stands.
    _leave.append(events.subscribe(RecordChanged, relay.changed))
    _leave.append(events.subscribe(notifications.Arrived, relay.arrived))
