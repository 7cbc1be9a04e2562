"""The writing half of a publish: revisions, references, steps, catalog and audit, inside a transaction that holds the
catalog's lock."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from platform_core import audit, clock, database
from platform_core.database import Step
from platform_core.definitions import steps, store, watch
from platform_core.definitions.catalog import compiled, reason_of, refresh
from platform_core.definitions.errors import InvalidDefinition
from platform_core.definitions.evaluate import Candidate, Evaluation, flattened
from platform_core.definitions.kinds import kind_named
from platform_core.definitions.model import DataStep, Key, Published, Steps, label_of
from platform_core.definitions.outgoing import resolved
from platform_core.errors import Problem, TradewindError
from platform_core.i18n import N_
from platform_core.identity import Actor


async def steps_of(evaluation: Evaluation) -> list[Steps]:
    """What has to be done to the database for each changed candidate, in their order."""
    return [await _steps_of(candidate, evaluation) for candidate in evaluation.changed]


async def commit(
    evaluation: Evaluation,
    groups: Sequence[Steps],
    note: str,
    actor: Actor,
    *,
    then: Sequence[Step | DataStep] = (),
    done: bool = False,
) -> tuple[tuple[Published, ...], int]:
    """Writes everything that has changed; answers the new revisions and the catalog's version.

    `groups` are the steps of the changed candidates; where they are `done` already only `then` is run. Tables are
    changed last, so that readers wait for little more than the commit.
    """
    changed = evaluation.changed
    if not changed:
        await steps.run([Steps(tuple(then))])
        return (), (await store.catalog_version()).version
    change_set = database.new_id()
    stored = [
        None if candidate.retires else _revision(candidate, group, note, actor, change_set)
        for candidate, group in zip(changed, groups, strict=True)
    ]
    _refuse_uncompilable(evaluation, stored)
    for candidate, revision in zip(changed, stored, strict=True):
        await _write_one(candidate, revision, evaluation, change_set)
    version = await store.bump_catalog(change_set)
    lines = [_noted(candidate, note, actor, change_set, evaluation.agreed) for candidate in changed]
    await audit.write_many(lines)
    await steps.run([*(() if done else groups), Steps(tuple(then))])
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
        number=candidate.next_revision,
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


def _noted(
    candidate: Candidate, note: str, actor: Actor, change_set: str, agreed: Sequence[str]
) -> audit.Entry:
    number = candidate.stamp.revision if candidate.stamp else 0
    return audit.Entry(
        action="definition.retire" if candidate.retires else "definition.publish",
        actor=actor,
        kind="definition",
        subject=candidate.key.text,
        detail={
            "revision": number if candidate.retires else number + 1,
            "change_set": change_set,
            "accepted": [*agreed] or [item.id for item in candidate.plan if item.destructive],
        },
    )
