"""Claimed jobs that wait for a hand, and how many to claim at once.

One claim for many short jobs is what makes a worker quick; one claim for many long jobs would keep them from other
workers. So the worker claims no more than it has hands, twice as many each time they were gone in a moment, and gives
back what waits for longer than a second.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from platform_core import clock
from platform_core.jobs.model import Job

_MOST = 200
_QUICK, _SLOW = 0.1, 0.5  # seconds that a portion lasted
STALE_SECONDS = 1.0


class Backlog:
    """First in, first out, but for jobs whose kind may not run at the moment."""

    def __init__(self, hands: int) -> None:
        self._hands = hands
        self._size = hands
        self._jobs: deque[Job] = deque()
        self._filled_at = 0.0
        self._was_full = False

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def jobs(self) -> tuple[Job, ...]:
        return tuple(self._jobs)

    @property
    def is_low(self) -> bool:
        """Whether it is time to claim again."""
        return len(self._jobs) * 2 < self._size

    def portion(self, free_hands: int) -> int:
        """How many to claim now."""
        lasted = clock.monotonic() - self._filled_at
        if lasted < _QUICK and self._was_full:
            self._size = min(self._size * 2, _MOST)
        elif lasted > _SLOW:
            self._size = self._hands
        if self._size == self._hands:
            return free_hands
        return max(0, self._size - len(self._jobs))

    def fill(self, claimed: list[Job], asked: int) -> None:
        """Takes what was claimed."""
        self._was_full = len(claimed) == asked
        self._filled_at = clock.monotonic()
        self._jobs.extend(claimed)

    def take(self, may_run: Callable[[Job], bool]) -> Job | None:
        """The first job that may run now."""
        for index, job in enumerate(self._jobs):
            if may_run(job):
                del self._jobs[index]
                return job
        return None

    def empty(self) -> list[Job]:
        """Everything that waits, to be given back."""
        jobs = list(self._jobs)
        self._jobs.clear()
        self._size = self._hands
        return jobs

    def empty_if_stale(self) -> list[Job]:
        """The same where the portion has waited too long."""
        if self._jobs and clock.monotonic() - self._filled_at > STALE_SECONDS:
            return self.empty()
        return []
