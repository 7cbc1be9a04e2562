"""What a process remembers of work it has done before, up to a number of entries; the longest unused one goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memory(Generic[K, V]):
    """Answers by key. What is remembered under the id() of an object has to hold that object, or the id is reused."""

    __slots__ = ("_found", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The answer, or None where nobody asked lately."""
        found = self._found.get(key)
        if found is not None:
            self._found.move_to_end(key)
        return found

    def put(self, key: K, value: V) -> V:
        """Remembers and gives back the answer."""
        self._found[key] = value
        if len(self._found) > self._most:
            self._found.popitem(last=False)
        return value
