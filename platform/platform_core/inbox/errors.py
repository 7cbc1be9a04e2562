"""What can go wrong at the door, and in the work.

InboxError
├── UnknownHook    404  no such address: wrong connector, wrong token, switched off
├── BadSignature   401  the payload is not signed with the shared secret
└── BadPayload     422  the receiver cannot make anything of it; trying again is of no use
"""

from __future__ import annotations

from platform_core.errors import TradewindError
from platform_core.i18n import N_


class InboxError(TradewindError):
    """Base of this room's errors."""

    code = "inbox"


class UnknownHook(InboxError):
    """Nobody listens at this address; from outside all reasons look the same."""

    code = "not_found"
    status = 404
    default_message = N_("There is nothing here, or you may not see it.")


class BadSignature(InboxError):
    """The signature is missing or wrong."""

    code = "bad_signature"
    status = 401
    default_message = N_("The payload is not signed as it should be.")


class BadPayload(InboxError):
    """What came cannot be used as it is."""

    code = "bad_payload"
    status = 422
    default_message = N_("What was sent cannot be used.")
