"""What a handler can raise, and what can happen to it.

JobError
├── GiveUp        raised by a handler: trying again is of no use, the job is dead
├── TryLater      raised by a handler: not a failure, run it again at that time
├── BadSchedule   a schedule that cannot be understood
├── JobCancelled  somebody has cancelled the job while it ran
└── LeaseLost     the lease ran out and another worker may have the job: stop, nothing of this run counts
"""

from __future__ import annotations

from datetime import datetime

from platform_core.errors import TradewindError


class JobError(TradewindError):
    """Base of this room's errors."""

    code = "job"


class GiveUp(JobError):
    """The job cannot succeed; `message` is kept as its last error."""

    code = "job_give_up"


class TryLater(JobError):
    """The job waits until `at` (aware UTC); the attempt does not count."""

    code = "job_try_later"

    def __init__(self, at: datetime, message: str = "Waiting.") -> None:
        self.at = at
        super().__init__(message)


class BadSchedule(JobError):
    """A cron line, step or zone that means nothing."""

    code = "job_bad_schedule"
    status = 422


class JobCancelled(JobError):
    """The job was cancelled while it ran."""

    code = "job_cancelled"
    default_message = "The job was cancelled."


class LeaseLost(JobError):
    """This run no longer holds the job."""

    code = "job_lease_lost"
    default_message = "The lease of the job has run out."
