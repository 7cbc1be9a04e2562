"""Rows that are sent and not waited for: the next statement or the end of the transaction tells what became of them."""

from __future__ import annotations

import asyncio

import pytest

from platform_core import database

COLUMNS = ("id", "text", "number")


def rows(count: int, text: str = "posted") -> list[tuple[object, ...]]:
    return [(database.new_id(), text, number) for number in range(count)]


async def stored() -> object:
    return await database.fetch_value("SELECT COUNT(*) FROM notes")


async def test_posted_rows_are_there_for_the_next_statement(notes: str) -> None:
    async with database.transaction():
        await database.post_rows("notes", COLUMNS, rows(300))
        assert await stored() == 300
        await database.post_rows("notes", COLUMNS, rows(200, "more"))
    assert await stored() == 500


async def test_rows_posted_outside_of_a_transaction_are_written_at_once(notes: str) -> None:
    await database.post_rows("notes", COLUMNS, rows(60))
    assert await stored() == 60


async def test_a_doubled_posted_row_is_told_before_the_transaction_has_ended(notes: str) -> None:
    with pytest.raises(database.UniqueViolation):
        async with database.transaction():
            await database.post_rows("notes", COLUMNS, [*rows(60), *rows(1)])
    assert await stored() == 0


async def test_a_doubled_row_posted_inside_undoes_the_inner_transaction_alone(notes: str) -> None:
    async with database.transaction():
        await database.post_rows("notes", COLUMNS, rows(5, "outer"))
        with pytest.raises(database.UniqueViolation):
            async with database.transaction():
                await database.post_rows("notes", COLUMNS, [*rows(60), *rows(1)])
        await database.post_rows("notes", COLUMNS, rows(5, "after"))
    assert await stored() == 10


async def test_posted_rows_go_with_the_transaction_that_is_given_up(notes: str) -> None:
    with pytest.raises(LookupError):
        async with database.transaction():
            await database.post_rows("notes", COLUMNS, rows(300))
            raise LookupError("the caller has changed its mind")
    assert await stored() == 0


async def test_a_task_that_is_cancelled_leaves_nothing_of_what_it_posted(notes: str) -> None:
    posted = asyncio.Event()

    async def work() -> None:
        async with database.transaction():
            await database.post_rows("notes", COLUMNS, rows(2_000))
            posted.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await posted.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await stored() == 0
    await database.post_rows("notes", COLUMNS, rows(1))
    assert await stored() == 1
