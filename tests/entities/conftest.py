"""No form is published here but those that a test brings along."""

from collections.abc import Iterator

import pytest

from platform_core import definitions
from platform_core.definitions import Catalog


@pytest.fixture(autouse=True)
def _nothing_published() -> Iterator[None]:
    with definitions.pinned(Catalog()):
        yield
