"""Jobs: the one durable list of what has to be done later.

`add` writes a row in the caller's transaction; a worker is woken after the commit. A worker claims a job by a lease
with a fence (a number that grows with each claim): whoever lost the lease can no longer complete it. A failed job
comes back after a growing pause and dies after `max_attempts`. Effects in our database happen exactly once when made
inside `async with job.commit()`; effects outside at least once, with `job.id` as their stable key.
"""

from platform_core.jobs.errors import GiveUp, JobCancelled, JobError, LeaseLost, TryLater
from platform_core.jobs.migrations import MIGRATIONS
from platform_core.jobs.model import Job, Progress, State
from platform_core.jobs.queue import add, cancel, cancel_subject, counts, find, get, purge, retry
from platform_core.jobs.registry import JobKind, kinds, register, reset
from platform_core.jobs.run import run
from platform_core.jobs.sweep import sweep
from platform_core.jobs.wake import set_announcer
from platform_core.jobs.worker import Worker

__all__ = [
    "MIGRATIONS",
    "GiveUp",
    "Job",
    "JobCancelled",
    "JobError",
    "JobKind",
    "LeaseLost",
    "Progress",
    "State",
    "TryLater",
    "Worker",
    "add",
    "cancel",
    "cancel_subject",
    "counts",
    "find",
    "get",
    "kinds",
    "purge",
    "register",
    "reset",
    "retry",
    "run",
    "set_announcer",
    "sweep",
]
