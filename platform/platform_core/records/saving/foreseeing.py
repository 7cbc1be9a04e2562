"""The numbers that would come next, for whoever designs a pattern. Takes none."""

from __future__ import annotations

import re
from datetime import date, timedelta

from platform_core import database

_TOKEN = re.compile(r"\{(\w+)(?::(\d+))?\}")
_PERIODS = {"never": "", "year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}
_DATES = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d"}


async def next_numbers(
    form: str, pattern: str, reset: str, day: date, *, field: str = "code", count: int = 5
) -> list[str]:
    """The next `count` numbers on a day, as the sequence stands now; values of fields stay names ("‹country›").

    `form` is a form's key; one that has no number yet begins with 1, as does each value of a field that resets.
    """
    last = 0
    if reset in _PERIODS:
        sql = "SELECT last FROM tw_record_sequence WHERE form = ? AND field = ? AND period = ?"
        rows = await database.fetch_tuples(sql, (form, field, day.strftime(_PERIODS[reset])))
        last = int(str(rows[0][0])) if rows else 0
    return [_rendered(pattern, last + step, day) for step in range(1, count + 1)]


def next_period(reset: str, day: date) -> date | None:
    """The first day on which the count begins anew; None where it never does, or not by date."""
    if reset == "year":
        return date(day.year + 1, 1, 1)
    if reset == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=1) if reset == "day" else None


def _rendered(pattern: str, number: int, day: date) -> str:
    def put(token: re.Match[str]) -> str:
        name, width = token[1], int(token[2] or 0)
        if name == "seq":
            return f"{number:0{min(width, 15)}d}"
        return day.strftime(_DATES[name]) if name in _DATES else f"‹{name}›"

    return _TOKEN.sub(put, pattern)
