"""Publishing: check, plan, steps, revisions, references, catalog and audit in one transaction, or nothing at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from platform_core import audit, clock, database, identity
from platform_core.definitions import drafts, rights, steps, store, watch
from platform_core.definitions.catalog import catalog, compiled, load, reason_of, refresh
from platform_core.definitions.errors import InvalidDefinition, NotAccepted
from platform_core.definitions.evaluate import Candidate, Evaluation, evaluate, flattened
from platform_core.definitions.kinds import kind_named
from platform_core.definitions.model import (
    ChangeItem,
    CheckResult,
    Draft,
    Key,
    PlanItem,
    Published,
    PublishResult,
    Steps,
    label_of,
)
from platform_core.definitions.names import existing
from platform_core.definitions.outgoing import resolved
from platform_core.errors import Problem, TradewindError
from platform_core.i18n import N_
from platform_core.identity import Actor

_ATTEMPTS = 5
"""A table change waits only briefly for readers and then begins anew, so that it never keeps them waiting itself."""


async def check(items: Sequence[ChangeItem], *, actor: Actor) -> CheckResult:
    """Everything wrong with a change set, and the plan of publishing it, counted on live data. Changes nothing."""
    await rights.require(actor, "check")
    return (await evaluate(items, await refresh())).result()


async def check_draft(
    kind: str, name: str, app: str | None = None, *, actor: Actor
) -> tuple[Draft, CheckResult]:
    """The draft of a definition (the published one where there is none) and what publishing it would mean."""
    await rights.require(actor, "check")
    draft = await drafts.get_draft(kind, name, app, actor=actor)
    evaluation = await evaluate([_item(draft)], await refresh())
    await _warn_of_stale_base(evaluation, draft)
    return draft, evaluation.result()


async def publish(
    items: Sequence[ChangeItem] | Draft, note: str = "", accept: Collection[str] = (), *, actor: Actor
) -> PublishResult:
    """Publishes a change set, or a draft, as one.

    Raises InvalidDefinition (problems), NotAccepted (destructive plan items whose ids are not in `accept`) and, for a
    draft that has moved on since it was read, StaleDraft. What is published already gets no new revision.
    """
    await rights.require(actor, "publish", items.key if isinstance(items, Draft) else None)
    return await database.run_transaction(lambda: _publish(items, note, accept, actor), attempts=_ATTEMPTS)


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


async def _publish(
    items: Sequence[ChangeItem] | Draft, note: str, accept: Collection[str], actor: Actor
) -> PublishResult:
    await store.lock_catalog()
    if not isinstance(items, Draft):
        evaluation = await evaluate(items, await load(catalog()))
        return await _carry_out(evaluation, note, accept, actor)
    draft = await drafts.locked(items)
    evaluation = await evaluate([_item(draft)], await load(catalog()))
    await _warn_of_stale_base(evaluation, draft)
    return await _carry_out(evaluation, note, accept, actor, from_draft=True)


async def _retire(key: Key, note: str, accept: Collection[str], actor: Actor) -> PublishResult:
    await store.lock_catalog()
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
    evaluation: Evaluation, note: str, accept: Collection[str], actor: Actor, *, from_draft: bool = False
) -> PublishResult:
    """The publish itself, inside a transaction that holds the catalog's lock."""
    result = evaluation.result()
    if not result.ok:
        raise InvalidDefinition(result.problems, result.by_item)
    missing = [item.id for item in result.plan if item.destructive and item.id not in accept]
    if missing:
        raise NotAccepted(missing)
    published, version = await _write(evaluation, note, actor)
    for candidate in evaluation.candidates:
        if evaluation.changed or from_draft:
            await drafts.settle(candidate.key, candidate.hash, used_up=from_draft, actor=actor)
    return PublishResult(
        revisions=published,
        unchanged=result.unchanged,
        version=version,
    )


async def _write(evaluation: Evaluation, note: str, actor: Actor) -> tuple[tuple[Published, ...], int]:
    changed = evaluation.changed
    if not changed:
        return (), (await store.catalog_version()).version
    change_set = database.new_id()
    groups = [await _steps_of(candidate, evaluation) for candidate in changed]
    stored = [
        None if candidate.retires else _revision(candidate, group, note, actor, change_set)
        for candidate, group in zip(changed, groups, strict=True)
    ]
    _refuse_uncompilable(evaluation, stored)
    await steps.run(groups)
    for candidate, revision in zip(changed, stored, strict=True):
        await _write_one(candidate, revision, evaluation, change_set)
    version = await store.bump_catalog(change_set)
    await audit.write_many([_noted(candidate, note, actor, change_set) for candidate in changed])
    await watch.announce(version)
    database.after_commit(_refreshed)
    made = [revision for revision in stored if revision is not None]
    return tuple(Published(one.key, one.number, one.hash) for one in made), version


async def touch_catalog() -> None:
    """A new version of the catalog without a new definition, so that every process looks again: plugins have come or
    gone. In the caller's transaction."""
    await store.lock_catalog()
    await watch.announce(await store.bump_catalog(database.new_id()))
    database.after_commit(_refreshed)


async def _refreshed() -> None:
    await refresh()


async def _steps_of(candidate: Candidate, evaluation: Evaluation) -> Steps:
    kind = kind_named(candidate.key.kind)
    return await kind.steps(candidate.old, candidate.definition, evaluation.world.at(candidate.key))


def _revision(
    candidate: Candidate, group: Steps, note: str, actor: Actor, change_set: str
) -> store.StoredRevision:
    return store.StoredRevision(
        key=candidate.key,
        number=candidate.stamp.revision + 1 if candidate.stamp else 1,
        hash=candidate.hash,
        source=msgspec.json.encode(candidate.raw),
        # As it will be read back, so that what is compiled now is what will be compiled at the next start.
        meta=msgspec.json.decode(msgspec.json.encode(group.meta)),
        note=note,
        author=actor.user_id,
        at=clock.now(),
        change_set=change_set,
    )


def _refuse_uncompilable(evaluation: Evaluation, stored: Sequence[store.StoredRevision | None]) -> None:
    """A definition that cannot be compiled must not be published: it would be left out of every catalog."""
    found: dict[Key, Problem] = {}
    for revision in stored:
        if revision is None:
            continue
        try:
            compiled(revision)
        except TradewindError as exc:
            message = N_("This cannot be made to work: {reason}.")
            found[revision.key] = Problem(
                pointer=exc.pointer or "", code="compile", message=message, params={"reason": reason_of(exc)}
            )
    if found:
        by_item = [[found[one.key]] if one.key in found else [] for one in evaluation.candidates]
        raise InvalidDefinition(flattened(by_item), by_item)


async def _write_one(
    candidate: Candidate, revision: store.StoredRevision | None, evaluation: Evaluation, change_set: str
) -> None:
    if revision is None:
        await store.set_retired(candidate.key, change_set)
        await store.replace_references(candidate.key, ())
        return
    await store.add_revision(revision, label_of(candidate.raw, candidate.key.name))
    references = kind_named(candidate.key.kind).references(candidate.definition)
    await store.replace_references(candidate.key, resolved(references, evaluation.world.at(candidate.key)))


def _noted(candidate: Candidate, note: str, actor: Actor, change_set: str) -> audit.Entry:
    number = candidate.stamp.revision if candidate.stamp else 0
    return audit.Entry(
        action="definition.retire" if candidate.retires else "definition.publish",
        actor=actor,
        kind="definition",
        subject=candidate.key.text,
        detail={
            "revision": number if candidate.retires else number + 1,
            "change_set": change_set,
            "accepted": [item.id for item in candidate.plan if item.destructive],
        },
    )
