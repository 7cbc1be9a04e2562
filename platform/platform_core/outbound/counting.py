"""How requests to the outside went, for the metrics of the process."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

_MOST_HOSTS = 200


class Observed(msgspec.Struct):
    """Requests to one host with one outcome: how many, and how long they took together, in seconds."""

    count: int = 0
    seconds: float = 0.0


_seen: dict[tuple[str, str], Observed] = {}


def note(host: str, outcome: str, seconds: float) -> None:
    """Count one request. `outcome` is a class of status ("2xx") or the code of an error."""
    hosts = {name for name, _ in _seen}
    place = (host if host in hosts or len(hosts) < _MOST_HOSTS else "others", outcome)
    entry = _seen.setdefault(place, Observed())
    entry.count += 1
    entry.seconds += seconds


def observed() -> Mapping[tuple[str, str], Observed]:
    """By (host, outcome), since the process began; at most 200 hosts by name, the rest as "others"."""
    return MappingProxyType(_seen)
