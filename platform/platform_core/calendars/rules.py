"""What a calendar says: plain data, as it is stored, sent and edited."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

import msgspec

Span = tuple[int, int]
"""Minutes of a local day, from and until: (540, 720) is 09:00 to 12:00. At most (0, 1440), the whole day."""

DAY = 1440
WHOLE_DAY: tuple[Span, ...] = ((0, DAY),)

_SPAN = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–—~～至]\s*(\d{1,2})[:.](\d{2})")
_BETWEEN = re.compile(r"[\s,;，；、/]*")


class Exceptional(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days on which the company's own rule holds: `off` or `work` from `first` to `last`, both included.

    `hours` ("09:00-12:00") narrows it: off only then, or work just then. Without hours: the whole day off, or the usual
    hours of a working day. Of two that meet on a day the shorter one counts last, so one day can be taken out of a
    long closure.
    """

    kind: Literal["off", "work"]
    first: date
    last: date
    hours: str = ""
    note: str = ""


class CalendarRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A working week, whose holidays are kept, and the exceptions.

    `week` holds the hours of Monday to Sunday as people write them ("09:00-12:00, 13:00-18:00"; empty: closed).
    `zone` is an IANA name; empty means the zone of the person, or of the installation. `countries` are ISO 3166
    codes, with a part where it matters ("DE-BY"). `make_up` keeps China's make-up days (调休) as working days.
    """

    zone: str = ""
    week: tuple[str, str, str, str, str, str, str] = (*("09:00-18:00",) * 5, "", "")
    countries: tuple[str, ...] = ()
    make_up: bool = True
    exceptions: tuple[Exceptional, ...] = ()


class BadHours(ValueError):
    """The text is no list of spans; `text` is the part that is not understood."""

    def __init__(self, text: str) -> None:
        super().__init__(f"not understood as hours: {text!r}")
        self.text = text


def spans(text: str) -> tuple[Span, ...]:
    """ "09:00-12:00, 13:00-18:00" → spans in order, touching ones joined. Raises BadHours."""
    found: list[Span] = []
    place = _end_of(_BETWEEN, text, 0)
    while place < len(text):
        match = _SPAN.match(text, place)
        if match is None:
            raise BadHours(text[place:])
        h1, m1, h2, m2 = map(int, match.groups())
        start, end = h1 * 60 + m1, h2 * 60 + m2
        if m1 > 59 or m2 > 59 or end > DAY or start >= end:
            raise BadHours(match.group())
        found.append((start, end))
        place = _end_of(_BETWEEN, text, match.end())
    return union(found)


def _end_of(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return match.end() if match else place


def hours_text(found: tuple[Span, ...]) -> str:
    """Spans as people write them."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in found)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def union(found: list[Span] | tuple[Span, ...]) -> tuple[Span, ...]:
    """Spans in order; what overlaps or touches becomes one."""
    made: list[Span] = []
    for start, end in sorted(found):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((start, end))
    return tuple(made)


def without(found: tuple[Span, ...], taken: tuple[Span, ...]) -> tuple[Span, ...]:
    """What is left of spans when others are taken out."""
    left = list(found)
    for off, on in taken:
        left = [
            piece
            for start, end in left
            for piece in ((start, min(end, off)), (max(start, on), end))
            if piece[0] < piece[1]
        ]
    return union(left)
