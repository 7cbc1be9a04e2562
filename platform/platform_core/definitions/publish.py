"""Publishing: check, plan, steps, revisions, references, catalog and audit in one transaction, or nothing at all.

What would hold a big table for long is not done here: it becomes a rollout, which ends in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from platform_core import database, identity
from platform_core.definitions import drafts, rights, rollout, rollout_rows, steps, store
from platform_core.definitions.catalog import catalog, load, refresh
from platform_core.definitions.committing import commit, steps_of
from platform_core.definitions.errors import InvalidDefinition, NotAccepted
from platform_core.definitions.evaluate import Evaluation, evaluate, plan
from platform_core.definitions.model import (
    Answers,
    ChangeItem,
    CheckResult,
    DataStep,
    Draft,
    Key,
    PlanItem,
    PublishResult,
)
from platform_core.definitions.names import existing
from platform_core.i18n import N_
from platform_core.identity import Actor

_ATTEMPTS = 5
"""A table change waits only briefly for readers and then begins anew, so that it never keeps them waiting itself."""


async def check(items: Sequence[ChangeItem], *, answers: Answers | None = None, actor: Actor) -> CheckResult:
    """Everything wrong with a change set, and the plan of publishing it, counted on live data. Changes nothing."""
    await rights.require(actor, "check")
    return (await evaluate(items, await refresh(), answers=answers)).result()


async def check_draft(
    kind: str, name: str, app: str | None = None, *, answers: Answers | None = None, actor: Actor
) -> tuple[Draft, CheckResult]:
    """The draft of a definition (the published one where there is none) and what publishing it would mean."""
    await rights.require(actor, "check")
    draft = await drafts.get_draft(kind, name, app, actor=actor)
    evaluation = await evaluate([_item(draft)], await refresh(), answers=answers)
    await _warn_of_stale_base(evaluation, draft)
    return draft, evaluation.result()


async def publish(
    items: Sequence[ChangeItem] | Draft,
    note: str = "",
    accept: Collection[str] = (),
    *,
    answers: Answers | None = None,
    then: Sequence[DataStep] = (),
    actor: Actor,
) -> PublishResult:
    """Publishes a change set, or a draft, as one.

    Raises InvalidDefinition (problems), NotAccepted (destructive plan items whose ids are not in `accept`),
    RolloutRuns (one of them is being published in the background) and, for a draft that has moved on since it was
    read, StaleDraft. What is published already gets no new revision. `answers` are to plan items that ask; `then` is
    run in the transaction that publishes. Where a big table has to be copied or indexed, the result has a `job`.
    """
    await rights.require(actor, "publish", items.key if isinstance(items, Draft) else None)
    order = rollout.Order(
        draft=items if isinstance(items, Draft) else None,
        items=(_item(items),) if isinstance(items, Draft) else tuple(items),
        note=note,
        accept=tuple(accept),
        answers=dict(answers or {}),
        then=tuple(then),
        actor=actor,
    )
    foreseen = await _foreseen(order)
    if foreseen is not None:
        return await database.run_transaction(lambda: rollout.begin(order, foreseen))
    return await database.run_transaction(lambda: _publish(order), attempts=_ATTEMPTS)


async def retire(
    kind: str,
    name: str,
    app: str | None = None,
    *,
    note: str = "",
    accept: Collection[str] = (),
    actor: Actor,
) -> PublishResult:
    """Takes a definition out of use; its data and revisions stay. What uses it has to be accepted like any loss."""
    await rights.require(actor, "retire")
    key = await existing(kind, name, app)
    return await database.run_transaction(lambda: _retire(key, note, accept, actor), attempts=_ATTEMPTS)


async def plan_of_retiring(kind: str, name: str, app: str | None = None, *, actor: Actor) -> CheckResult:
    """What `retire` would break."""
    await rights.require(actor, "check")
    key = await existing(kind, name, app)
    return (await evaluate([], await refresh(), retire=[key])).result()


def _item(draft: Draft) -> ChangeItem:
    return ChangeItem(
        kind=draft.key.kind, app=draft.key.app, name=draft.key.name, definition=draft.definition
    )


async def _foreseen(order: rollout.Order) -> Evaluation | None:
    """Looked at without any lock: the change set with its plan where it is one for the background, else None."""
    evaluation = await evaluate(
        order.items, await refresh(), answers=order.answers, accept=order.accept, planned=False
    )
    if not evaluation.result().ok:
        return None
    groups = await steps_of(evaluation)
    if not rollout.is_for_background(groups):
        return None
    await steps.run_checks(groups)
    await plan(evaluation)
    if order.draft is not None:
        await _warn_of_stale_base(evaluation, order.draft)
    return evaluation


async def _publish(order: rollout.Order) -> PublishResult:
    await store.lock_catalog()
    await rollout_rows.refuse_running([item.key for item in order.items])
    draft = await drafts.locked(order.draft) if order.draft is not None else None
    items = [_item(draft)] if draft is not None else order.items
    evaluation = await evaluate(items, await load(catalog()), answers=order.answers, accept=order.accept)
    if draft is not None:
        await _warn_of_stale_base(evaluation, draft)
    return await _carry_out(
        evaluation, order.note, order.accept, order.actor, then=order.then, from_draft=draft is not None
    )


async def _retire(key: Key, note: str, accept: Collection[str], actor: Actor) -> PublishResult:
    await store.lock_catalog()
    await rollout_rows.refuse_running([key])
    evaluation = await evaluate([], await load(catalog()), retire=[key])
    return await _carry_out(evaluation, note, accept, actor)


async def _warn_of_stale_base(evaluation: Evaluation, draft: Draft) -> None:
    """Somebody published after this draft was begun: what they did would be undone."""
    candidate = evaluation.candidates[0]
    if candidate.stamp is None or candidate.stamp.revision == draft.base or candidate.is_unchanged:
        return
    line = await store.revision(draft.key, candidate.stamp.revision)
    known = await identity.names([line.author]) if line else {}
    candidate.plan.insert(
        0,
        PlanItem(
            id="draft.base",
            code="stale_base",
            message=N_(
                "This draft was begun on revision {base}; {who} has published revision {now} since, whose changes "
                "would be undone."
            ),
            params={
                "base": draft.base,
                "now": candidate.stamp.revision,
                "who": known.get(line.author, "?") if line else "?",
            },
            destructive=True,
            severity="warning",
        ),
    )


async def _carry_out(
    evaluation: Evaluation,
    note: str,
    accept: Collection[str],
    actor: Actor,
    *,
    then: Sequence[DataStep] = (),
    from_draft: bool = False,
) -> PublishResult:
    """The publish itself, inside a transaction that holds the catalog's lock."""
    result = evaluation.result()
    if not result.ok:
        raise InvalidDefinition(result.problems, result.by_item)
    missing = [item.id for item in result.plan if item.destructive and item.id not in accept]
    if missing:
        raise NotAccepted(missing)
    published, version = await commit(evaluation, await steps_of(evaluation), note, actor, then=then)
    for candidate in evaluation.candidates:
        if evaluation.changed or from_draft:
            await drafts.settle(candidate.key, candidate.hash, used_up=from_draft, actor=actor)
    return PublishResult(
        revisions=published,
        unchanged=result.unchanged,
        version=version,
    )
