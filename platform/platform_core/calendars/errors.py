"""Errors of the room.

TradewindError
└── CalendarError
    └── NeverOpen    the calendar has no working time to reach the end of a duration
"""

from __future__ import annotations

from typing import ClassVar

from platform_core.errors import TradewindError
from platform_core.i18n import N_


class CalendarError(TradewindError):
    """A calendar cannot answer."""

    code = "calendar"
    status = 409
    default_message: ClassVar[str] = "The calendar cannot answer."


class NeverOpen(CalendarError):
    """Years ahead there is not enough working time."""

    code = "never_open"
    default_message: ClassVar[str] = N_("This calendar has no working time for years ahead.")
