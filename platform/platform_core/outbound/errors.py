"""What can go wrong with a request to the outside.

OutboundError
├── Refused            422  the guard does not let it out (address, scheme, redirect, header)
├── Unreachable        502  no connection, no answer in time, a broken answer, a bad certificate
├── TooLarge           502  the answer (or the request) is over its limit, packed or unpacked
└── UnreadableAnswer   502  the body is not the JSON that was asked for, or nested too deeply
"""

from __future__ import annotations

from platform_core.errors import TradewindError
from platform_core.i18n import N_


class OutboundError(TradewindError):
    """Base of what a request to the outside may raise."""

    code = "outbound"
    status = 502
    default_message = N_("The other server could not be asked.")


class Refused(OutboundError):
    """The guard does not let the request out; nothing was sent to the refused address."""

    code = "outbound_refused"
    status = 422
    default_message = N_("This address may not be called.")


class Unreachable(OutboundError):
    """No answer. `sent` tells whether the request may have reached the other side (its effect is then unknown)."""

    code = "outbound_unreachable"
    default_message = N_("The other server did not answer.")

    def __init__(
        self, message: str = "", *, params: dict[str, object] | None = None, sent: bool = True
    ) -> None:
        self.sent = sent
        super().__init__(message, params=params)


class TooLarge(OutboundError):
    """More bytes than allowed."""

    code = "outbound_too_large"
    default_message = N_("The answer of the other server is too large.")


class UnreadableAnswer(OutboundError):
    """The body is not what was asked for."""

    code = "outbound_unreadable"
    default_message = N_("The answer of the other server cannot be read.")
