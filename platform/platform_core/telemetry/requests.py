"""How long requests take, by method, route and kind of answer: a histogram that costs a microsecond.

The lists are this process's own; Prometheus adds up over processes. Routes are templates ("/r/{form}"), never
addresses, so their number is that of the program's routes.
"""

from __future__ import annotations

from bisect import bisect_left

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the buckets in seconds; the last bucket has none."""

_Key = tuple[str, str, int]
_series: dict[_Key, list[float]] = {}
_SUM = len(BOUNDS) + 1


def note_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request. `route` is "" where no route was found."""
    key = (method, route, status // 100)
    counts = _series.get(key)
    if counts is None:
        counts = _series[key] = [0.0] * (_SUM + 1)
    counts[bisect_left(BOUNDS, seconds)] += 1
    counts[_SUM] += seconds


def request_seconds() -> dict[_Key, tuple[list[tuple[str, float]], float]]:
    """Per (method, route, hundreds of the status): the cumulated buckets by upper bound, and the sum in seconds."""
    found = {}
    for key, counts in list(_series.items()):
        total, buckets = 0.0, []
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), counts, strict=False):
            total += count
            buckets.append((bound, total))
        found[key] = (buckets, counts[_SUM])
    return found


def forget_requests() -> None:
    """Start counting anew (tests)."""
    _series.clear()
