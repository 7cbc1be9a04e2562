"""The kinds of forms and roles entered, settings in place, a company to work in, and an index that listens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from platform_core import jobs, search
from tests.records.conftest import _kinds, company

__all__ = ["_kinds", "company"]


@pytest.fixture(autouse=True)
def _index(_kinds: None) -> Iterator[None]:
    search.enter()
    jobs.register(jobs.JobKind(search.REBUILD, search.rebuild_job))
    yield
