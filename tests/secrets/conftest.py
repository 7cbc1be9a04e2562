from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from platform_core import audit, secrets, settings

FIRST, SECOND = b"1" * 64, b"2" * 64


@pytest.fixture(autouse=True)
def use_key(tmp_path: Path) -> Iterator[Callable[[bytes], None]]:
    """An installation with the key FIRST; `use_key(SECOND)` is what a wrong or changed secret.key does."""
    base = settings.load({}, {"TRADEWIND_DATA": str(tmp_path), "TRADEWIND_SECRET_KEY": FIRST.decode()})
    settings.use(base)
    secrets.record_with(audit.write)
    yield lambda key: settings.use(msgspec.structs.replace(base, secret_key=key))
    settings.use(None)
