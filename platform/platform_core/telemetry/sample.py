"""One number, as whoever has it tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One number of a source. `name` without unit suffix rules: "tradewind_jobs", "tradewind_database_connections"."""

    name: str
    help: str
    value: float
    labels: Mapping[str, str] = {}
    kind: Literal["gauge", "counter"] = "gauge"
