"""What admins see of jobs and may do with them, by screen and by API; everybody else sees nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from platform_core import audit, clock, database, jobs
from platform_core.jobs import GiveUp, Job, JobKind, Schedule
from tests.fixtures_crm import Crm

_healthy: list[bool] = []


async def sick(job: Job) -> None:
    """Dies until it is healed."""
    if not _healthy:
        raise GiveUp("The port of Ningbo does not answer.")


async def tell(job: Job) -> None:
    """Does nothing."""


@pytest.fixture
def work(crm: Crm) -> Crm:
    """The product with two kinds of jobs more."""
    _healthy.clear()
    crm.registry.add_job_kind(JobKind("test.sick", sick))
    crm.registry.add_job_kind(JobKind("test.tell", tell))
    return crm


async def died(crm: Crm) -> str:
    job_id = await jobs.add("test.sick", {"secret": "x-99"}, subject="port/ningbo")
    await crm.work()
    return job_id


async def acts() -> list[str]:
    lines = await audit.read(audit.AuditQuery())
    return [line.action for line in lines if line.action.startswith(("job.", "schedule."))]


async def test_the_screen_shows_what_has_died_first_with_its_error(work: Crm) -> None:
    job_id = await died(work)
    admin = await work.login("admin")
    page = await admin.page("/admin/jobs")
    assert "test.sick" in page and "port/ningbo" in page
    page = await admin.page(f"/admin/jobs/{job_id}")
    assert "The port of Ningbo does not answer." in page
    assert "secret" in page and "x-99" not in page


async def test_a_dead_job_is_tried_again_or_left_undone_and_both_are_written_down(work: Crm) -> None:
    first, second = await died(work), await died(work)
    admin = await work.login("admin")
    _healthy.append(True)
    await admin.post_form(f"/admin/jobs/{first}/retry", {})
    await admin.post_form(f"/admin/jobs/{second}/skip", {})
    await work.work()
    states = [(await admin.api("GET", f"/jobs/{one}"))["state"] for one in (first, second)]
    assert states == ["done", "cancelled"]
    assert {"job.retry", "job.skip"} <= set(await acts())


async def test_all_dead_jobs_of_a_kind_are_tried_again_at_once(work: Crm) -> None:
    for _ in range(3):
        await died(work)
    admin = await work.login("admin")
    _healthy.append(True)
    answer = await admin.post_form("/admin/jobs/retry-dead", {"kind": "test.sick"})
    assert answer.headers["location"].endswith("told=3")
    assert await work.work() == 3
    assert (await jobs.counts())["test.sick"] == {"done": 3}


async def test_a_job_that_waits_is_cancelled_and_a_finished_one_cannot_be(work: Crm) -> None:
    waiting = await jobs.add("test.tell", run_at=clock.now() + timedelta(days=1))
    admin = await work.login("admin")
    told = await admin.api("POST", f"/jobs/{waiting}/cancel")
    assert told["state"] == "cancelled"
    await admin.api("POST", f"/jobs/{waiting}/cancel", expect=409)
    await admin.api("POST", f"/jobs/{database.new_id()}/retry", expect=404)
    await admin.api("POST", f"/jobs/{waiting}/explode", expect=404)


async def test_lists_tell_late_ready_waiting_and_dead_apart_and_count_all(work: Crm) -> None:
    await died(work)
    await jobs.add("test.tell", run_at=clock.now() - timedelta(minutes=5))
    await jobs.add("test.tell")
    await jobs.add("test.tell", run_at=clock.now() + timedelta(days=1))
    admin = await work.login("admin")
    found = {}
    for state in jobs.GROUPS:
        answer = await admin.api("GET", f"/jobs?state={state}&limit=10")
        items = answer["items"]
        assert isinstance(items, list)
        found[state] = len(items)
        await admin.page(f"/admin/jobs?state={state}&kind=test.tell&subject=nothing")
    assert (found["late"], found["ready"], found["waiting"], found["dead"]) == (1, 2, 1, 1)
    counts = answer["counts"]
    assert isinstance(counts, dict) and counts["dead"] == 1
    await admin.api("GET", "/jobs?state=asleep", expect=422)


async def test_a_list_is_read_page_by_page(work: Crm) -> None:
    for _ in range(3):
        await jobs.add("test.tell")
    admin = await work.login("admin")
    first = await admin.api("GET", "/jobs?state=ready&kind=test.tell&limit=2")
    second = await admin.api("GET", f"/jobs?state=ready&kind=test.tell&limit=2&cursor={first['next_cursor']}")
    ids = [item["id"] for page in (first, second) for item in page["items"]]  # type: ignore[attr-defined]  # JSON
    assert len(set(ids)) == 3 and second["next_cursor"] is None


async def test_a_schedule_is_run_now_paused_and_let_go_on(work: Crm) -> None:
    work.registry.add_schedule(Schedule("test.tell", cron="0 3 * * *", zone="Asia/Shanghai"))
    await jobs.plant_schedules()
    admin = await work.login("admin")
    page = await admin.page("/admin/jobs/schedules")
    assert "0 3 * * * (Asia/Shanghai)" in page
    await admin.post_form("/admin/jobs/schedules/test.tell/pause", {})
    (state,) = [one for one in await jobs.schedules() if one.schedule.key == "test.tell"]
    assert state.paused
    told = await admin.api("POST", "/schedules/test.tell/run")
    await work.work()
    assert (await admin.api("GET", f"/jobs/{told['job']}"))["state"] == "done"
    await admin.api("POST", "/schedules/test.tell/resume")
    listed = (await admin.api("GET", "/schedules"))["items"]
    assert isinstance(listed, list)
    assert [one["active"] for one in listed if one["name"] == "test.tell"] == [True]
    await admin.api("POST", "/schedules/nobody/run", expect=404)
    assert {"schedule.pause", "schedule.run", "schedule.resume"} <= set(await acts())


async def test_nobody_but_an_admin_sees_or_does_any_of_it(work: Crm) -> None:
    job_id = await died(work)
    lina = await work.login("lina")
    for path in ("/jobs", "/schedules"):
        await lina.api("GET", path, expect=403)
    await lina.api("POST", f"/jobs/{job_id}/retry", expect=403)
    await lina.api("POST", "/jobs/retry", expect=403)
    await lina.api("POST", "/schedules/records.purge/run", expect=403)
    for path in ("/admin/jobs", f"/admin/jobs/{job_id}", "/admin/jobs/schedules", "/admin/jobs/workers"):
        answer = await lina.request("GET", path)
        assert answer.status_code in (403, 404)
    job = await jobs.get(job_id)
    assert job is not None and job.state == "dead"


async def test_the_screen_says_when_nobody_works_and_when_redis_is_away(work: Crm) -> None:
    admin = await work.login("admin")
    assert "tradewind worker" in await admin.page("/admin/jobs")
    worker = jobs.Worker(concurrency=1)
    await worker.start()
    async with asyncio.timeout(10):
        while not await jobs.workers():
            await database.fetch_value("SELECT 1")
    jobs.note_carrier("Redis does not answer: refused")
    page = await admin.page("/admin/jobs/workers")
    jobs.note_carrier(None)
    await worker.stop()
    assert "Redis does not answer" in page and "Nobody works" not in page
