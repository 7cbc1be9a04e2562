"""What a process that stays tells Python's collector of cycles."""

from __future__ import annotations

import gc

_YOUNG = 20_000
"""New containers between two looks at the young ones; a page of records makes some thousands, hardly any in cycles."""


def settle_down() -> None:
    """The program as it stands after its start lives as long as the process: the collector need not walk it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)
