"""What the tests of jobs share: a database with the table of jobs only, a clock to turn, kinds that are forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from platform_core import clock, jobs
from platform_core.database import Migration


@pytest.fixture(scope="session")
def migrations() -> Sequence[Migration]:
    return jobs.MIGRATIONS


@pytest.fixture(autouse=True)
def _no_kinds() -> Iterator[None]:
    jobs.reset()
    yield
    jobs.reset()
    jobs.set_announcer(None)


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

    def pass_by(self, **spans: float) -> None:
        self.now += timedelta(**spans)


@pytest.fixture
def time() -> Iterator[Clock]:
    turned = Clock()
    clock.set_source(lambda: turned.now)
    yield turned
    clock.set_source(None)
