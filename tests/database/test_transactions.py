"""Transactions: all or nothing, savepoints inside, one task each."""

from __future__ import annotations

import asyncio
import contextvars

import pytest

from platform_core import database
from platform_core.database import TransactionMisuse
from tests.database.conftest import add_note, texts


class Stop(Exception):
    """Raised by tests to leave a transaction."""


async def test_what_a_transaction_wrote_is_there_after_it(notes: str) -> None:
    async with database.transaction():
        await add_note("a")
        assert database.in_transaction()
    assert not database.in_transaction()
    assert await texts() == ["a"]


async def test_an_exception_undoes_everything(notes: str) -> None:
    with pytest.raises(Stop):
        async with database.transaction():
            await add_note("a")
            raise Stop
    assert await texts() == []


async def test_an_inner_transaction_that_fails_undoes_only_itself(notes: str) -> None:
    async with database.transaction():
        await add_note("outer before")
        with pytest.raises(Stop):
            async with database.transaction():
                await add_note("inner")
                async with database.transaction():
                    await add_note("innermost")
                raise Stop
        await add_note("outer after")
    assert await texts() == ["outer after", "outer before"]


async def test_an_outer_transaction_that_fails_undoes_the_inner_ones_too(notes: str) -> None:
    with pytest.raises(Stop):
        async with database.transaction():
            async with database.transaction():
                await add_note("inner")
            raise Stop
    assert await texts() == []


async def test_work_goes_on_after_a_statement_failed_inside_an_inner_transaction(notes: str) -> None:
    await add_note("a")
    async with database.transaction():
        with pytest.raises(database.UniqueViolation):
            async with database.transaction():
                await add_note("a")
        await add_note("b")
    assert await texts() == ["a", "b"]


async def test_a_transaction_reads_what_it_wrote(notes: str) -> None:
    async with database.transaction():
        await add_note("a")
        assert await texts() == ["a"]


async def test_others_do_not_see_what_is_not_committed(notes: str) -> None:
    written, seen = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with database.transaction():
            await add_note("a")
            written.set()
            await seen.wait()

    task = asyncio.create_task(write())
    await written.wait()
    assert await texts() == []
    seen.set()
    await task
    assert await texts() == ["a"]


async def test_read_then_write_by_many_tasks_loses_nothing(notes: str) -> None:
    key = await add_note("counter")

    async def increase() -> None:
        for _ in range(25):
            async with database.transaction():
                tail = database.dialect().for_update
                number = await database.fetch_value(f"SELECT number FROM notes WHERE id = ?{tail}", (key,))
                assert isinstance(number, int)
                await database.execute("UPDATE notes SET number = ? WHERE id = ?", (number + 1, key))

    await asyncio.gather(*(increase() for _ in range(8)))
    assert await database.fetch_value("SELECT number FROM notes") == 200


async def test_a_snapshot_sees_one_state_while_others_write(notes: str) -> None:
    await add_note("a")
    async with database.snapshot():
        assert await texts() == ["a"]
        await asyncio.create_task(add_note("b"), context=contextvars.Context())
        assert await texts() == ["a"]
    assert await texts() == ["a", "b"]


async def test_a_snapshot_refuses_to_write(notes: str) -> None:
    with pytest.raises(database.DatabaseError):
        async with database.snapshot():
            await add_note("a")
    with pytest.raises(TransactionMisuse):
        async with database.snapshot(), database.transaction():
            pass
    assert await texts() == []


async def test_a_snapshot_inside_a_transaction_reads_its_changes(notes: str) -> None:
    async with database.transaction():
        await add_note("a")
        async with database.snapshot():
            assert await texts() == ["a"]


async def test_a_statement_that_takes_too_long_is_stopped(notes: str) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
    with pytest.raises(database.StatementTimeout):
        async with database.snapshot(seconds=0.1):
            await database.fetch_all(endless)
    assert await texts() == []


async def test_a_task_started_inside_a_transaction_may_not_use_it(notes: str) -> None:
    async with database.transaction():
        await add_note("a")
        with pytest.raises(TransactionMisuse, match="started inside a transaction"):
            await asyncio.create_task(add_note("b"))
        await add_note("c")
    assert await texts() == ["a", "c"]


async def test_a_task_that_outlives_the_transaction_has_its_own_connection(notes: str) -> None:
    ended = asyncio.Event()

    async def later() -> None:
        await ended.wait()
        await add_note("later")

    async with database.transaction():
        task = asyncio.create_task(later())
        await add_note("now")
    ended.set()
    await task
    assert await texts() == ["later", "now"]


async def test_a_cancelled_task_leaves_nothing_behind(notes: str) -> None:
    inside = asyncio.Event()

    async def write() -> None:
        async with database.transaction():
            await add_note("a")
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await add_note("b")
    assert await texts() == ["b"]


async def test_callbacks_run_after_the_outermost_commit(notes: str) -> None:
    seen: list[object] = []

    async def look() -> None:
        seen.append((await texts(), database.in_transaction()))

    async with database.transaction():
        async with database.transaction():
            await add_note("a")
            database.after_commit(look)
        assert seen == []
    assert seen == [(["a"], False)]


async def test_callbacks_of_what_was_undone_never_run(notes: str) -> None:
    seen: list[str] = []
    async with database.transaction():
        database.after_commit(lambda: seen.append("outer"))
        with pytest.raises(Stop):
            async with database.transaction():
                database.after_commit(lambda: seen.append("inner"))
                raise Stop
    with pytest.raises(Stop):
        async with database.transaction():
            database.after_commit(lambda: seen.append("never"))
            raise Stop
    assert seen == ["outer"]


async def test_a_callback_outside_a_transaction_runs_at_once(notes: str) -> None:
    seen: list[str] = []
    database.after_commit(lambda: seen.append("now"))
    assert seen == ["now"]


async def test_a_callback_that_fails_does_not_make_the_commit_look_undone(notes: str) -> None:
    seen: list[str] = []

    def fail() -> None:
        raise Stop

    async with database.transaction():
        await add_note("a")
        database.after_commit(fail)
        database.after_commit(lambda: seen.append("next"))
    assert await texts() == ["a"]
    assert seen == ["next"]


async def test_items_are_handed_over_together_after_the_commit(notes: str) -> None:
    handed: list[list[str]] = []
    async with database.transaction():
        for item in ("a", "b"):
            database.after_commit_with(handed.append, item)
        with pytest.raises(Stop):
            async with database.transaction():
                database.after_commit_with(handed.append, "undone")
                raise Stop
        database.after_commit_with(handed.append, "c")
    assert handed == [["a", "b", "c"]]


async def test_a_transaction_that_failed_for_a_passing_reason_is_run_again(notes: str) -> None:
    runs = 0

    async def work() -> str:
        nonlocal runs
        runs += 1
        await add_note("a")
        if runs == 1:
            raise database.SerializationFailure("crossed")
        return "done"

    assert await database.run_transaction(work) == "done"
    assert (runs, await texts()) == (2, ["a"])


async def test_a_transaction_that_failed_for_good_is_not_run_again(notes: str) -> None:
    runs = 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        raise database.BadValue("no")

    with pytest.raises(database.BadValue):
        await database.run_transaction(work)
    assert runs == 1


async def test_hooks_see_every_statement_and_the_commit_with_its_number(notes: str) -> None:
    seen: list[tuple[int, str]] = []
    remove = database.on_statement(lambda number, sql: seen.append((number, sql.split()[0])))
    async with database.transaction():
        await add_note("a")
        async with database.transaction():
            await add_note("b")
    remove()
    await add_note("c")
    words = ["BEGIN", "INSERT", "SAVEPOINT", "INSERT", "RELEASE", "COMMIT"]
    assert [word for _, word in seen] == words
    first = seen[0][0]
    assert [number for number, _ in seen] == list(range(first, first + len(words)))


@pytest.mark.parametrize("die_at", range(1, 7))
async def test_dying_at_any_statement_leaves_all_or_nothing(notes: str, die_at: int) -> None:
    count = 0

    def die(number: int, sql: str) -> None:
        nonlocal count
        count += 1
        if count == die_at:
            raise Stop

    remove = database.on_statement(die)
    try:
        async with database.transaction():
            await add_note("a")
            async with database.transaction():
                await add_note("b")
    except Stop:
        pass
    finally:
        remove()
    assert await texts() == []
    await add_note("later")
