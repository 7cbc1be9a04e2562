"""The steps of a publish, sorted by when a rollout does them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from platform_core.database import (
    AddColumn,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropIndex,
    DropTable,
    Step,
)
from platform_core.definitions.model import DataStep, Steps
from platform_core.definitions.rollout_rows import Copied, Made, Rest, Rollout
from platform_core.definitions.steps import CopyingStep, LaterStep, handler_named


@dataclass
class Sorted:
    """`expand` makes room, `copies` fill it, `checks` may refuse, `indexes` are built while people work, `inside` goes
    into the publish itself, `later` and `drops` come after it."""

    expand: list[CreateTable | AddColumn] = field(default_factory=list)
    copies: list[Copied] = field(default_factory=list)
    checks: list[DataStep] = field(default_factory=list)
    indexes: list[CreateIndex] = field(default_factory=list)
    inside: list[Step | DataStep] = field(default_factory=list)
    later: list[DataStep] = field(default_factory=list)
    drops: list[Step] = field(default_factory=list)

    @property
    def rest(self) -> Rest:
        return Rest(tuple(self.copies), tuple(self.later), tuple(self.drops))


def sorted_steps(rollout: Rollout, groups: Sequence[Steps]) -> Sorted:
    """Every step of the change set in its place."""
    found = Sorted()
    for group in groups:
        for step in group.steps:
            _place(step, rollout, found)
    return found


def _place(step: Step | DataStep, rollout: Rollout, found: Sorted) -> None:
    if isinstance(step, DataStep):
        _place_data(step, rollout, found)
    elif isinstance(step, CreateTable | AddColumn):
        found.expand.append(step)
    elif isinstance(step, CreateIndex):
        found.indexes.append(step)
    elif isinstance(step, DropIndex | DropColumn | DropTable):
        found.drops.append(step)
    else:
        found.inside.append(step)


def _place_data(step: DataStep, rollout: Rollout, found: Sorted) -> None:
    handler = handler_named(step.handler)
    if step.check:
        found.checks.append(step)
    elif isinstance(handler, CopyingStep):
        watch = f"tw_w_{rollout.id.replace('-', '')}_{len(found.copies)}"
        found.copies.append(Copied(watch, step))
    elif isinstance(handler, LaterStep):
        found.later.append(step)
    else:
        found.inside.append(step)


def made_by(steps: Sorted) -> Iterator[Made]:
    """What the database gets before the publish, in that order."""
    for step in steps.expand:
        if isinstance(step, CreateTable):
            yield Made("table", step.table.name, step.table.name)
        else:
            yield Made("column", step.table, step.column.name)
    for copied in steps.copies:
        yield Made("watch", copying(copied).watched(copied.step.params).table, copied.watch)
    for made in steps.indexes:
        yield Made("index", made.index.table, made.index.name)


def copying(copied: Copied) -> CopyingStep:
    """The handler of a copying step."""
    handler = handler_named(copied.step.handler)
    if not isinstance(handler, CopyingStep):
        raise TypeError(f"the data step {copied.step.handler} does not copy")
    return handler


def working_later(step: DataStep) -> LaterStep:
    """The handler of a step that comes after the publish."""
    handler = handler_named(step.handler)
    if not isinstance(handler, LaterStep):
        raise TypeError(f"the data step {step.handler} does not work in portions")
    return handler
