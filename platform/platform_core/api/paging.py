"""Pages of a list: `{items, next_cursor, total?}`."""

from __future__ import annotations

from collections.abc import Sequence

from platform_core.errors import Invalid
from platform_core.i18n import N_

MOST = 200
"""Items of one page at most."""


def page(
    items: Sequence[object], next_cursor: str | None = None, total: int | None = None
) -> dict[str, object]:
    """One page. `next_cursor` is opaque and null on the last one; `total` is there only where it was asked for."""
    made: dict[str, object] = {"items": items, "next_cursor": next_cursor}
    return made if total is None else made | {"total": total}


def limit(raw: str | None, default: int = 50) -> int:
    """The `limit` parameter: 1 to 200. Raises Invalid for anything else."""
    if raw is None or raw == "":
        return default
    if raw.isdecimal() and 1 <= int(raw) <= MOST:
        return int(raw)
    raise Invalid.one("/limit", "out_of_range", N_("`limit` is a number from 1 to {most}."), most=MOST)
