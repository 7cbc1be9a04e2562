"""How computed fields enter the program."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from form_engine.computed.slots import compute, compute_again, lock_parents_first, spread_changes
from form_engine.computed.spreading import RECOMPUTE
from form_engine.computed.work import recompute_job
from platform_core import jobs, records

if TYPE_CHECKING:
    from platform_core.plugins import Registry


def enter(registry: Registry) -> None:
    """The job that works many records out."""
    registry.add_job_kind(jobs.JobKind(RECOMPUTE, recompute_job, queue="bulk"))


def enter_saving() -> list[Callable[[], None]]:
    """Takes the places in a save; answers the functions that give them up again."""
    return [
        records.on_lock(lock_parents_first),
        records.on_slot("computed", compute),
        records.on_slot("stages", compute_again),
        records.on_slot("after_write", spread_changes),
        records.on_slot("after_leaving", spread_changes),
    ]
