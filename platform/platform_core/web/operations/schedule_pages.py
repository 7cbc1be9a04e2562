"""`/admin/jobs/schedules` and `/admin/jobs/workers`: what fires when, and who works."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from platform_core import jobs
from platform_core.errors import NotFound
from platform_core.i18n import N_, _, ngettext
from platform_core.jobs import ScheduleState
from platform_core.web.admin.addresses import go
from platform_core.web.context import actor
from platform_core.web.frame import page
from platform_core.web.operations.job_commands import (
    ScheduleAction,
    act_on_schedule,
    require_operator,
)
from platform_core.web.operations.job_pages import JOBS, AnyRequest, job_frame

SCHEDULES, WORKERS = JOBS + "/schedules", JOBS + "/workers"
_TOLD: dict[ScheduleAction, str] = {
    "run": N_("One run outside of the plan begins now."),
    "pause": N_("The schedule is paused."),
    "resume": N_("The schedule goes on."),
}
_MODES: dict[str, str] = {
    "embedded": N_("inside the web process"),
    "process": N_("a process of its own"),
    "celery": N_("Celery"),
}


class ScheduleLine(msgspec.Struct, frozen=True):
    """A schedule of the list in the reader's words."""

    state: ScheduleState
    title: str
    rule: str
    url: str


@get(SCHEDULES, name="schedules")
async def schedule_list(request: AnyRequest, told: FromQuery[str] = "") -> Response[str]:
    """Every schedule with its next run."""
    require_operator(actor(request))
    text = {str(action): _(words) for action, words in _TOLD.items()}.get(told, "")
    return page(
        request,
        "operations/schedules.html",
        frame=job_frame(request, _("Schedules"), told=text),
        lines=[_line(state) for state in await jobs.schedules()],
        jobs_url=JOBS,
    )


@post(SCHEDULES + "/{name:str}/{action:str}", status_code=303, name="act_on_schedule")
async def act(request: AnyRequest, name: FromPath[str], action: FromPath[str]) -> Response[str]:
    """Run now, pause, go on."""
    if action not in _TOLD:
        raise NotFound()
    await act_on_schedule(name.replace("~", "/"), action, actor=actor(request))
    return go(f"{SCHEDULES}?told={action}")


@get(WORKERS, name="workers")
async def worker_list(request: AnyRequest) -> Response[str]:
    """The processes that work on jobs."""
    require_operator(actor(request))
    return page(
        request,
        "operations/workers.html",
        frame=job_frame(request, _("Workers")),
        workers=await jobs.workers(),
        modes={mode: _(word) for mode, word in _MODES.items()},
        last_sweep=await jobs.last_sweep(),
        carrier_problem=jobs.carrier_problem(),
        is_carried=jobs.is_carried(),
    )


def schedule_pages() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (schedule_list, act, worker_list)


def _line(state: ScheduleState) -> ScheduleLine:
    schedule = state.schedule
    return ScheduleLine(
        state=state,
        title=_(schedule.title) if schedule.title else schedule.key,
        rule=_every(schedule.every) if schedule.every else f"{schedule.cron} ({schedule.place})",
        url=f"{SCHEDULES}/{schedule.key.replace('/', '~')}",
    )


def _every(step: timedelta) -> str:
    """ "every 2 hours", in the largest unit that fits whole."""
    seconds = int(step.total_seconds())
    if seconds % 86400 == 0:
        return ngettext("every day", "every {n} days", seconds // 86400)
    if seconds % 3600 == 0:
        return ngettext("every hour", "every {n} hours", seconds // 3600)
    if seconds % 60 == 0:
        return ngettext("every minute", "every {n} minutes", seconds // 60)
    return ngettext("every second", "every {n} seconds", seconds)
