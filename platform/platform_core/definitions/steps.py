"""Doing the steps of a publish, in one transaction with everything else of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, runtime_checkable

import msgspec

from platform_core import database
from platform_core.definitions.model import DataStep, Steps
from platform_core.errors import TradewindError
from platform_core.i18n import N_

DataStepHandler = Callable[[Mapping[str, object]], Awaitable[None]]
"""Moves data inside the publishing transaction; gets the step's params. Done twice it changes nothing more."""


class Portion(msgspec.Struct, frozen=True):
    """What came of one portion: the id that it ended with ("": that was the last one), and how many rows it saw."""

    last: str
    rows: int


class Watched(msgspec.Struct, frozen=True):
    """The columns of a table whose changes have to be told of while other columns are filled from them."""

    table: str
    columns: tuple[str, ...]


@runtime_checkable
class LaterStep(Protocol):
    """A data step that can work in portions after the publish: each a short transaction, in id order."""

    def table(self, params: Mapping[str, object]) -> str:
        """The table that it goes through."""

    async def portion(self, params: Mapping[str, object], after: str, limit: int) -> Portion:
        """The next rows behind the id `after` ("": from the first). Done twice it changes nothing more."""


@runtime_checkable
class CopyingStep(LaterStep, Protocol):
    """A data step that fills new columns beside old ones, in portions before the publish, while people work.

    What they change meanwhile is noted and given to `again`. Nobody reads the new columns before the publish.
    """

    def watched(self, params: Mapping[str, object]) -> Watched:
        """The old columns."""

    async def again(self, params: Mapping[str, object], ids: Sequence[str]) -> int:
        """These rows once more, locked, in the caller's transaction; how many could not be brought over."""

    async def finish(self, params: Mapping[str, object]) -> None:
        """After the last portion: raises, with the records, where something could not be brought over."""


_handlers: dict[str, DataStepHandler] = {}


class UnknownDataStep(TradewindError):
    """A kind asked for a data step that nobody registered: a mistake of the program."""

    code = "unknown_data_step"


def register_data_step(name: str, handler: DataStepHandler) -> None:
    """Makes `DataStep(name, …)` call `handler`. The last one registered under a name counts."""
    _handlers[name] = handler


async def run(groups: Sequence[Steps]) -> None:
    """All steps: new tables of every definition first (others may point at them), then each in its own order."""
    for group in groups:
        for step in group.steps:
            if isinstance(step, database.CreateTable):
                await database.apply(step)
    for group in groups:
        for step in group.steps:
            if isinstance(step, DataStep):
                await handler_named(step.handler)(step.params)
            elif not isinstance(step, database.CreateTable):
                await database.apply(step)


async def run_checks(groups: Sequence[Steps]) -> None:
    """The steps that change nothing: they raise where the publish cannot be."""
    for group in groups:
        for step in group.steps:
            if isinstance(step, DataStep) and step.check:
                await handler_named(step.handler)(step.params)


def handler_named(name: str) -> DataStepHandler:
    """What was registered under the name. Raises UnknownDataStep."""
    found = _handlers.get(name)
    if found is None:
        raise UnknownDataStep(N_("No data step is called '{name}'."), params={"name": name})
    return found
