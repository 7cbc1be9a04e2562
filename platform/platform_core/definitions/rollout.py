"""Publishes that are too much for one moment: begun, looked at and cancelled here, carried out by a job.

A rollout expands first (new columns beside the old ones, filled in portions while people work, indexes), then
publishes in one short transaction, then contracts (titles, what is no longer needed). Until it publishes nobody sees
anything of it, and cancelling takes everything back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from platform_core import audit, clock, database, jobs, settings
from platform_core.definitions import drafts, names, rights, rollout_rows, store
from platform_core.definitions.errors import NotAccepted, RolloutOver, UnknownDefinition
from platform_core.definitions.evaluate import Evaluation
from platform_core.definitions.model import (
    Answers,
    ChangeItem,
    DataStep,
    Draft,
    Published,
    PublishResult,
    Steps,
)
from platform_core.definitions.rollout_rows import Rollout
from platform_core.i18n import N_
from platform_core.identity import Actor

_GRACE = timedelta(minutes=2)
"""So long a request or a job may still work with the revision that it began with."""

ROLL_OUT = "definitions.roll_out"
UNDO = "definitions.undo_roll_out"
SETTLE = "definitions.settle_roll_out"


@dataclass(frozen=True)
class Order:
    """What was asked to be published."""

    draft: Draft | None
    items: tuple[ChangeItem, ...]
    note: str
    accept: tuple[str, ...]
    answers: Answers
    then: tuple[DataStep, ...]
    actor: Actor


def is_for_background(groups: Sequence[Steps]) -> bool:
    """Whether the steps go through so many rows that nobody should wait for them."""
    most = max((group.rows for group in groups), default=0)
    return most > 0 and most >= settings.current().big_table_rows


async def begin(order: Order, foreseen: Evaluation) -> PublishResult:
    """Writes the rollout and its job, in the caller's transaction. Raises NotAccepted, RolloutRuns, StaleDraft."""
    await store.lock_catalog()
    keys = [candidate.key for candidate in foreseen.changed]
    await rollout_rows.refuse_running(keys)
    if order.draft is not None:
        await drafts.locked(order.draft)
    result = foreseen.result()
    missing = [item.id for item in result.plan if item.destructive and item.id not in order.accept]
    if missing:
        raise NotAccepted(missing)
    made = tuple(
        Published(one.key, one.next_revision, one.hash) for one in foreseen.changed if not one.retires
    )
    rollout = Rollout(
        id=database.new_id(),
        state="running",
        keys=tuple(keys),
        items=order.items,
        note=order.note,
        accept=order.accept,
        answers=dict(order.answers),
        steps=order.then,
        draft=order.draft.rev if order.draft is not None else None,
        author=order.actor,
        revisions=made,
        created_at=clock.now(),
    )
    rollout.job = await _add_job(ROLL_OUT, rollout)
    await rollout_rows.add(rollout)
    await _note("definition.roll_out", rollout, order.actor)
    version = (await store.catalog_version()).version
    return PublishResult(revisions=made, unchanged=result.unchanged, version=version, job=rollout.job)


async def rollout_of(kind: str, name: str, app: str | None = None, *, actor: Actor) -> Rollout:
    """The newest rollout of a definition. Raises UnknownDefinition where there has been none."""
    await rights.require(actor, "read")
    found = await rollout_rows.latest(await names.address(kind, name, app))
    if found is None:
        raise UnknownDefinition(kind, name)
    return found


async def cancel_rollout(kind: str, name: str, app: str | None = None, *, actor: Actor) -> Rollout:
    """Stops the rollout of a definition; what it has made is taken away by a job. Raises RolloutOver."""
    await rights.require(actor, "publish")
    rollout = await rollout_of(kind, name, app, actor=actor)
    async with database.transaction():
        if not await rollout_rows.move_on(rollout, "undoing", before=("running",)):
            raise RolloutOver()
        if rollout.job is not None:
            await jobs.cancel(rollout.job)
        await _undo(rollout)
        await _note("definition.roll_out_cancel", rollout, actor)
    return rollout


async def abandoned(job: jobs.Job, error: str = "") -> None:
    """The job of a rollout was cancelled, or has died: nobody goes on with it, so it is taken back."""
    rollout = await rollout_rows.of_job(job.id)
    if rollout is None:
        return
    failure = None
    if error:
        message = N_("The background job could not do it: {reason}.")
        failure = rollout_rows.Failure(code="job_failed", message=message, params={"reason": error})
    if await rollout_rows.move_on(rollout, "undoing", before=("running",), failure=failure):
        await _undo(rollout)


async def turn_back(rollout: Rollout, failure: rollout_rows.Failure) -> None:
    """Something stands in the way: the rollout fails, and what it has made is taken away by a job."""
    async with database.transaction():
        if await rollout_rows.move_on(rollout, "undoing", before=("running",), failure=failure):
            await _undo(rollout)


async def settle_later(rollout: Rollout) -> None:
    """The watches stay until nobody can still work with the revision before; then a job takes them away."""
    await jobs.add(
        SETTLE, {"rollout": rollout.id}, subject=_subject(rollout), run_at=clock.now() + _GRACE,
        lock_key=f"rollout/{rollout.id}",
    )  # fmt: skip


async def _undo(rollout: Rollout) -> None:
    await rollout_rows.change(rollout, phase="undoing", job=await _add_job(UNDO, rollout))


async def _add_job(kind: str, rollout: Rollout) -> str:
    return await jobs.add(
        kind,
        {"rollout": rollout.id},
        subject=_subject(rollout),
        lock_key=f"rollout/{rollout.id}",
        created_by=rollout.author.user_id,
    )


def _subject(rollout: Rollout) -> str:
    return rollout.keys[0].text if rollout.keys else ""


async def _note(action: str, rollout: Rollout, actor: Actor) -> None:
    lines = [
        audit.Entry(
            action=action, actor=actor, kind="definition", subject=key.text, detail={"rollout": rollout.id}
        )
        for key in rollout.keys
    ]
    await audit.write_many(lines)
