"""What choice lists contribute beside their kind: the memory of merges, the job that makes them, its step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from form_engine.dictionary.merging import MERGE, begin, work
from form_engine.dictionary.moved import MIGRATIONS, forget_forms
from platform_core.jobs import JobKind
from platform_core.records import FormsLeft

if TYPE_CHECKING:
    from platform_core.plugins import Registry


def enter(registry: Registry) -> None:
    """Contribute table, job and step."""
    registry.add_migrations(MIGRATIONS)
    registry.add_data_step(MERGE, begin)
    registry.add_job_kind(JobKind(MERGE, work, queue="bulk"))
    registry.add_listener(FormsLeft, forget_forms, after_commit=False)
