"""What the operations screen shows: how much of what there is, and lists by state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, cast

import msgspec

from platform_core import clock, database
from platform_core.jobs.model import Job
from platform_core.jobs.registry import kinds
from platform_core.jobs.rows import COLUMNS, job_of

Group = Literal["late", "ready", "waiting", "running", "dead", "done", "cancelled"]
GROUPS: tuple[Group, ...] = ("late", "ready", "waiting", "running", "dead", "done", "cancelled")
LATE = timedelta(seconds=60)
"""A job that could have run for longer than this is late."""
DAY = timedelta(days=1)

# Late ones are ready as well. `TRUE` comparisons keep the words of the partial indexes.
_WHERE: dict[Group, str] = {
    "late": "state = 'ready' AND due AND run_at < ?",
    "ready": "state = 'ready' AND due",
    "waiting": "state = 'ready' AND NOT due",
    "running": "state = 'leased'",
    "dead": "state = 'dead'",
    "done": "state = 'done'",
    "cancelled": "state = 'cancelled'",
}
_ORDER: dict[Group, str] = {
    "late": "run_at, id",
    "ready": "priority, run_at, id",
    "waiting": "run_at, id",
    "running": "id",
    "dead": "finished_at DESC, id DESC",
    "done": "id DESC",
    "cancelled": "id DESC",
}


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """How many jobs are in each group; done and cancelled of the last 24 hours. `oldest` is since when the one
    longest ready has been waiting."""

    late: int
    ready: int
    waiting: int
    running: int
    dead: int
    done: int
    cancelled: int
    oldest: datetime | None


async def overview() -> Overview:
    """One look at the whole table, by its indexes."""
    parts, params = [], []
    now = clock.now()
    for group in GROUPS:
        recent = " AND finished_at > ?" if group in ("done", "cancelled") else ""
        parts.append(f"(SELECT COUNT(*) FROM tw_job WHERE {_WHERE[group]}{recent}) AS {group}_count")
        if group == "late":
            params.append(now - LATE)
        elif recent:
            params.append(now - DAY)
    parts.append("(SELECT MIN(run_at) FROM tw_job WHERE state = 'ready' AND due) AS oldest")
    row = await database.fetch_one(f"SELECT {', '.join(parts)}", params) or {}
    oldest = database.from_db(database.INSTANT, row.get("oldest"))
    return Overview(
        **{group: int(str(row[f"{group}_count"])) for group in GROUPS},
        oldest=cast(datetime | None, oldest),  # the column's type
    )


async def listing(
    group: Group, *, kind: str = "", subject: str = "", offset: int = 0, limit: int = 50
) -> list[Job]:
    """Jobs of one group in the order that matters there: what runs next first, what ended last first."""
    where, params = [_WHERE[group]], list[object]()
    if group == "late":
        params.append(clock.now() - LATE)
    for column, value in (("kind", kind), ("subject", subject)):
        if value:
            where.append(f"{column} = ?")
            params.append(value)
    rows = await database.fetch_all(
        f"SELECT {COLUMNS} FROM tw_job WHERE {' AND '.join(where)} ORDER BY {_ORDER[group]} LIMIT ? OFFSET ?",
        (*params, limit, offset),
    )
    return [job_of(row) for row in rows]


def known_kinds() -> list[str]:
    """The kinds that this program does, by name."""
    return sorted(kinds())
