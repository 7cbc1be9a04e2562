"""Rows of the table as jobs."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from platform_core.database import Row
from platform_core.jobs.model import Job, State

COLUMNS = (
    "id, kind, subject, priority, run_at, state, progress, lease_owner, lease_until, fence, attempt, max_attempts, "
    "lost, idem_key, lock_key, payload, result, last_error, created_at, created_by, finished_at"
)


def job_of(row: Row, *, forget_payload: bool = False) -> Job:
    """The job of a row with `COLUMNS`."""
    return Job(
        id=str(row["id"]),
        kind=str(row["kind"]),
        subject=_text(row["subject"]),
        priority=_number(row["priority"]),
        run_at=cast(datetime, row["run_at"]),  # the column's type
        state=cast(State, row["state"]),  # written by this room only
        progress_data=_object(row["progress"]),
        lease_owner=_text(row["lease_owner"]),
        lease_until=cast(datetime | None, row["lease_until"]),  # the column's type
        fence=_number(row["fence"]),
        attempt=_number(row["attempt"]),
        max_attempts=_number(row["max_attempts"]),
        lost=_number(row["lost"]),
        idem_key=_text(row["idem_key"]),
        lock_key=_text(row["lock_key"]),
        payload=_object(row["payload"]) or {},
        result=_object(row["result"]),
        last_error=_text(row["last_error"]),
        created_at=cast(datetime, row["created_at"]),  # the column's type
        created_by=_text(row["created_by"]),
        finished_at=cast(datetime | None, row["finished_at"]),  # the column's type
        forget_payload=forget_payload,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _number(value: object) -> int:
    return int(cast(int, value))  # a bigint column


def _object(value: object) -> dict[str, object] | None:
    return value if isinstance(value, dict) else None
