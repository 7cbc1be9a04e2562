"""Refused access, written with a bound: a scanner must not be able to fill the disk with its own tracks.

Per caller (a person, else an address) and action, the first lines of a minute are written in full; what comes
after is counted, and the count is written as one line when the next minute's first refusal arrives. A whole
process writes no more than `_PROCESS_LINES` a minute.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from platform_core import clock
from platform_core.audit.model import REFUSAL, Who
from platform_core.audit.writer import write

_WINDOW = 60.0
_CALLER_LINES = 20
_PROCESS_LINES = 600
_CALLERS = 10_000

_log = logging.getLogger("tradewind.audit")


@dataclass(slots=True)
class _Window:
    """One minute of one caller: when it began (monotonic seconds), lines written, lines left out."""

    began: float
    written: int = 0
    left_out: int = 0

    def is_over(self, now: float) -> bool:
        return not 0 <= now - self.began < _WINDOW


@dataclass(slots=True)
class Bound:
    """How many refusals may still be written. Lives in the process; each process has its own."""

    whole: _Window = field(default_factory=lambda: _Window(clock.monotonic()))
    callers: OrderedDict[tuple[str, str], _Window] = field(default_factory=OrderedDict)

    def take(self, caller: str, action: str) -> int | None:
        """None where this refusal is only counted; else how many were left out before it."""
        now = clock.monotonic()
        if self.whole.is_over(now):
            self.whole = _Window(now)
        window, left_out = self._window(caller, action, now)
        if window.written >= _CALLER_LINES or self.whole.written >= _PROCESS_LINES:
            window.left_out += 1
            return None
        window.written += 1
        self.whole.written += 1
        return left_out

    def _window(self, caller: str, action: str, now: float) -> tuple[_Window, int]:
        key = (caller, action)
        window = self.callers.get(key)
        left_out = 0
        if window is None or window.is_over(now):
            left_out = window.left_out if window else 0
            window = self.callers[key] = _Window(now)
        self.callers.move_to_end(key)
        if len(self.callers) > _CALLERS:
            self.callers.popitem(last=False)
        return window, left_out


_bound = Bound()


def forget_refusals() -> None:
    """Start counting anew (tests, and a process after its fork)."""
    global _bound
    _bound = Bound()


async def refused(
    action: str, *, actor: Who, subject: str = "", detail: Mapping[str, object] | None = None
) -> None:
    """Note that `actor` was refused `action`. Call it outside the transaction that was rolled back."""
    caller = actor.session_id or actor.ip or actor.user_id
    left_out = _bound.take(caller, action)
    if left_out is None:
        _log.info("refusal not written, too many", extra={"action": action, "caller": caller})
        return
    facts = dict(detail or {})
    if left_out:
        facts["left_out_before"] = left_out
    await write(action, actor=actor, kind=REFUSAL, subject=subject, detail=facts)
