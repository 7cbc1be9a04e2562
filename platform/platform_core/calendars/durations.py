"""Durations by the clock on the wall, in working hours or in working days; and their text."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from platform_core.errors import Invalid
from platform_core.i18n import N_

_ISO = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,8})S)?)?"
)
_WORKING = "work "


class Duration(msgspec.Struct, frozen=True):
    """`wall` and `work_time` count seconds, `work_days` days.

    As text: "PT48H" by the clock on the wall, "work PT8H" eight working hours, "work P3D" three working days.
    """

    kind: Literal["wall", "work_time", "work_days"]
    amount: int

    @property
    def needs_calendar(self) -> bool:
        """Whether a calendar decides when it ends."""
        return self.kind != "wall"

    @property
    def text(self) -> str:
        """The text that `duration` reads."""
        if self.kind == "work_days":
            return f"{_WORKING}P{self.amount}D"
        hours, rest = divmod(self.amount, 3600)
        minutes, seconds = divmod(rest, 60)
        parts = "".join(f"{n}{sign}" for n, sign in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
        return f"{_WORKING if self.kind == 'work_time' else ''}PT{parts or '0S'}"


def duration(text: str, pointer: str = "") -> Duration:
    """ISO 8601 without months and years, "work " before it for working time. Raises Invalid at `pointer`."""
    working = text.startswith(_WORKING)
    match = _ISO.fullmatch(text[len(_WORKING) :] if working else text)
    given = {name: int(value) for name, value in (match.groupdict() if match else {}).items() if value}
    if not given:
        raise _bad(pointer, text)
    days = given.get("weeks", 0) * 7 + given.get("days", 0)
    seconds = given.get("hours", 0) * 3600 + given.get("minutes", 0) * 60 + given.get("seconds", 0)
    if not working:
        return Duration("wall", days * 86_400 + seconds)
    if days and seconds or "weeks" in given:
        raise _bad(pointer, text)
    return Duration("work_days", days) if days else Duration("work_time", seconds)


def _bad(pointer: str, text: str) -> Invalid:
    return Invalid.one(
        pointer,
        "duration",
        N_("“{text}” is no duration."),
        text=text[:40],
        remedy=N_(
            "Write PT48H for 48 hours, work PT8H for eight working hours, work P3D for three working days."
        ),
    )
