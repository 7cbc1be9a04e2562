"""The only door for HTTP to the outside, guarded.

`request` refuses addresses inside the house (private, loopback, link-local, shared, multicast, and IPv6 forms of them)
after resolving the name, at the first address and at each of at most three redirects, and connects to the very address
that it has checked. The operator alone may allow some (`outbound_allow`). Answers are bounded: time, size, size after
unpacking, depth of JSON. Nothing of a request's headers, body or query is logged.
"""

from platform_core.outbound.counting import Observed, observed
from platform_core.outbound.errors import OutboundError, Refused, TooLarge, Unreachable, UnreadableAnswer
from platform_core.outbound.model import Answer
from platform_core.outbound.requesting import request

__all__ = [
    "Answer",
    "Observed",
    "OutboundError",
    "Refused",
    "TooLarge",
    "Unreachable",
    "UnreadableAnswer",
    "observed",
    "request",
]
