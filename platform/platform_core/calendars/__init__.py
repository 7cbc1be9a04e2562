"""Working time: a company's hours, holidays and make-up days, and what is reckoned with them.

The rules are plain data (`CalendarRules`); a `WorkCalendar` counts with them exactly, across changes of the clocks too.
`calendar_of("person:<id>")` is the one by which somebody works: their own, else that of their team or of one above it,
else the installation's; their absences are in it. Who has the action `calendars` changes them, and everybody enters
their own absences. `CalendarChanged` tells, inside the transaction, who keeps what was reckoned.
"""

from platform_core.calendars.away import (
    Absence,
    absences,
    add_absence,
    remove_absence,
)
from platform_core.calendars.choosing import INSTALLATION, STANDARD, calendar_of, choose, enter, uses
from platform_core.calendars.counting import (
    add_working_days,
    add_working_time,
    due,
    is_open,
    next_open,
    working_time_between,
)
from platform_core.calendars.durations import Duration, duration
from platform_core.calendars.errors import CalendarError, NeverOpen
from platform_core.calendars.migrations import MIGRATIONS
from platform_core.calendars.public_days import Trust, is_known, known_countries, public_holidays, trust
from platform_core.calendars.rules import BadHours, CalendarRules, Exceptional, Span, hours_text, spans
from platform_core.calendars.sanity import check
from platform_core.calendars.stored import (
    ACTION,
    CalendarChanged,
    StoredCalendar,
    change,
    create,
    find,
    listing,
    remove,
)
from platform_core.calendars.working import DayView, WorkCalendar

__all__ = [
    "ACTION",
    "INSTALLATION",
    "MIGRATIONS",
    "STANDARD",
    "Absence",
    "BadHours",
    "CalendarChanged",
    "CalendarError",
    "CalendarRules",
    "DayView",
    "Duration",
    "Exceptional",
    "NeverOpen",
    "Span",
    "StoredCalendar",
    "Trust",
    "WorkCalendar",
    "absences",
    "add_absence",
    "add_working_days",
    "add_working_time",
    "calendar_of",
    "change",
    "check",
    "choose",
    "create",
    "due",
    "duration",
    "enter",
    "find",
    "hours_text",
    "is_known",
    "is_open",
    "known_countries",
    "listing",
    "next_open",
    "public_holidays",
    "remove",
    "remove_absence",
    "spans",
    "trust",
    "uses",
    "working_time_between",
]
