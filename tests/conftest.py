"""Shared fixtures live in plugin modules, one per subject; this file names them, and keeps the tests apart."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from platform_core import expressions, settings
from platform_core.definitions import Catalog
from platform_core.identity import loopback
from platform_core.settings import secret

loaded: Any = import_module("platform_core.definitions.catalog")

pytest_plugins = ["tests.fixtures_database", "tests.fixtures_crm"]


@pytest.fixture(autouse=True)
def _own_process() -> Iterator[None]:
    """What a test has put in place for the whole process (a command does, a start does) ends with it."""
    try:
        before = settings.current()
    except RuntimeError:
        before = None
    kept, functions = set(loopback._domains), set(expressions.all_functions())
    yield
    settings.use(before)
    secret._made = None
    loaded._current = Catalog()
    loopback._domains.clear()
    loopback._domains.update(kept)
    for name in expressions.all_functions().keys() - functions:
        expressions.forget_function(name)
