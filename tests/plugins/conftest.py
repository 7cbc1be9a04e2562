"""Plugins in a data folder of their own; what a test has imported is forgotten after it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from platform_core.plugins import guarding


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    before, path = set(sys.modules), list(sys.path)
    yield
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if "/data/plugins/" in file.replace("\\", "/"):
            del sys.modules[name]
    sys.path[:] = path
    guarding._off.clear()
    guarding._in_a_row.clear()
