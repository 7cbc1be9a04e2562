"""Forms with rules, published, and the handler that holds them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from form_engine.saving.rules import hold_rules
from platform_core import records


@pytest.fixture(autouse=True)
def _holding(_kinds: None) -> Iterator[None]:
    leave = records.on_slot("rules", hold_rules)
    yield
    leave()
