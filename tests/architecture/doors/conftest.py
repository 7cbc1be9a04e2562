"""`world`: the product with records that not everybody may see."""

from __future__ import annotations

import pytest

from tests.architecture.doors.world import World, build
from tests.fixtures_crm import Crm


@pytest.fixture
async def world(crm: Crm) -> World:
    return await build(crm)
