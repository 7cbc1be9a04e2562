"""Settings with a secret, and somebody who acts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from platform_core import audit, settings
from platform_core.database import new_id
from platform_core.identity import Actor


@pytest.fixture(autouse=True)
def installation(tmp_path: Path) -> Iterator[settings.Settings]:
    made = settings.Settings(data=tmp_path, secret_key=b"k" * 32)
    settings.use(made)
    audit.forget_refusals()
    yield made
    audit.forget_refusals()


@pytest.fixture
def lina() -> Actor:
    return Actor(
        user_id=new_id(), name="Lina", via="screen", ip="198.51.100.7", request_id="r-1", session_id=new_id()
    )
