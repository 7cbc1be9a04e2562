"""Rate limits: a token bucket per caller, in the memory of the process.

Generous on purpose: they stop a loop that ran wild, not a busy person. Signing in has its own, stricter count in the
database (`identity`). Several processes count apart, so the real limit is this one times the processes.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence

import msgspec

from platform_core import clock
from platform_core.errors import TooManyRequests

Header = tuple[bytes, bytes]


class Rate(msgspec.Struct, frozen=True):
    """`burst` requests at once, refilled within `seconds`."""

    burst: int
    seconds: float = 60.0


SIGNED_IN = Rate(1200)
ANONYMOUS = Rate(300)
WRONG_KEYS = Rate(300)
_MOST_CALLERS = 50_000


class RateLimiter:
    """`take` counts one request, `try_key` a key that may be wrong. A caller is a session, a user or an address."""

    def __init__(
        self, signed_in: Rate = SIGNED_IN, anonymous: Rate = ANONYMOUS, wrong_keys: Rate = WRONG_KEYS
    ) -> None:
        self._rates = {True: signed_in, False: anonymous}
        self._wrong_keys = wrong_keys
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, *, signed_in: bool) -> Sequence[Header]:
        """The `RateLimit-*` headers. Raises TooManyRequests with the seconds until the next one may come."""
        rate = self._rates[signed_in]
        left = self._take(caller, rate)
        full_in = math.ceil((rate.burst - left) * rate.seconds / rate.burst)
        return (
            (b"ratelimit-limit", b"%d" % rate.burst),
            (b"ratelimit-remaining", b"%d" % int(left)),
            (b"ratelimit-reset", b"%d" % full_in),
        )

    def try_key(self, address: str) -> None:
        """Count a key as wrong, before anybody looks. Raises TooManyRequests where too many were."""
        self._take(f"key {address}", self._wrong_keys)

    def key_was_right(self, address: str) -> None:
        """Take one off the count again."""
        found = self._buckets.get(f"key {address}")
        if found is not None:
            self._keep(f"key {address}", min(self._wrong_keys.burst, found[0] + 1), found[1])

    def _take(self, caller: str, rate: Rate) -> float:
        """What is left after one was taken."""
        now = clock.monotonic()
        tokens, at = self._buckets.get(caller, (float(rate.burst), now))
        per_second = rate.burst / rate.seconds
        tokens = min(rate.burst, tokens + max(0.0, now - at) * per_second)
        if tokens < 1:
            self._keep(caller, tokens, now)
            raise TooManyRequests(math.ceil((1 - tokens) / per_second))
        self._keep(caller, tokens - 1, now)
        return tokens - 1

    def _keep(self, caller: str, tokens: float, now: float) -> None:
        self._buckets[caller] = (tokens, now)
        self._buckets.move_to_end(caller)
        if len(self._buckets) > _MOST_CALLERS:
            self._buckets.popitem(last=False)
