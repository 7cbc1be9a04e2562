"""Doing the steps of a publish, in one transaction with everything else of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from platform_core import database
from platform_core.definitions.model import DataStep, Steps
from platform_core.errors import TradewindError
from platform_core.i18n import N_

DataStepHandler = Callable[[Mapping[str, object]], Awaitable[None]]
"""Moves data inside the publishing transaction; gets the step's params. Done twice it changes nothing more."""

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
                await _handler(step.handler)(step.params)
            elif not isinstance(step, database.CreateTable):
                await database.apply(step)


def _handler(name: str) -> DataStepHandler:
    found = _handlers.get(name)
    if found is None:
        raise UnknownDataStep(N_("No data step is called '{name}'."), params={"name": name})
    return found
