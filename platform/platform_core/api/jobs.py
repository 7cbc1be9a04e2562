"""`/api/v1/jobs/{id}`: how far a piece of background work is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from platform_core import jobs
from platform_core.errors import NotFound
from platform_core.identity import Actor
from platform_core.jobs import Job, Progress
from platform_core.web import actor

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State


class JobView(msgspec.Struct):
    """A job as its owner sees it; never its payload. `file` is the id of a file that it made."""

    id: str
    kind: str
    state: jobs.State
    progress: Progress
    created_at: datetime
    finished_at: datetime | None
    result: dict[str, Any] | None
    file: str | None
    error: str | None


@get("/api/v1/jobs/{job_id:str}")
async def job(request: AnyRequest, job_id: FromPath[str]) -> JobView:
    """One's own job; an admin sees all. Somebody else's is not there."""
    who = actor(request)
    found = await jobs.get(job_id)
    if found is None or not _is_open_to(found, who):
        raise NotFound()
    return view_of(found)


def view_of(found: Job) -> JobView:
    """What is told about a job. Its last error is told only once it has given up."""
    result = found.result
    file = result.get("file") if result else None
    return JobView(
        id=found.id,
        kind=found.kind,
        state=found.state,
        progress=found.progressed,
        created_at=found.created_at,
        finished_at=found.finished_at,
        result=result,
        file=file if isinstance(file, str) else None,
        error=found.last_error if found.state == "dead" else None,
    )


def job_routes() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (job,)


def _is_open_to(found: Job, who: Actor) -> bool:
    return who.is_unbounded or found.created_by == who.user_id
