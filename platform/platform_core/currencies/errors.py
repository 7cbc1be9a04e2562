"""Errors of the room.

TradewindError
├── RateMissing       409  there is no rate for these currencies on or before that day
└── SourceFailed      502  the source of rates did not answer with rates
"""

from __future__ import annotations

from typing import ClassVar

from platform_core.errors import TradewindError
from platform_core.i18n import N_


class RateMissing(TradewindError):
    """Nobody has entered a rate: nothing is converted, and never at one to one."""

    code = "rate_missing"
    status = 409
    default_message: ClassVar[str] = N_("There is no rate from {from_} to {to} for {on} or a day before.")

    def __init__(self, source: str, target: str, on: str, *, base: str) -> None:
        super().__init__(
            params={"from_": source, "to": target, "on": on, "base": base},
            remedy=N_("Enter one, or rates of both against {base}."),
        )


class SourceFailed(TradewindError):
    """The source of rates gave none."""

    code = "rate_source"
    status = 502
    default_message: ClassVar[str] = N_("The source of rates gave no answer that can be used.")
