"""The ordered places of a save into which engines, apps and plugins put their part.

A handler gets all records that are being saved together (one for a form, hundreds for an import), so that it can ask
the database once. It reads and changes them through `Save`, and refuses by `save.refuse(…)`, never by raising for
what a person typed.

| slot | runs | for |
|---|---|---|
| before_save | before anything is read from the input | plugin hooks: may change `save.raw` |
| defaults | after the fields' own defaults, new records only | values that a form sets by rule |
| computed | after all input is there | formulas, roll-ups |
| rules | then | show, require, read-only, set, options, check |
| stages | then | stage matrix and transition guards |
| duplicates | after every other check | duplicate policy |
| encryption | right before the columns are made | fields that are stored encrypted |
| after_write | inside the transaction, after the rows are written | roll-ups of parents, jobs, automations |
| after_leaving | likewise, after records went into the bin, came back or were destroyed | roll-ups of parents |
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from platform_core.records.saving.work import Save

Slot = Literal[
    "before_save",
    "defaults",
    "computed",
    "rules",
    "stages",
    "duplicates",
    "encryption",
    "after_write",
    "after_leaving",
]

SlotHandler = Callable[[Sequence["Save"]], Awaitable[None]]

_handlers: dict[Slot, list[SlotHandler]] = {slot: [] for slot in get_args(Slot)}


def on_slot(slot: Slot, handler: SlotHandler) -> Callable[[], None]:
    """Adds a handler behind those already there. Returns the function that takes it away again."""
    if slot not in _handlers:
        raise ValueError(f"there is no slot '{slot}': {', '.join(_handlers)}")
    _handlers[slot].append(handler)
    return lambda: _handlers[slot].remove(handler)


async def run_slot(slot: Slot, saves: Sequence[Save]) -> None:
    """Every handler of the slot, in the order in which they came."""
    for handler in tuple(_handlers[slot]):
        await handler(saves)
