"""Reading lines back, newest first.

Ids grow with time, so a span of time is a span of ids, and every filter walks along an index (who, subject, action,
kind, each with the id behind it) from its newest entry.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import cast

import msgspec

from platform_core import database
from platform_core.audit.access import AccessLine, line_of
from platform_core.audit.model import Line

_LIMIT = 200
_CHUNK = 1_000
_SLACK = timedelta(minutes=5)
"""How far the clocks of several machines may be apart where a span of time becomes one of ids."""


class AuditQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines. `subject` ending in "/" or "/*" means all below it ("trade_crm.account/"); `action` ending in ".*"
    all of that family. `since` counts, `until` does not. `before` is the id of the last line of the page before;
    `limit` at most 200."""

    user_id: str | None = None
    subject: str | None = None
    kind: str | None = None
    action: str | None = None
    via: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: str | None = None
    limit: int = 50


class AccessQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which looks at personal data. With `record` those that opened it, and with `everywhere` also the lists, searches
    and exports that held it (they are looked through, so give a span of time)."""

    user_id: str | None = None
    form: str | None = None
    record: str | None = None
    everywhere: bool = False
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: str | None = None
    limit: int = 50


async def read(query: AuditQuery) -> list[Line]:
    """One page, newest first. The caller checks who may read the audit."""
    return [_line(row) for row in await _rows("tw_audit_entry", *_conditions(query), _limited(query.limit))]


async def read_access(query: AccessQuery) -> list[AccessLine]:
    """One page of looks, newest first. The caller checks who may read the audit."""
    rows = await _rows("tw_audit_access", *_access_conditions(query), _limited(query.limit))
    return [line_of(row) for row in rows]


async def stream(query: AuditQuery, *, most: int) -> AsyncIterator[list[Line]]:
    """All lines of a query in chunks, newest first, up to `most`; each chunk is a statement of its own."""
    left, before = most, query.before
    while left > 0:
        asked = msgspec.structs.replace(query, before=before)
        rows = await _rows("tw_audit_entry", *_conditions(asked), min(_CHUNK, left))
        if not rows:
            return
        yield [_line(row) for row in rows]
        left, before = left - len(rows), str(rows[-1]["id"])


async def known_actions() -> list[str]:
    """Every action that the audit holds, sorted; hops along the index from one to the next."""
    return await _distinct("action")


async def known_kinds() -> list[str]:
    """Every kind that the audit holds, sorted."""
    return await _distinct("kind")


async def _distinct(column: str) -> list[str]:
    rows = await database.fetch_tuples(
        f"""WITH RECURSIVE hop(value) AS (
            SELECT MIN({column}) FROM tw_audit_entry
            UNION ALL
            SELECT (SELECT MIN(e.{column}) FROM tw_audit_entry e WHERE e.{column} > hop.value)
            FROM hop WHERE hop.value IS NOT NULL)
        SELECT value FROM hop WHERE value IS NOT NULL"""
    )
    return [str(value) for (value,) in rows]


def _limited(limit: int) -> int:
    return max(1, min(limit, _LIMIT))


async def _rows(
    table: str, conditions: list[str], params: list[object], limit: int
) -> list[dict[str, object]]:
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return await database.fetch_all(
        f"SELECT * FROM {table}{where} ORDER BY id DESC LIMIT ?", (*params, limit)
    )


_Asked = list[tuple[str, object]]


def _conditions(query: AuditQuery) -> tuple[list[str], list[object]]:
    asked: _Asked = [
        ("user_id = ?", query.user_id),
        ("kind = ?", query.kind),
        ("via = ?", query.via),
        *_family("subject", query.subject, "/"),
        *_family("action", query.action, "."),
        *_span(query.since, query.until, query.before),
    ]
    return _given(asked)


def _access_conditions(query: AccessQuery) -> tuple[list[str], list[object]]:
    asked: _Asked = [
        ("user_id = ?", query.user_id),
        ("form = ?", query.form),
        ("action = ?", query.action),
        *_span(query.since, query.until, query.before),
    ]
    conditions, params = _given(asked)
    if query.record is not None and query.everywhere:
        find = "position(? in records)" if database.dialect().is_postgresql else "instr(records, ?)"
        conditions.append(f"(record = ? OR {find.replace('?', 'CAST(? AS text)')} > 0)")
        params += [query.record, query.record]
    elif query.record is not None:
        conditions.append("record = ?")
        params.append(query.record)
    return conditions, params


def _family(column: str, text: str | None, mark: str) -> _Asked:
    """Equal, or everything that begins so, as a span that an index knows."""
    if text is None:
        return []
    stem = text.removesuffix("*")
    if not stem.endswith(mark):
        return [(f"{column} = ?", text)]
    return [(f"{column} >= ?", stem), (f"{column} < ?", stem[:-1] + chr(ord(mark) + 1))]


def _span(since: datetime | None, until: datetime | None, before: str | None) -> _Asked:
    return [
        ("at >= ?", since),
        ("at < ?", until),
        ("id >= ?", _id_of(since - _SLACK) if since else None),
        ("id < ?", _id_of(until + _SLACK) if until else None),
        ("id < ?", before),
    ]


def _id_of(moment: datetime) -> str:
    return database.id_at(max(int(moment.timestamp() * 1000), 0))


def _given(asked: _Asked) -> tuple[list[str], list[object]]:
    given = [(sql, value) for sql, value in asked if value is not None]
    return [sql for sql, _ in given], [value for _, value in given]


def _line(row: dict[str, object]) -> Line:
    digest = cast("bytes | None", row["digest"])
    return Line(
        id=str(row["id"]),
        at=cast("datetime", row["at"]),
        action=str(row["action"]),
        kind=str(row["kind"]),
        subject=str(row["subject"]),
        user_id=str(row["user_id"]),
        via=str(row["via"]),
        ip=str(row["ip"]),
        request_id=str(row["request_id"]),
        session_id=cast("str | None", row["session_id"]),
        fields=tuple(cast("list[str]", row["fields"])),
        digest=bytes(digest) if digest is not None else None,
        detail=cast("dict[str, object]", row["detail"]),
        sealed=row["sealed_number"] is not None,
    )
