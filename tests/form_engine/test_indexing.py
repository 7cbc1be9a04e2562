"""Indexes that an older program left otherwise than this one wants them are put right at night."""

from __future__ import annotations

import pytest

from form_engine.kind.indexing import PUT_RIGHT, put_all_right, put_right
from platform_core import database, jobs
from platform_core.database import CreateIndex, DropIndex, Index
from platform_core.identity import Actor
from tests.form_engine.publishing import compiled, form, problems_of, publish, text

LIST = {"name": "all", "columns": ["name"], "sort": ["-name"], "chips": ["vip"], "totals": ["worth"]}
FIELDS = (text("name"), {"type": "boolean", "name": "vip"}, {"type": "money", "name": "worth"})


async def disturb() -> tuple[str, frozenset[str]]:
    """A table with one index too few and one too many, and what it had before."""
    table = compiled("account").entity.table
    before = await database.indexes_of(table)
    gone = min(name for name in before if "vip" in name)
    await database.apply(DropIndex(gone))
    await database.apply(CreateIndex(Index(f"{table}__old__ix", table, ("name",))))
    return table, before


async def test_what_is_missing_is_made_and_what_nothing_wants_is_dropped(db: str, admin: Actor) -> None:
    await publish(admin, form("account", *FIELDS, lists=[LIST]))
    table, before = await disturb()
    assert await put_right(compiled("account").entity) == 2
    assert await database.indexes_of(table) == before
    assert await put_right(compiled("account").entity) == 0


async def test_a_job_looks_after_every_form(db: str, admin: Actor) -> None:
    await publish(admin, form("account", *FIELDS, lists=[LIST]))
    table, before = await disturb()
    jobs.register(jobs.JobKind(PUT_RIGHT, put_all_right))
    added = await jobs.add(PUT_RIGHT, {})
    await jobs.Worker(concurrency=1).run_once()
    done = await jobs.get(added)
    assert done is not None and done.state == "done", done
    assert await database.indexes_of(table) == before


async def test_an_index_of_another_order_takes_the_place_of_the_one_before(db: str, admin: Actor) -> None:
    await publish(admin, form("account", *FIELDS, lists=[LIST]))
    table = compiled("account").entity.table
    down = {name for name in await database.indexes_of(table) if "vip" in name}
    await publish(admin, form("account", *FIELDS, lists=[{**LIST, "sort": ["name"]}]))
    up = {name for name in await database.indexes_of(table) if "vip" in name}
    assert len(down) == len(up) == 2 and not down & up


@pytest.mark.parametrize(
    ("part", "names", "code"),
    [
        ("chips", ["nmae"], "unknown_field"),
        ("chips", ["name"], "chip"),
        ("chips", ["vip", "vip"], "twice"),
        ("totals", ["vip"], "total"),
    ],
)
async def test_chips_are_single_plain_values_and_totals_are_numbers(
    db: str, admin: Actor, part: str, names: list[str], code: str
) -> None:
    found = await problems_of(admin, form("account", *FIELDS, lists=[{**LIST, part: names}]))
    assert found == {f"/lists/0/{part}/{len(names) - 1}": code}
