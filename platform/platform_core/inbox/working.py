"""The jobs: one payload to its receiver; old ones forgotten."""

from __future__ import annotations

from datetime import timedelta

from platform_core import audit, clock, database, identity, jobs
from platform_core.errors import NotFound, TradewindError
from platform_core.i18n import N_
from platform_core.identity import Actor
from platform_core.inbox.endpoints import find_endpoint
from platform_core.inbox.receivers import receivers
from platform_core.inbox.rows import find

PROCESS = "inbox.process"
PURGE = "inbox.purge"
PURGING = jobs.Schedule(PURGE, cron="55 1 * * *", title=N_("Forget what other systems sent long ago"))
_KEEP_DONE = timedelta(days=30)
_KEEP_REST = timedelta(days=90)
_NO_USE = frozenset({403, 404, 409, 422})
"""Statuses of errors that come back however often it is tried."""


async def process_job(job: jobs.Job) -> None:
    """The job PROCESS: what the receiver writes, and that it is done, in one transaction.

    Raises GiveUp where trying again is of no use: no endpoint, no account, a payload that does not fit.
    """
    received = await find(str(job.payload["inbox"]))
    receiver = receivers().get(received.receiver)
    if receiver is None:
        raise TradewindError(N_("The connector {name} is not installed."), params={"name": received.receiver})
    await database.execute("UPDATE tw_inbox SET attempts = attempts + 1 WHERE id = ?", (received.id,))
    try:
        endpoint = await find_endpoint(received.endpoint or "")
        actor = await identity.actor_of(endpoint.acts_for, via="api")
        async with job.commit():
            result = await receiver.handle(received, endpoint.settings, actor)
            await database.execute(
                "UPDATE tw_inbox SET state = 'done', finished_at = ?, last_error = NULL, result = ? WHERE id = ?",
                (clock.now(), dict(result) if result else None, received.id),
            )
    except TradewindError as exc:
        if exc.status in _NO_USE:
            raise jobs.GiveUp(str(exc)) from exc
        raise


async def process_dead(job: jobs.Job, error: str) -> None:
    """The work was given up: the row says why."""
    await database.execute(
        "UPDATE tw_inbox SET state = 'failed', last_error = ?, finished_at = ? WHERE id = ?",
        (error[:2000], clock.now(), str(job.payload.get("inbox"))),
    )


async def retry(received_id: str, *, actor: Actor) -> None:
    """Works on a failed payload again. Raises NotFound for any other."""
    async with database.transaction():
        received = await find(received_id)
        if received.state != "failed" or not received.job or not await jobs.retry(received.job):
            raise NotFound()
        await database.execute(
            "UPDATE tw_inbox SET state = 'received', last_error = NULL, finished_at = NULL WHERE id = ?",
            (received.id,),
        )
        await audit.write("inbox.retry", actor=actor, kind="inbox", subject=f"inbox/{received.id}")


async def purge_job(job: jobs.Job) -> dict[str, object]:
    """The job PURGE: what is done goes after 30 days, everything else after 90."""
    now = clock.now()
    removed = await database.execute(
        "DELETE FROM tw_inbox WHERE received_at < ? OR (state = 'done' AND received_at < ?)",
        (now - _KEEP_REST, now - _KEEP_DONE),
    )
    return {"removed": removed}
