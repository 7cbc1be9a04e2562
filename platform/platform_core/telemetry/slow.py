"""Statements that took long, by their shape: the text without its values."""

from __future__ import annotations

import hashlib
import logging
import re
import time

import msgspec

_LITERAL = re.compile(r"'(?:[^']|'')*'")
_NUMBER = re.compile(r"(?<![\w$\"])\d+(?:\.\d+)?(?![\w\"])")
_SPACE = re.compile(r"\s+")
_LONGEST = 2_000
_SHAPES = 200
_TELL_SECONDS = 60.0

_log = logging.getLogger("tradewind.slow")


class SlowStatement(msgspec.Struct, kw_only=True):
    """One shape: how often it was slow, seconds in all and at most, when last (seconds since 1970)."""

    digest: str
    shape: str
    count: int = 0
    total: float = 0.0
    longest: float = 0.0
    last_at: float = 0.0


threshold = 0.5
"""Seconds from which on a statement is slow; whoever times statements compares with this."""
_known: dict[str, SlowStatement] = {}
_fresh: dict[str, SlowStatement] = {}
_told: dict[str, float] = {}


def use_threshold(seconds: float) -> None:
    """From how many seconds on a statement is noted."""
    global threshold
    threshold = seconds


def note_statement(sql: str, seconds: float) -> None:
    """Note a statement that took `seconds`; quick ones are passed over."""
    if seconds < threshold:
        return
    shape = shape_of(sql)
    digest = hashlib.sha256(shape.encode()).hexdigest()[:16]
    for kept in (_known, _fresh):
        found = kept.get(digest)
        if found is None:
            if len(kept) >= _SHAPES:
                kept.pop(min(kept, key=lambda one: kept[one].last_at))
            found = kept[digest] = SlowStatement(digest=digest, shape=shape)
        found.count += 1
        found.total += seconds
        found.longest = max(found.longest, seconds)
        found.last_at = time.time()
    if time.monotonic() - _told.get(digest, float("-inf")) > _TELL_SECONDS:
        _told[digest] = time.monotonic()
        _log.warning(
            "slow statement", extra={"ms": round(seconds * 1000, 1), "digest": digest, "shape": shape}
        )


def shape_of(sql: str) -> str:
    """The statement without literals, in one line, at most 2,000 characters."""
    return _NUMBER.sub("?", _LITERAL.sub("'…'", _SPACE.sub(" ", sql).strip()))[:_LONGEST]


def slow_statements() -> list[SlowStatement]:
    """What this process has noted, the costliest first."""
    return sorted(_known.values(), key=lambda one: -one.total)


def take_slow() -> list[SlowStatement]:
    """What was noted since the last call, for whoever keeps it."""
    taken = list(_fresh.values())
    _fresh.clear()
    return taken
