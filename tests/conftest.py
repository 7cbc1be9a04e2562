"""Shared fixtures live in plugin modules, one per subject; this file names them, and keeps the tests apart."""

from collections.abc import Iterator

import pytest

from platform_core import settings

pytest_plugins = ["tests.fixtures_database", "tests.fixtures_crm"]


@pytest.fixture(autouse=True)
def _own_settings() -> Iterator[None]:
    """Settings that a test has put in place (a command does) end with it."""
    try:
        before = settings.current()
    except RuntimeError:
        before = None
    yield
    settings.use(before)
