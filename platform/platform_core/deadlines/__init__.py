"""Deadlines: clocks that run in working time or by the wall, for stages of forms and steps of flows alike.

`start` begins one, `pause` and `resume` let it wait, `meet` and `cancel` end it; `of` lists those of a subject. What a
clock reaches is told by the event `DeadlineReached` inside one transaction, exactly once: late where the program did
not run, never twice, and never in a burst. A change of a calendar, an absence or the base reckons it anew.
"""

from platform_core.deadlines.listening import enter
from platform_core.deadlines.migrations import MIGRATIONS
from platform_core.deadlines.model import BREACH, Deadline, DeadlineReached, State
from platform_core.deadlines.planning import FIRE, REPLAN
from platform_core.deadlines.planning import fire as fire_job
from platform_core.deadlines.planning import replan as replan_job
from platform_core.deadlines.running import WAITING, cancel, change, meet, of, pause, resume, start
from platform_core.deadlines.showing import remaining

__all__ = [
    "BREACH",
    "FIRE",
    "MIGRATIONS",
    "REPLAN",
    "WAITING",
    "Deadline",
    "DeadlineReached",
    "State",
    "cancel",
    "change",
    "enter",
    "fire_job",
    "meet",
    "of",
    "pause",
    "remaining",
    "replan_job",
    "resume",
    "start",
]
