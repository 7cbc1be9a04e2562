"""Who has seen whose personal data: opened, listed, searched, exported.

Looks are collected in the process and written together by the keeper, every second: the reader does not wait for it,
and a crash loses no more than the last second. What a person takes out as a file is written at once, before the file
is handed out (`write_access`). The same look by the same session within a minute is one line. Lines go after
`access_log_days`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, cast

import msgspec

from platform_core import clock, database
from platform_core.audit.model import Who, who_answers

Look = Literal["open", "list", "search", "export"]

_COLUMNS = (
    "id", "at", "action", "form", "record", "records", "count", "fields", "user_id", "via", "ip", "request_id",
    "session_id",
)  # fmt: skip
_INSERT = f"INSERT INTO tw_audit_access ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_COPY_FROM = 50
_SAME = 60.0
"""Seconds in which the same look is one line."""
_REMEMBERED = 100_000
_MOST = 50_000
"""Lines that wait in the process while the database is away; what comes then is counted and told in the log."""
_PURGE = 5_000

_log = logging.getLogger("tradewind.audit")


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """One look at records of `form`; `fields` are the names of the personal fields that were shown."""

    action: Look
    form: str
    records: tuple[str, ...]
    fields: tuple[str, ...]
    actor: Who
    at: datetime
    count: int


class AccessLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it was read back. `record` is set where one record was opened; `records` are the others' ids."""

    id: str
    at: datetime
    action: str
    form: str
    record: str | None
    records: tuple[str, ...]
    count: int
    fields: tuple[str, ...]
    user_id: str
    via: str
    ip: str
    request_id: str
    session_id: str | None


class _Buffer:
    """What this process has seen and not yet written."""

    def __init__(self) -> None:
        self.waiting: list[Access] = []
        self.recent: dict[int, float] = {}
        self.lost = 0

    def is_known(self, key: int) -> bool:
        """Whether this look was noted within the last minute; notes it."""
        now = clock.monotonic()
        before = self.recent.get(key)
        if before is not None and 0 <= now - before < _SAME:
            return True
        if len(self.recent) >= _REMEMBERED:
            self.recent.clear()
        self.recent[key] = now
        return False


_buffer = _Buffer()


def forget_access() -> None:
    """Start anew (tests, and a process after its fork)."""
    global _buffer
    _buffer = _Buffer()


def saw(action: Look, form: str, records: tuple[str, ...], fields: tuple[str, ...], actor: Who) -> None:
    """Note that `actor` has seen these records with these personal fields. Costs some microseconds, writes later."""
    if not records or not fields:
        return
    if _buffer.is_known(hash((actor.session_id or actor.user_id, action, form, records, fields))):
        return
    if len(_buffer.waiting) >= _MOST:
        _buffer.lost += 1
        return
    _buffer.waiting.append(
        Access(
            action=action, form=form, records=records, fields=fields, actor=actor, at=clock.now(), count=len(records)
        )
    )  # fmt: skip


async def write_access(
    action: Look, form: str, records: Sequence[str], fields: Sequence[str], actor: Who
) -> None:
    """The same, written now, in the caller's transaction: for what leaves the house."""
    look = Access(
        action=action, form=form, records=tuple(records), fields=tuple(fields), actor=actor, at=clock.now(),
        count=len(records),
    )  # fmt: skip
    await database.execute(_INSERT, _row(look))


async def flush_access() -> int:
    """Write what is waiting; how many lines. What cannot be written stays and is tried again."""
    waiting, _buffer.waiting = _buffer.waiting, []
    if not waiting:
        return 0
    rows = [_row(look) for look in waiting]
    try:
        if len(rows) >= _COPY_FROM:
            await database.copy_rows("tw_audit_access", _COLUMNS, rows)
        else:
            await database.execute_many(_INSERT, rows)
    except BaseException:
        _buffer.waiting = [*waiting, *_buffer.waiting]
        raise
    if _buffer.lost:
        _log.error("%d looks at personal data could not be noted while the database was away", _buffer.lost)
        _buffer.lost = 0
    return len(rows)


async def purge_access(before: datetime) -> int:
    """Delete lines older than `before`, in portions; how many."""
    last = database.id_at(int(before.timestamp() * 1000))
    gone = 0
    while True:
        count = await database.execute(
            f"DELETE FROM tw_audit_access WHERE id IN (SELECT id FROM tw_audit_access WHERE id < ? ORDER BY id LIMIT {_PURGE})",
            (last,),
        )
        gone += count
        if count < _PURGE:
            return gone


async def forget_forms(forms: str) -> int:
    """Delete the lines of forms that are no more; `forms` is a pattern for LIKE with "!" as its escape. How many."""
    await flush_access()
    return await database.execute("DELETE FROM tw_audit_access WHERE form LIKE ? ESCAPE '!'", (forms,))


def _row(look: Access) -> tuple[object, ...]:
    who, single = look.actor, look.action == "open" and len(look.records) == 1
    return (
        database.new_id(),
        look.at,
        look.action,
        look.form,
        look.records[0] if single else None,
        "" if single else ",".join(look.records),
        look.count,
        list(look.fields),
        who_answers(who),
        who.via,
        who.ip,
        who.request_id,
        who.session_id,
    )


def line_of(row: dict[str, object]) -> AccessLine:
    """A line of a row of the table."""
    records = str(row["records"])
    return AccessLine(
        id=str(row["id"]),
        at=cast("datetime", row["at"]),
        action=str(row["action"]),
        form=str(row["form"]),
        record=cast("str | None", row["record"]),
        records=tuple(records.split(",")) if records else (),
        count=int(cast("int", row["count"])),
        fields=tuple(cast("list[str]", row["fields"])),
        user_id=str(row["user_id"]),
        via=str(row["via"]),
        ip=str(row["ip"]),
        request_id=str(row["request_id"]),
        session_id=cast("str | None", row["session_id"]),
    )
