"""The root of the error tree: what happened, where, and what to do next.

An error carries data for the screen (`code`, `status`, `pointer`, `params`) and an English sentence that is also the
message id of its translation. Each room hangs its own short tree below `TradewindError`; the API turns any of them
into an RFC 9457 problem.
"""

from platform_core.errors.tree import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PayloadTooLarge,
    PreconditionRequired,
    Problem,
    StaleVersion,
    TooManyRequests,
    TradewindError,
    Unauthorized,
)

__all__ = [
    "Conflict",
    "Forbidden",
    "Invalid",
    "NotFound",
    "PayloadTooLarge",
    "PreconditionRequired",
    "Problem",
    "StaleVersion",
    "TooManyRequests",
    "TradewindError",
    "Unauthorized",
]
