"""One job, as it is stored and as its handler holds it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from platform_core import clock, database
from platform_core.jobs.errors import JobCancelled, JobError, LeaseLost

State = Literal["ready", "leased", "done", "dead", "cancelled"]
"""ready (also: waits for its time) → leased → done | ready again | dead; cancelled from ready or leased."""


LEASE = timedelta(seconds=60)
"""How long a claim holds; the worker renews it while the job runs."""


class Progress(msgspec.Struct, frozen=True):
    """How far it is: `done` of `total` units (`None`: not known), and a word on what is being done."""

    done: int = 0
    total: int | None = None
    note: str = ""


class Job(msgspec.Struct, kw_only=True):
    """A row of the table. The methods are for the handler that holds the lease; a loaded job is only read.

    `attempt` counts from 1 in a handler; `lost` tells how many earlier attempts ended without an answer, so an effect
    outside may have happened. `id` is the stable key for such effects.
    """

    id: str
    kind: str
    state: State
    payload: dict[str, object]
    subject: str | None = None
    priority: int = 0
    run_at: datetime
    progress_data: dict[str, object] | None = None
    lease_owner: str | None = None
    lease_until: datetime | None = None
    fence: int = 0
    attempt: int = 0
    max_attempts: int = 1
    lost: int = 0
    idem_key: str | None = None
    lock_key: str | None = None
    result: dict[str, object] | None = None
    last_error: str | None = None
    created_at: datetime
    created_by: str | None = None
    finished_at: datetime | None = None
    committed: bool = False
    forget_payload: bool = False
    stopped: bool = False
    """Set by the worker that looks after its jobs: this one is no longer its own (cancelled, or the lease lost)."""

    @property
    def is_finished(self) -> bool:
        return self.state in ("done", "dead", "cancelled")

    @property
    def progressed(self) -> Progress:
        """How far it was when it was loaded."""
        return msgspec.convert(self.progress_data or {}, Progress)

    async def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Notes how far it is, and renews the lease. Raises JobCancelled or LeaseLost where the job is not ours.

        One small write: call it every second or every few hundred rows, not for each.
        """
        data = msgspec.to_builtins(Progress(done, total, note))
        until = clock.now() + LEASE
        changed = await database.execute(
            "UPDATE tw_job SET progress = ?, lease_until = ? WHERE id = ? AND fence = ? AND state = 'leased'",
            (data, until, self.id, self.fence),
        )
        if not changed:
            await self.refuse()
        self.progress_data, self.lease_until = data, until

    def check_cancelled(self) -> None:
        """Raises JobCancelled once the worker has noticed that the job was cancelled or its lease lost."""
        if self.stopped:
            raise JobCancelled

    @asynccontextmanager
    async def commit(self) -> AsyncIterator[dict[str, object]]:
        """Effects and completion in one transaction: both happen once, or neither.

        What is put into the yielded dict becomes the result. Raises JobCancelled or LeaseLost, before anything inside
        has run, where the job is not ours any more.
        """
        if self.committed:
            raise JobError("The job has been committed already.", code="job_committed")
        result: dict[str, object] = {}
        async with database.transaction():
            if not await database.execute(_DONE, (clock.now(), self.id, self.fence)):
                await self.refuse()
            yield result
            if result:
                await database.execute("UPDATE tw_job SET result = ? WHERE id = ?", (result, self.id))
            if self.forget_payload:
                await database.execute("UPDATE tw_job SET payload = ? WHERE id = ?", ({}, self.id))
        self.committed = True
        self.state = "done"
        self.result = result or None

    async def refuse(self) -> None:
        """Raises JobCancelled or LeaseLost, whichever has happened to this run."""
        self.stopped = True
        state = await database.fetch_value("SELECT state FROM tw_job WHERE id = ?", (self.id,))
        raise JobCancelled if state == "cancelled" else LeaseLost


_DONE = """UPDATE tw_job SET state = 'done', due = FALSE, finished_at = ?, last_error = NULL, lease_owner = NULL,
lease_until = NULL WHERE id = ? AND fence = ? AND state = 'leased'"""
