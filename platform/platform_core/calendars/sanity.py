"""Whether rules that somebody wrote make sense; every problem with its place."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from platform_core.calendars.public_days import is_known
from platform_core.calendars.rules import BadHours, CalendarRules, Exceptional, spans
from platform_core.errors import Invalid, Problem
from platform_core.i18n import N_

MOST_EXCEPTIONS = 400
_LONGEST_DAYS = 3_660
_LONGEST_NOTE = 120


def check(rules: CalendarRules) -> None:
    """Raises Invalid with every problem; pointers are into the rules as JSON."""
    problems = [*problems_of(rules)]
    if problems:
        raise Invalid(problems)


def check_exception(one: Exceptional, pointer: str = "") -> Iterator[Problem]:
    """What is wrong with one exception or absence."""
    if one.last < one.first:
        yield _problem(f"{pointer}/last", "order", N_("This ends before it begins."))
    elif (one.last - one.first).days > _LONGEST_DAYS:
        yield _problem(f"{pointer}/last", "too_long", N_("This is longer than ten years."))
    if len(one.note) > _LONGEST_NOTE:
        yield _problem(f"{pointer}/note", "too_long", N_("At most {most} characters."), most=_LONGEST_NOTE)
    yield from _hours(one.hours, f"{pointer}/hours")


def problems_of(rules: CalendarRules) -> Iterator[Problem]:
    """What is wrong with rules; pointers are into them as JSON."""
    if rules.zone and not _is_zone(rules.zone):
        yield _problem("/zone", "zone", N_("There is no time zone “{zone}”."), zone=rules.zone[:60])
    for place, hours in enumerate(rules.week):
        yield from _hours(hours, f"/week/{place}")
    for place, country in enumerate(rules.countries):
        if not is_known(country):
            yield _problem(
                f"/countries/{place}", "country", N_("Nothing is known of the holidays of “{country}”."),
                country=country[:20],
            )  # fmt: skip
    if len(rules.exceptions) > MOST_EXCEPTIONS:
        yield _problem("/exceptions", "too_many", N_("At most {most} exceptions."), most=MOST_EXCEPTIONS)
    for place, one in enumerate(rules.exceptions[:MOST_EXCEPTIONS]):
        yield from check_exception(one, f"/exceptions/{place}")


def _hours(text: str, pointer: str) -> Iterator[Problem]:
    try:
        spans(text)
    except BadHours as exc:
        yield Problem(
            pointer=pointer,
            code="hours",
            message=N_("“{text}” is not understood as working hours."),
            params={"text": exc.text[:40]},
            remedy=N_("Write 09:00-12:00, 13:00-18:00; leave it empty for a closed day."),
        )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _problem(pointer: str, code: str, message: str, **params: object) -> Problem:
    return Problem(pointer=pointer, code=code, message=message, params=params)
