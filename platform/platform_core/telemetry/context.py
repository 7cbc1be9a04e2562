"""Which request or job the present work belongs to: every log line names it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Traced(Protocol):
    """A request, as far as a log line names it; both are asked only when a line is written."""

    @property
    def request_id(self) -> str: ...
    @property
    def user_id(self) -> str | None: ...


_request: ContextVar[Traced | None] = ContextVar("tradewind_request", default=None)
_job: ContextVar[str | None] = ContextVar("tradewind_job", default=None)


def about_request(request: Traced | None) -> None:
    """From here on this task works for that request."""
    _request.set(request)


@contextmanager
def about_job(job_id: str) -> Iterator[None]:
    """The block works on this job."""
    token = _job.set(job_id)
    try:
        yield
    finally:
        _job.reset(token)


def current_request() -> Traced | None:
    """The request of this task, or None."""
    return _request.get()


def current_job() -> str | None:
    """The id of this task's job, or None."""
    return _job.get()
