"""Jobs: the one durable list of what has to be done later.

`add` writes a row in the caller's transaction; a worker is woken after the commit. A worker claims a job by a lease
with a fence (a number that grows with each claim): whoever lost the lease can no longer complete it. A failed job
comes back after a growing pause and dies after `max_attempts`. Effects in our database happen exactly once when made
inside `async with job.commit()`; effects outside at least once, with `job.id` as their stable key.

A `Schedule` adds jobs by a cron line or a fixed step; it is a row as well, so it outlives restarts and fires each
time once, however many processes look.
"""

from platform_core.jobs.duties import WorkerState, last_sweep, workers
from platform_core.jobs.errors import BadSchedule, GiveUp, JobCancelled, JobError, LeaseLost, TryLater
from platform_core.jobs.firing import fire_schedules
from platform_core.jobs.groups import GROUPS, Group, Overview, known_kinds, listing, overview
from platform_core.jobs.migrations import MIGRATIONS
from platform_core.jobs.model import Job, Progress, State
from platform_core.jobs.queue import (
    add,
    cancel,
    cancel_subject,
    counts,
    find,
    get,
    purge,
    retry,
    retry_dead,
    skip,
)
from platform_core.jobs.registry import (
    QUEUES,
    JobKind,
    Queue,
    forget,
    forget_schedule,
    kinds,
    register,
    register_schedule,
    reset,
)
from platform_core.jobs.running import run
from platform_core.jobs.schedule_rows import (
    ScheduleState,
    pause_schedule,
    plant_schedules,
    put_schedule,
    remove_schedule,
    run_schedule,
    schedule_named,
    schedules,
)
from platform_core.jobs.schedule_rules import Misfire, Schedule
from platform_core.jobs.standby import Standby
from platform_core.jobs.sweeper import SWEEP_SECONDS, Sweeper
from platform_core.jobs.sweeping import sweep
from platform_core.jobs.wake import (
    Notice,
    carrier_problem,
    is_carried,
    note_carrier,
    set_announcer,
    wake_here,
)
from platform_core.jobs.worker import Worker

__all__ = [
    "GROUPS",
    "MIGRATIONS",
    "QUEUES",
    "SWEEP_SECONDS",
    "BadSchedule",
    "GiveUp",
    "Group",
    "Job",
    "JobCancelled",
    "JobError",
    "JobKind",
    "LeaseLost",
    "Misfire",
    "Notice",
    "Overview",
    "Progress",
    "Queue",
    "Schedule",
    "ScheduleState",
    "Standby",
    "State",
    "Sweeper",
    "TryLater",
    "Worker",
    "WorkerState",
    "add",
    "cancel",
    "cancel_subject",
    "carrier_problem",
    "counts",
    "find",
    "fire_schedules",
    "forget",
    "forget_schedule",
    "get",
    "is_carried",
    "kinds",
    "known_kinds",
    "last_sweep",
    "listing",
    "note_carrier",
    "overview",
    "pause_schedule",
    "plant_schedules",
    "purge",
    "put_schedule",
    "register",
    "register_schedule",
    "remove_schedule",
    "reset",
    "retry",
    "retry_dead",
    "run",
    "run_schedule",
    "schedule_named",
    "schedules",
    "set_announcer",
    "skip",
    "sweep",
    "wake_here",
    "workers",
]
