"""A clock that runs towards an instant, and what is told when it gets there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from platform_core.calendars import Duration, duration

State = Literal["running", "paused", "met", "cancelled"]
BREACH = "100%"
"""The point at which the time is up; every deadline has it."""

Pause = tuple[datetime, datetime | None]
"""From when until when the clock stood still; None: it still does."""


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """One clock. `subject` is what it belongs to ("trade_crm.lead/<id>"), `name` which of its clocks.

    It runs from `base` for `duration_text` by the calendar of `scope` (see `calendars.calendar_of`), whose `stamp` says
    what was reckoned with. `points` are the instants that are told of: "80%" of the time, "-PT1D" before it is up,
    "PT4H" after the base; `fired` those that were. `due_at` is None where the calendar never opens. `waiting` are the
    reasons for which it is paused. `breached_at` is when it was noticed that the time is up, `late` that this was
    noticed late (the program did not run). `data` is the owner's own, JSON.
    """

    id: str
    subject: str
    name: str
    state: State
    base: datetime
    duration_text: str
    scope: str
    stamp: str
    points: tuple[str, ...]
    fired: tuple[str, ...] = ()
    pauses: tuple[Pause, ...] = ()
    waiting: tuple[str, ...] = ()
    data: Mapping[str, object] = {}
    due_at: datetime | None = None
    next_at: datetime | None = None
    plan: int = 0
    breached_at: datetime | None = None
    late: bool = False
    ended_at: datetime | None = None

    @property
    def duration(self) -> Duration:
        """How long."""
        return duration(self.duration_text)

    @property
    def is_open(self) -> bool:
        """Whether it still runs or waits."""
        return self.ended_at is None

    @property
    def was_in_time(self) -> bool | None:
        """For one that was met: whether that was before its time was up."""
        if self.state != "met" or self.ended_at is None:
            return None
        return self.due_at is None or self.ended_at <= self.due_at


class DeadlineReached(msgspec.Struct, frozen=True, kw_only=True):
    """One or more points of a deadline were passed. Told once, inside the transaction that notes it.

    `points` holds more than one only where the program did not run meanwhile: then all that was missed comes at once,
    in order, so that nobody is reminded of what is over by now. `breach`: the time is up, as of this event.
    """

    deadline: Deadline
    points: tuple[str, ...]
    at: datetime
    """The instant of the last of them."""
    breach: bool
    late: bool
