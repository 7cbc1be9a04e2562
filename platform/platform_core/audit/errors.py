"""What can go wrong here.

AuditError
└── ChainBroken     the end of the chain was not signed with this installation's key
"""

from __future__ import annotations

from platform_core.errors import TradewindError
from platform_core.i18n import N_


class AuditError(TradewindError):
    """Base of this room's errors."""

    code = "audit"
    status = 500


class ChainBroken(AuditError):
    """Nothing is sealed on top of a head that nobody here has signed."""

    code = "audit_chain_broken"

    def __init__(self) -> None:
        super().__init__(
            N_("The end of the audit's chain was not signed with this installation's key."),
            remedy=N_("Run: tradewind audit verify. Has the secret key or the database been exchanged?"),
        )
