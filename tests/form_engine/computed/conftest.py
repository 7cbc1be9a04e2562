"""Computed fields entered as the program enters them, and a small trade to compute with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from form_engine import computed
from form_engine.computed.spreading import RECOMPUTE
from form_engine.computed.work import recompute_job
from form_engine.kind.computed_filling import COMPUTE, ComputeStep
from platform_core import definitions, jobs


@pytest.fixture(autouse=True)
def _entered() -> Iterator[None]:
    leave = computed.enter_saving()
    definitions.register_data_step(COMPUTE, ComputeStep())
    jobs.register(jobs.JobKind(RECOMPUTE, recompute_job, queue="bulk"))
    yield
    for each in leave:
        each()
    jobs.forget(RECOMPUTE)
