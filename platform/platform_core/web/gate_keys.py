"""Bearer keys at the gate: an address that sends wrong ones is stopped before a key is looked up.

Each key that has not worked yet is counted as wrong before it is read, and taken off the count again when it is right:
a flood of made-up keys costs no more reads than the count allows. A key that has worked is read whatever others send
from the same address, so nobody behind it is locked out.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Protocol

from platform_core.identity import Actor
from platform_core.web.context import Visit

KeyReader = Callable[[str, Visit], Awaitable[Actor | None]]
"""Who a bearer key belongs to, or None. The way in for API keys and access tokens."""

_MOST_KNOWN = 5_000


class KeyCounter(Protocol):
    """Counts wrong keys of one address. `try_key` raises TooManyRequests; `key_was_right` takes one off again."""

    def try_key(self, address: str) -> None: ...

    def key_was_right(self, address: str) -> None: ...


class KeyDoor:
    """Says whose a key is. Of keys that have worked it keeps digests, in this process."""

    def __init__(self, read: KeyReader, counter: KeyCounter) -> None:
        self._read = read
        self._counter = counter
        self._worked: OrderedDict[bytes, None] = OrderedDict()

    async def whose(self, key: str, visit: Visit) -> Actor | None:
        """Whose key it is, or None. Raises TooManyRequests where too many wrong ones came from this address."""
        digest = hashlib.sha256(key.encode()).digest()
        known = digest in self._worked
        if not known:
            self._counter.try_key(visit.ip)
        found = await self._read(key, visit)
        if found is None:
            self._worked.pop(digest, None)
            return None
        if not known:
            self._counter.key_was_right(visit.ip)
        self._worked[digest] = None
        self._worked.move_to_end(digest)
        if len(self._worked) > _MOST_KNOWN:
            self._worked.popitem(last=False)
        return found
