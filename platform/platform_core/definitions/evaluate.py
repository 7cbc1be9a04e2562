"""A change set looked at from all sides: what is wrong with it, and what publishing it would do."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from platform_core.definitions import store
from platform_core.definitions.catalog import decoded
from platform_core.definitions.incoming import broken_uses
from platform_core.definitions.kinds import DefinitionKind, kind_named, kinds, known
from platform_core.definitions.model import (
    Answers,
    ChangeItem,
    CheckResult,
    Definition,
    Key,
    PlanItem,
    Raw,
    Revision,
)
from platform_core.definitions.outgoing import reference_problems
from platform_core.definitions.parse import content_hash, name_problems, parse
from platform_core.definitions.snapshot import Catalog
from platform_core.definitions.world import World
from platform_core.errors import Problem
from platform_core.i18n import N_

_log = logging.getLogger("tradewind.definitions")


@dataclass
class Candidate:
    """One item of a change set on its way. `definition` None without problems means: this one goes."""

    key: Key
    raw: Raw
    """In today's schema, without "$schema"."""
    kind: DefinitionKind | None = None
    definition: Definition | None = None
    old: Revision | None = None
    stamp: store.Stamp | None = None
    retires: bool = False
    problems: list[Problem] = field(default_factory=list)
    plan: list[PlanItem] = field(default_factory=list)

    @property
    def hash(self) -> str:
        return content_hash(self.raw)

    @property
    def next_revision(self) -> int:
        """The number of the revision that a publish makes."""
        return self.stamp.revision + 1 if self.stamp else 1

    @property
    def is_unchanged(self) -> bool:
        """Published exactly so already."""
        if self.stamp is None:
            return False
        if self.retires:
            return self.stamp.state == store.RETIRED
        return self.stamp.state == store.PUBLISHED and self.stamp.hash == self.hash


@dataclass
class Evaluation:
    """A change set with everything found out about it."""

    candidates: list[Candidate]
    world: World
    agreed: Sequence[str] = ()
    """Plan items that were agreed to when the publish began in the background; its plan is not made again."""

    @property
    def changed(self) -> list[Candidate]:
        return [candidate for candidate in self.candidates if not candidate.is_unchanged]

    def result(self) -> CheckResult:
        by_item = tuple(tuple(candidate.problems) for candidate in self.candidates)
        return CheckResult(
            by_item=by_item,
            problems=flattened(by_item),
            plan=tuple(item for candidate in self.candidates for item in candidate.plan),
            unchanged=tuple(candidate.key for candidate in self.candidates if candidate.is_unchanged),
        )


Planner = Callable[[Sequence[Candidate], World], Awaitable[Mapping[Key, Sequence[PlanItem]]]]
"""Adds to the plans of kinds that are not its own; asked once per change set. Only `key`, `old`, `definition` count."""

_planners: list[Planner] = []


def register_planner(planner: Planner) -> None:
    """Adds a planner: the owner of roles says there that nobody is granted anything of a new form."""
    if planner not in _planners:
        _planners.append(planner)


def forget_planner(planner: Planner) -> None:
    """Takes a planner away."""
    if planner in _planners:
        _planners.remove(planner)


def flattened(by_item: Sequence[Sequence[Problem]]) -> tuple[Problem, ...]:
    """All problems in one list; where there are several items their pointers tell which one is meant."""
    if len(by_item) == 1:
        return tuple(by_item[0])
    return tuple(
        Problem(
            pointer=f"/items/{place}/definition{problem.pointer}",
            code=problem.code,
            message=problem.message,
            params=problem.params,
            remedy=problem.remedy,
        )
        for place, found in enumerate(by_item)
        for problem in found
    )


async def evaluate(
    items: Sequence[ChangeItem],
    catalog: Catalog,
    *,
    retire: Sequence[Key] = (),
    answers: Answers | None = None,
    accept: Collection[str] = (),
    now: datetime | None = None,
    planned: bool = True,
) -> Evaluation:
    """Checks and plans publishing `items` and taking `retire` away, on top of `catalog`. Changes nothing.

    Not `planned`: without the plan, which is counted on live data. `now` is when the publish began.
    """
    candidates = [await _candidate(item) for item in items] + [await _leaving(key) for key in retire]
    _refuse_twins(candidates)
    changes = {one.key: one.definition for one in candidates if one.retires or one.definition}
    world = World(catalog, changes, answers=answers, accept=accept, now=now)
    for candidate in candidates:
        if candidate.definition is not None and candidate.kind is not None and not candidate.problems:
            view = world.at(candidate.key)
            candidate.problems += candidate.kind.check(candidate.definition, view)
            candidate.problems += reference_problems(candidate.kind.references(candidate.definition), view)
            candidate.problems.sort(key=lambda problem: problem.pointer)
    evaluation = Evaluation(candidates, world)
    if planned:
        await plan(evaluation)
    return evaluation


async def _candidate(item: ChangeItem) -> Candidate:
    key = item.key
    found = name_problems(key, tuple(kind.name for kind in kinds()))
    if not known(key.kind) or found:
        return Candidate(key=key, raw=item.definition, problems=found)
    kind = kind_named(key.kind)
    parsed = parse(kind, key, item.definition)
    candidate = Candidate(
        key=key,
        raw=parsed.raw,
        kind=kind,
        definition=parsed.definition,
        problems=list(parsed.problems),
    )
    await _with_history(candidate)
    return candidate


async def _leaving(key: Key) -> Candidate:
    candidate = Candidate(key=key, raw={}, kind=kind_named(key.kind), retires=True)
    await _with_history(candidate)
    return candidate


async def _with_history(candidate: Candidate) -> None:
    candidate.stamp = await store.stamp(candidate.key)
    if candidate.stamp is not None:
        stored = await store.revision(candidate.key, candidate.stamp.revision)
        candidate.old = standing_revision(stored) if stored else None


def standing_revision(stored: store.StoredRevision) -> Revision:
    """A stored revision in the words of today's code."""
    try:
        definition = decoded(stored)
    except Exception as exc:  # noqa: BLE001 - whatever it is, publishing over it is the way to mend it
        _log.warning("revision %s of %s cannot be read any more: %s", stored.number, stored.key.text, exc)
        definition = None
    return Revision(
        key=stored.key,
        number=stored.number,
        hash=stored.hash,
        definition=definition,
        raw=stored.raw,
        meta=stored.meta,
        note=stored.note,
        author=stored.author,
        at=stored.at,
    )


def _refuse_twins(candidates: Sequence[Candidate]) -> None:
    seen: set[Key] = set()
    for candidate in candidates:
        if candidate.key in seen:
            message = N_("{name} is in this change set twice.")
            params: dict[str, object] = {"name": candidate.key.text}
            candidate.problems.append(Problem(pointer="", code="twice", message=message, params=params))
        seen.add(candidate.key)


async def plan(evaluation: Evaluation) -> None:
    """Asks for the plans of what is sound; a plan for a definition with problems would be a guess."""
    candidates, world = evaluation.candidates, evaluation.world
    sound = [one for one in candidates if not one.problems and not one.is_unchanged]
    rewritten = frozenset(one.key for one in candidates if not one.problems)
    extra = await _planned_by_others(sound, world)
    for one in sound:
        kind = kind_named(one.key.kind)
        if one.old is not None and one.old.definition is None:
            found = [_UNTOLD]
        else:
            found = await kind.plan(one.old, one.definition, world.at(one.key))
        found += await broken_uses(one.key, one.old, one.definition, rewritten, world)
        found += extra.get(one.key, [])
        one.plan = found if len(candidates) == 1 else [qualified(one.key, item) for item in found]


async def _planned_by_others(sound: Sequence[Candidate], world: World) -> Mapping[Key, list[PlanItem]]:
    found: dict[Key, list[PlanItem]] = {}
    for planner in _planners:
        for key, items in (await planner(sound, world)).items():
            found.setdefault(key, []).extend(items)
    return found


_UNTOLD = PlanItem(
    id="old.unreadable",
    code="old_unreadable",
    message=N_("What is published now cannot be read any more, so what this would change cannot be told."),
    destructive=True,
    severity="warning",
)


def qualified(key: Key, item: PlanItem) -> PlanItem:
    """The item with the id that it has among several definitions."""
    return msgspec.structs.replace(item, id=f"{key.text}:{item.id}")
