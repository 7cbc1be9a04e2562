"""Several publish at once: in one process, in two processes; and a process that dies at any statement."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from platform_core import database, definitions
from platform_core.identity import Actor
from tests.definitions.example_kinds import chart, item, sheet
from tests.fixtures_database import bare_url
from tests.system_migrations import collect

ROOT = Path(__file__).resolve().parents[2]


async def test_publishes_of_two_admins_come_one_after_the_other(
    db: str, admin: Actor, other_admin: Actor
) -> None:
    raws = [sheet("customer", "city", f"field_{number}") for number in range(6)]
    actors = [admin, other_admin] * 3
    results = await asyncio.gather(
        *(definitions.publish([item(raw)], actor=actor) for raw, actor in zip(raws, actors, strict=True))
    )
    assert sorted(result.revisions[0].revision for result in results) == [1, 2, 3, 4, 5, 6]
    assert definitions.catalog().version == 6
    assert set(await database.columns_of("t_local__customer")) >= {
        "id",
        "city",
        *(f"field_{n}" for n in range(6)),
    }


async def test_first_saves_of_one_draft_meet(db: str, admin: Actor, other_admin: Actor) -> None:
    results = await asyncio.gather(
        definitions.put_draft("sheet", "customer", sheet("customer", "a"), rev=0, actor=admin),
        definitions.put_draft("sheet", "customer", sheet("customer", "b"), rev=0, actor=other_admin),
        return_exceptions=True,
    )
    kinds = sorted(type(result).__name__ for result in results)
    assert kinds == ["Draft", "StaleDraft"]


PUBLISHER = """
import asyncio, sys
from platform_core import database, definitions
from platform_core.identity import SYSTEM
from tests.definitions.example_kinds import ChartKind, SheetKind, item, sheet

async def main(url, who, times):
    await database.open(url)
    definitions.register_kind(SheetKind())
    definitions.register_kind(ChartKind())
    for number in range(int(times)):
        raw = sheet("customer", "city", f"{who}_{number}")
        await definitions.publish([item(raw)], f"{who} {number}", actor=SYSTEM)
        print(number, flush=True)
    await database.close()

asyncio.run(main(*sys.argv[1:]))
"""


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def test_two_processes_publish_without_losing_a_revision(
    engine: str, tmp_path: Path, admin: Actor
) -> None:
    url = await bare_url(engine, tmp_path)
    await database.open(url)
    try:
        await database.migrate(collect())
        running = [start(PUBLISHER, url, who, "5") for who in ("ada", "bo")]
        for process in running:
            _out, errors = await asyncio.to_thread(process.communicate)
            assert process.returncode == 0, errors
        await definitions.refresh()
        lines = await definitions.revisions("sheet", "customer", actor=admin)
        assert [line.number for line in lines] == list(range(10, 0, -1))
        assert len({line.note for line in lines}) == 10
    finally:
        await database.close()


async def test_a_quiet_process_notices_within_a_second_what_another_one_publishes(
    engine: str, tmp_path: Path, admin: Actor
) -> None:
    url = await bare_url(engine, tmp_path)
    await database.open(url)
    watcher = None
    try:
        await database.migrate(collect())
        watcher = await definitions.watch()
        process = start(PUBLISHER, url, "ada", "1")
        # Nothing here asks the catalog to look; the clock starts when the other one is surely done.
        _out, errors = await asyncio.to_thread(process.communicate)
        assert process.returncode == 0, errors
        async with asyncio.timeout(1):
            await watcher.reached(1)
        assert definitions.catalog().get("sheet", "customer") is not None
    finally:
        if watcher is not None:
            await watcher.stop()
        await database.close()


class Killed(BaseException):
    """The process is gone: nothing in the program may catch this."""


async def state(admin: Actor) -> tuple[object, ...]:
    """All that a publish writes."""
    counts = [
        await database.fetch_value(f"SELECT count(*) FROM {table}")
        for table in ("tw_definition", "tw_definition_revision", "tw_definition_reference", "tw_audit_entry")
    ]
    version = await database.fetch_value("SELECT version FROM tw_definition_catalog")
    drafts = await database.fetch_value(
        "SELECT count(*) FROM tw_definition_draft WHERE definition IS NOT NULL"
    )
    columns = frozenset(await database.columns_of("t_local__customer"))
    return (*counts, version, drafts, columns)


async def test_a_publish_that_dies_at_any_statement_leaves_all_or_nothing(db: str, admin: Actor) -> None:
    await definitions.publish(
        [item(sheet("customer", "city")), item(chart("map", "customer", "city"))], actor=admin
    )
    died_at = 0
    while True:
        name = f"field_{died_at}"
        draft = await definitions.put_draft("sheet", "customer", sheet("customer", "city", name), actor=admin)
        before = await state(admin)
        try:
            await publish_dying_at(died_at + 1, draft, admin)
        except Killed:
            died_at += 1
            assert await state(admin) == before
            continue
        break
    print(f"publish: {died_at} statements, killed at each")
    assert died_at >= 5
    after = await state(admin)
    assert name in after[-1]  # type: ignore[operator]  # the columns
    assert after[1:5] != before[1:5]


async def publish_dying_at(number: int, draft: definitions.Draft, admin: Actor) -> None:
    """Publishes, and ends everything before the statement of that number (the last one is the commit)."""
    left = number

    def count(_number: int, sql: str) -> None:
        nonlocal left
        if done:
            return
        left -= 1
        if left == 0:
            raise Killed(sql)
        if sql == "COMMIT":
            done.append(True)

    done: list[bool] = []
    stop = database.on_statement(count)
    try:
        await definitions.publish(draft, actor=admin)
    finally:
        stop()


@pytest.mark.long
async def test_a_process_killed_in_the_middle_of_publishing_leaves_a_sound_store(
    engine: str, tmp_path: Path, admin: Actor
) -> None:
    url = await bare_url(engine, tmp_path)
    await database.open(url)
    try:
        await database.migrate(collect())
        for _round in range(5):
            process = start(PUBLISHER, url, "ada", "200")
            assert process.stdout is not None
            for _published in range(4):
                assert await asyncio.to_thread(process.stdout.readline)
            process.kill()
            await asyncio.to_thread(process.communicate)
            catalog = await definitions.refresh()
            standing = catalog.get("sheet", "customer")
            lines = await definitions.revisions("sheet", "customer", actor=admin)
            assert standing is not None
            assert [line.number for line in lines] == list(range(standing.revision, 0, -1))
            assert set(standing.object.columns) <= set(await database.columns_of("t_local__customer"))  # type: ignore[attr-defined]  # a Sheet
    finally:
        await database.close()
