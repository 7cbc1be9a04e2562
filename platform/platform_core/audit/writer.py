"""Writing lines: unchained, in the transaction of the change they tell of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from platform_core import clock, database
from platform_core.audit.model import Entry, Who, who_answers

_COLUMNS = (
    "id", "at", "action", "kind", "subject", "user_id", "via", "ip", "request_id", "session_id",
    "fields", "digest", "detail",
)  # fmt: skip
_INSERT = f"INSERT INTO tw_audit_entry ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_COPY_FROM = 50
"""From so many lines on, COPY is quicker than single inserts."""


async def write(
    action: str,
    *,
    actor: Who,
    kind: str = "record",
    subject: str = "",
    fields: Sequence[str] = (),
    digest: bytes | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write one line; see `Entry` for what each part may hold."""
    entry = Entry(
        action=action,
        actor=actor,
        kind=kind,
        subject=subject,
        fields=tuple(fields),
        digest=digest,
        detail=detail or {},
    )
    await database.execute(_INSERT, _row(entry))


def insertion(entry: Entry) -> tuple[str, tuple[object, ...]]:
    """The statement that writes a line, and its parameters: for who sends it together with the change it tells of."""
    return _INSERT, _row(entry)


async def write_many(entries: Iterable[Entry]) -> None:
    """Write many lines at once, for bulk changes."""
    rows = [_row(entry) for entry in entries]
    if len(rows) >= _COPY_FROM:
        await database.post_rows("tw_audit_entry", _COLUMNS, rows)
    elif rows:
        await database.execute_many(_INSERT, rows)


def _row(entry: Entry) -> tuple[object, ...]:
    actor = entry.actor
    return (
        database.new_id(),
        clock.now(),
        entry.action,
        entry.kind,
        entry.subject,
        who_answers(actor),
        actor.via,
        actor.ip,
        actor.request_id,
        actor.session_id,
        list(entry.fields),
        entry.digest,
        dict(entry.detail),
    )
