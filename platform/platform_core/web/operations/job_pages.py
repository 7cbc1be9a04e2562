"""`/admin/jobs`: background work, what runs, what is late, what has died, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from platform_core import identity, jobs
from platform_core.errors import Conflict, NotFound
from platform_core.i18n import N_, _, ngettext
from platform_core.jobs import Group, Job
from platform_core.web.admin.addresses import ADMIN, go
from platform_core.web.context import HasScope, actor
from platform_core.web.frame import page, shell
from platform_core.web.operations.job_commands import (
    JobAction,
    act_on_job,
    require_operator,
    retry_all_dead,
)
from platform_core.web.shell import Crumb, Option, Shell, Tab, Toast, Tone

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State
JOBS = ADMIN + "/jobs"
_PAGE = 50

WORDS: dict[Group, tuple[Tone, str]] = {
    "late": ("warm", N_("Late")),
    "ready": ("sky", N_("Ready")),
    "waiting": ("", N_("Later")),
    "running": ("primary", N_("Running")),
    "dead": ("danger", N_("Dead")),
    "done": ("good", N_("Done")),
    "cancelled": ("", N_("Cancelled")),
}
"""Tone and word of each group of jobs."""
_OF_STATE: dict[jobs.State, Group] = {
    "ready": "ready",
    "leased": "running",
    "done": "done",
    "dead": "dead",
    "cancelled": "cancelled",
}
_TOLD: dict[JobAction, str] = {
    "retry": N_("The job runs again."),
    "cancel": N_("The job is cancelled."),
    "skip": N_("The job is left undone."),
}


class JobLine(msgspec.Struct, frozen=True):
    """A job of the list in the reader's words."""

    job: Job
    url: str
    tone: str
    state: str


@get(JOBS, name="jobs")
async def job_list(
    request: AnyRequest,
    group: Annotated[str, QueryParameter(name="state")] = "",
    kind: FromQuery[str] = "",
    subject: FromQuery[str] = "",
    offset: FromQuery[int] = 0,
    told: FromQuery[str] = "",
) -> Response[str]:
    """The jobs of one group; what needs somebody stands first."""
    require_operator(actor(request))
    seen = await jobs.overview()
    chosen = _group(group) or _most_urgent(seen)
    found = await jobs.listing(chosen, kind=kind, subject=subject, offset=max(0, offset), limit=_PAGE + 1)
    query = {"state": chosen, "kind": kind, "subject": subject}
    return page(
        request,
        "operations/jobs.html",
        frame=job_frame(request, told=_told_many(told)),
        tabs=[_tab(one, seen, kind, subject) for one in jobs.GROUPS],
        current=chosen,
        overview=seen,
        workers=await jobs.workers(),
        carrier_problem=jobs.carrier_problem(),
        lines=[_line(job) for job in found[:_PAGE]],
        next_url=f"{JOBS}?{urlencode(query | {'offset': offset + _PAGE})}" if len(found) > _PAGE else "",
        kinds=[Option(name, name) for name in jobs.known_kinds()],
        chosen=query,
        list_url=JOBS,
        clear_url=f"{JOBS}?state={chosen}",
        is_narrowed=bool(kind or subject),
    )


@get(JOBS + "/{job_id:str}", name="job")
async def job_page(request: AnyRequest, job_id: FromPath[str], told: FromQuery[str] = "") -> Response[str]:
    """One job with its error and its progress; the payload's values are nobody's to read here."""
    require_operator(actor(request))
    found = await jobs.get(job_id)
    if found is None:
        raise NotFound()
    tone, word = WORDS[_OF_STATE[found.state]]
    text = {str(action): _(words) for action, words in _TOLD.items()}.get(told, "")
    return page(
        request,
        "operations/job.html",
        frame=job_frame(request, found.kind, told=text),
        job=found,
        tone=tone,
        state=_(word),
        payload=sorted(found.payload),
        creator=await _creator(found),
        url=f"{JOBS}/{found.id}",
    )


@post(JOBS + "/{job_id:str}/{action:str}", status_code=303, name="act_on_job")
async def act(request: AnyRequest, job_id: FromPath[str], action: FromPath[str]) -> Response[str]:
    """Try again, cancel, or leave undone."""
    if action not in _TOLD:
        raise NotFound()
    try:
        await act_on_job(job_id, action, actor=actor(request))
    except Conflict:
        return go(f"{JOBS}/{job_id}")  # the page shows the state that it has by now
    return go(f"{JOBS}/{job_id}?told={action}")


@post(JOBS + "/retry-dead", status_code=303, name="retry_dead_jobs")
async def retry_dead(request: AnyRequest) -> Response[str]:
    """Let every dead job run again, of one kind where it is chosen."""
    form = await request.form()
    count = await retry_all_dead(str(form.get("kind", "")), actor=actor(request))
    return go(f"{JOBS}?told={count}")


def job_pages() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (job_list, job_page, act, retry_dead)


def job_frame(request: HasScope, *below: str, told: str = "") -> Shell:
    """The page frame: Settings, Background work, and what is below."""
    crumbs = [Crumb(_("Settings"), ADMIN), Crumb(_("Background work"), JOBS if below else "")]
    toasts = (Toast(told, "good"),) if told else ()
    return shell(request, crumbs=(*crumbs, *(Crumb(one) for one in below)), toasts=toasts)


def _group(text: str) -> Group | None:
    return next((group for group in jobs.GROUPS if group == text), None)


def _most_urgent(seen: jobs.Overview) -> Group:
    """What somebody should look at first."""
    if seen.dead:
        return "dead"
    if seen.late:
        return "late"
    return "running" if seen.running else "ready" if seen.ready else "done"


def _tab(group: Group, seen: jobs.Overview, kind: str, subject: str) -> Tab:
    tone, word = WORDS[group]
    count: int = getattr(seen, group)
    query = {name: value for name, value in (("kind", kind), ("subject", subject)) if value}
    url = f"{JOBS}?{urlencode({'state': group, **query})}"
    return Tab(group, _(word), url, count, tone if count and group in ("late", "dead") else "")


def _line(job: Job) -> JobLine:
    tone, word = WORDS[_OF_STATE[job.state]]
    return JobLine(job, f"{JOBS}/{job.id}", tone, _(word))


async def _creator(job: Job) -> str:
    if not job.created_by:
        return _("Tradewind itself")
    return (await identity.names([job.created_by])).get(job.created_by, job.created_by)


def _told_many(told: str) -> str:
    if not told.isdecimal():
        return ""
    return ngettext("{n} dead job runs again.", "{n} dead jobs run again.", int(told))
