"""Reading lines back, newest first."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import msgspec

from platform_core import database
from platform_core.audit.model import Line

_LIMIT = 200


class AuditQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines. `before` is the id of the last line of the page before; `limit` at most 200."""

    user_id: str | None = None
    subject: str | None = None
    kind: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: str | None = None
    limit: int = 50


async def read(query: AuditQuery) -> list[Line]:
    """One page, newest first. The caller checks who may read the audit."""
    conditions, params = _conditions(query)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    sql = f"SELECT * FROM tw_audit_entry{where} ORDER BY id DESC LIMIT ?"
    rows = await database.fetch_all(sql, (*params, max(1, min(query.limit, _LIMIT))))
    return [_line(row) for row in rows]


def _conditions(query: AuditQuery) -> tuple[list[str], list[object]]:
    asked: list[tuple[str, object]] = [
        ("user_id = ?", query.user_id),
        ("subject = ?", query.subject),
        ("kind = ?", query.kind),
        ("action = ?", query.action),
        ("at >= ?", query.since),
        ("at < ?", query.until),
        ("id < ?", query.before),
    ]
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
