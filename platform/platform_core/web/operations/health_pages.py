"""`/admin/health`: how the installation is doing, and a way out where there is one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from platform_core import audit, jobs, operations, permissions
from platform_core.i18n import N_, _
from platform_core.web.context import actor
from platform_core.web.frame import page, shell
from platform_core.web.shell import Crumb

AnyRequest = Request[object, object, object]  # type: ignore[type-var]  # Litestar's own bound is for its State

HEALTH = "/admin/health"
_DEAD = 20
_STATES = {
    "ok": ("good", N_("Well")),
    "warn": ("gold", N_("Look at it")),
    "fail": ("danger", N_("Does not work")),
}


@get(HEALTH, name="health")
async def health_page(request: AnyRequest) -> Response[str]:
    """Every check of the doctor, the processes, dead jobs, slow statements."""
    await permissions.require(actor(request), operations.ACTION)
    machine, database = await asyncio.gather(
        operations.examine(operations.MACHINE_CHECKS), operations.examine(operations.DATABASE_CHECKS)
    )
    found = [*machine, *database]
    order = {"fail": 0, "warn": 1, "ok": 2}
    return page(
        request,
        "operations/health.html",
        frame=shell(request, crumbs=(Crumb(_("Settings"), "/admin"), Crumb(_("Health")))),
        findings=sorted(found, key=lambda one: order[one.state]),
        states={name: (tone, _(word)) for name, (tone, word) in _STATES.items()},
        processes=await operations.processes(),
        numbers=await operations.job_numbers(),
        dead=await jobs.find(state="dead", limit=_DEAD),
        slow=await operations.slow_shapes(),
        retry_url=HEALTH + "/jobs/retry",
        forget_url=HEALTH + "/slow/forget",
    )


@post(HEALTH + "/jobs/retry", status_code=303, name="health_retry")
async def retry_dead(request: AnyRequest) -> Response[str]:
    """Let one dead job run again, or all that are shown."""
    who = actor(request)
    await permissions.require(who, operations.ACTION)
    form = await request.form()
    wanted = str(form.get("job", ""))
    ids = [wanted] if wanted else [job.id for job in await jobs.find(state="dead", limit=_DEAD)]
    for job_id in ids:
        if await jobs.retry(job_id):
            await audit.write("job.retry", actor=who, kind="job", subject=f"job/{job_id}")
    return _back()


@post(HEALTH + "/slow/forget", status_code=303, name="health_forget_slow")
async def forget_slow(request: AnyRequest) -> Response[str]:
    """Begin the list of slow statements anew."""
    who = actor(request)
    await permissions.require(who, operations.ACTION)
    count = await operations.forget_slow_statements()
    await audit.write(
        "health.forget_slow", actor=who, kind="health", subject="health", detail={"count": count}
    )
    return _back()


def _back() -> Response[str]:
    return Response("", status_code=303, headers={"Location": HEALTH})


def health_pages() -> Sequence[ControllerRouterHandler]:
    """The handlers of this file."""
    return (health_page, retry_dead, forget_slow)
