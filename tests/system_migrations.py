"""The migrations of every room that has some, lowest room first."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence

from platform_core.database import Migration

_ROOMS = (
    *("jobs", "events", "secrets", "outbound", "identity", "audit", "definitions", "permissions", "entities"),
    *("records", "files", "search", "notifications", "deadlines", "currencies", "inbox", "templates"),
    *("plugins", "web", "api"),
)
_PACKAGES = (*(f"platform_core.{room}" for room in _ROOMS), "form_engine", "flow_engine", "report_engine", "trade_crm")


def collect() -> Sequence[Migration]:
    """Every `MIGRATIONS` in the order in which the rooms stand on each other."""
    found: list[Migration] = []
    for package in _PACKAGES:
        if importlib.util.find_spec(package) and importlib.util.find_spec(f"{package}.migrations"):
            found.extend(importlib.import_module(f"{package}.migrations").MIGRATIONS)
    return tuple(found)
