"""An import that is killed, raced or refused in the middle: every row once, or none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from form_engine.imports import csv_source, service, store
from platform_core import clock, database, jobs
from platform_core.records import Save, on_slot
from tests.form_engine.imports.desk import Desk

ROWS = [(f"Company {n}",) for n in range(60)]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_source, "CHUNK", 10)


async def working_on(lina: Desk) -> str:
    """A checked import whose commit is waiting for a worker."""
    made = await lina.check(await lina.upload(("Company name",), *ROWS))
    assert made.created == 60
    await service.commit(made.id, actor=lina.actor)
    return made.id


def failing(when: Callable[[int], bool], error: Exception) -> Callable[[], None]:
    """After the n-th chunk was written, inside its transaction, something breaks. Returns what mends it."""
    seen = [0]

    async def fail(saves: object) -> None:
        seen[0] += 1
        if when(seen[0]):
            raise error

    return on_slot("after_write", fail)


def travel(to: datetime) -> None:
    """From now on it is that moment."""
    clock.set_source(lambda: to)


class Killed(BaseException):
    """The process is gone: nothing of Python's own tidying up is counted on."""


async def test_a_killed_import_goes_on_behind_the_last_chunk_that_was_kept(lina: Desk) -> None:
    import_id = await working_on(lina)
    made = await store.find(import_id, lina.actor)
    mend = failing(lambda n: n == 4, Killed())  # type: ignore[arg-type]  # a kill is no Exception
    with pytest.raises(BaseException):  # noqa: B017 - however the kill comes out of the task
        await jobs.run(str(made.job_id))
    mend()
    half = await store.find(import_id, lina.actor)
    assert (half.state, half.created, half.done_line) == ("running", 29, 30)
    assert len(await lina.titles()) == 29
    travel(clock.now() + timedelta(minutes=10))  # the lease is over
    await jobs.sweep()
    done = await lina.after_work(half)
    assert (done.state, done.created) == ("done", 60)
    assert sorted(await lina.titles()) == sorted(name for (name,) in ROWS)


async def test_an_error_that_passes_is_tried_again(lina: Desk) -> None:
    import_id = await working_on(lina)
    mend = failing(lambda n: n == 3, RuntimeError("the disk was full"))
    half = await lina.after_work(await store.find(import_id, lina.actor))
    assert (half.state, half.created) == ("running", 19)
    mend()
    travel(clock.now() + timedelta(minutes=1))
    done = await lina.after_work(half)
    assert (done.state, done.created, len(await lina.titles())) == ("done", 60, 60)


async def test_an_error_that_stays_takes_everything_back(lina: Desk) -> None:
    import_id = await working_on(lina)
    mend = failing(lambda n: n >= 3, RuntimeError("broken for good"))
    start = clock.now()
    for hours in range(1, 6):
        travel(start + timedelta(hours=hours))
        made = await lina.after_work(await store.find(import_id, lina.actor))
    mend()
    assert (made.state, made.created) == ("failed", 0)
    assert "broken for good" in str(made.params["error"])
    assert await lina.titles() == []
    assert (await lina.commit(made)).state == "done"


async def test_two_workers_do_not_take_the_same_rows(lina: Desk) -> None:
    import_id = await working_on(lina)
    before = await store.find(import_id, lina.actor)
    await store.change(import_id, done_line=11)
    async with database.transaction():
        assert not await store.advance(before, before)


async def test_a_row_refused_after_the_check_stops_and_takes_back_everything(lina: Desk) -> None:
    made = await lina.check(await lina.upload(("Company name", "VAT number"), *((n, n) for (n,) in ROWS)))
    await lina.import_(("Company name", "VAT number"), ("First", "Company 45"))
    failed = await lina.commit(made)
    assert (failed.state, failed.created, failed.refused) == ("failed", 0, 1)
    assert failed.message == "A row was refused that had passed the check. Nothing was imported."
    assert await lina.problems(made) == {47: [("VAT number", "not_unique")]}
    assert await lina.titles() == ["First"]


async def test_rights_that_were_taken_away_stop_an_import(lina: Desk) -> None:
    from platform_core import identity
    from platform_core.identity import SYSTEM

    import_id = await working_on(lina)
    await identity.set_roles(lina.actor.user_id, ("reader",), actor=SYSTEM)
    made = await lina.after_work(await store.find(import_id, lina.actor))
    assert (made.state, made.created) == ("failed", 0)
    assert made.message == "You may not import into this form."


async def test_a_row_sees_the_rules_of_a_save(lina: Desk) -> None:
    async def refuse(saves: list[Save]) -> None:
        for save in saves:
            if save.get("name") == "Company 7":
                save.refuse("name", "rule", "Not this one.")

    mend = on_slot("rules", refuse)  # type: ignore[arg-type]  # a list is a sequence
    try:
        made = await lina.check(await lina.upload(("Company name",), *ROWS))
    finally:
        mend()
    assert await lina.problems(made) == {9: [("Company name", "rule")]}


@pytest.mark.long
@pytest.mark.timeout(1200)
async def test_a_hundred_thousand_bad_rows_are_reported_row_by_row_in_little_memory(lina: Desk) -> None:
    import tracemalloc

    path = lina.file(("Company name", "Country"), *(f"Company {n},Atlantis" for n in range(100_000)))
    made = await lina.upload(path=path)
    tracemalloc.start()
    checked = await lina.check(made)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (checked.state, checked.total, checked.created, checked.refused) == (
        "checked",
        100_000,
        0,
        100_000,
    )
    assert peak < 60_000_000
    last = await store.reported(made.id, after=99_999, limit=10)
    assert [row.line for row in last] == [100_000, 100_001]
    assert await lina.titles() == []
