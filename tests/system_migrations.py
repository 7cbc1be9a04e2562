"""The migrations of every room that has some, lowest room first."""

from __future__ import annotations

import importlib
import importlib.util
import os
import warnings
from collections.abc import Sequence
from pathlib import Path

from platform_core.database import Migration

_ROOMS = (
    *("jobs", "events", "secrets", "outbound", "identity", "audit", "definitions", "permissions", "entities"),
    *(
        "records",
        "calendars",
        "files",
        "search",
        "notifications",
        "deadlines",
        "currencies",
        "inbox",
        "templates",
    ),
    *("plugins", "web", "api", "operations"),
)
_PACKAGES = (
    *(f"platform_core.{room}" for room in _ROOMS),
    "form_engine",
    "flow_engine",
    "report_engine",
    "trade_crm",
)


def collect() -> Sequence[Migration]:
    """Every `MIGRATIONS` in the order in which the rooms stand on each other.

    A room that cannot be imported is left out with a warning, so that the others can be tested; not under CI=true.
    """
    found: list[Migration] = []
    for package in _PACKAGES:
        if not _has_migrations(package):
            continue
        try:
            found.extend(importlib.import_module(f"{package}.migrations").MIGRATIONS)
        except ImportError as exc:
            if os.environ.get("CI") == "true":
                raise
            warnings.warn(f"left out: the migrations of {package} ({exc})", stacklevel=2)
    return tuple(found)


def _has_migrations(package: str) -> bool:
    top, _, room = package.partition(".")
    spec = importlib.util.find_spec(top)
    places = spec.submodule_search_locations if spec else None
    return any((Path(place) / room / "migrations.py").is_file() for place in places or ())
