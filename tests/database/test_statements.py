"""Statements: placeholders, rows, bulk, and the errors that come back."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from platform_core import database
from platform_core.database.dialect import numbered
from tests.database.conftest import OtherProgram, add_note, current_url, texts
from tests.database.programs import counting_program


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a = ? AND b = ?", "a = $1 AND b = $2"),
        ("a = '?' AND b = ?", "a = '?' AND b = $1"),
        ("a = 'it''s ?' AND b = ?", "a = 'it''s ?' AND b = $1"),
        ('"what?" = ?', '"what?" = $1'),
        ("a ?? ? -- why?\nAND b = ?", "a ? $1 -- why?\nAND b = $2"),
        ("a = ? /* ? */ AND b = ?", "a = $1 /* ? */ AND b = $2"),
        ("a = 'open ?", "a = 'open ?"),
        ("SELECT 1", "SELECT 1"),
    ],
)
def test_placeholders_are_numbered_where_they_are_placeholders(written: str, sent: str) -> None:
    assert numbered(written) == sent


async def test_rows_come_as_dicts_tuples_one_or_a_value(notes: str) -> None:
    key = await add_note("a", 7)
    sql = "SELECT text, number FROM notes WHERE id = ?"
    assert await database.fetch_all(sql, (key,)) == [{"text": "a", "number": 7}]
    assert await database.fetch_tuples(sql, (key,)) == [("a", 7)]
    assert await database.fetch_one(sql, (key,)) == {"text": "a", "number": 7}
    assert await database.fetch_value(sql, (key,)) == "a"
    nobody = database.new_id()
    assert await database.fetch_all(sql, (nobody,)) == []
    assert await database.fetch_one(sql, (nobody,)) is None
    assert await database.fetch_value(sql, (nobody,)) is None


async def test_execute_tells_how_many_rows_it_changed(notes: str) -> None:
    for text in "abc":
        await add_note(text)
    assert await database.execute("UPDATE notes SET number = 1 WHERE text <> ?", ("a",)) == 2
    assert await database.execute("DELETE FROM notes WHERE number = 5") == 0


async def test_many_rows_are_written_all_or_not_at_all(notes: str) -> None:
    sql = "INSERT INTO notes (id, text) VALUES (?, ?)"
    with pytest.raises(database.UniqueViolation):
        await database.execute_many(sql, [(database.new_id(), text) for text in ("a", "b", "a")])
    assert await texts() == []
    async with database.transaction():
        await add_note("x")
        with pytest.raises(database.UniqueViolation):
            async with database.transaction():
                await database.execute_many(sql, [(database.new_id(), text) for text in ("a", "a")])
        await database.execute_many(sql, [(database.new_id(), text) for text in ("b", "c")])
    assert await texts() == ["b", "c", "x"]


async def test_copying_writes_many_rows_all_or_not_at_all(notes: str) -> None:
    rows = [(database.new_id(), f"{number:05}", number) for number in range(3000)]
    await database.copy_rows("notes", ("id", "text", "number"), rows)
    assert await database.fetch_value("SELECT SUM(number) FROM notes") == sum(range(3000))
    with pytest.raises(database.UniqueViolation):
        await database.copy_rows(
            "notes", ("id", "text"), [(database.new_id(), "x"), (database.new_id(), "x")]
        )
    assert await database.fetch_value("SELECT COUNT(*) FROM notes") == 3000


async def test_a_doubled_row_is_named_by_table_and_columns(notes: str) -> None:
    await add_note("a")
    with pytest.raises(database.UniqueViolation) as refused:
        await add_note("a")
    assert (refused.value.table, refused.value.columns) == ("notes", ("text", "number"))


async def test_a_reference_into_nothing_is_refused(notes: str) -> None:
    with pytest.raises(database.ForeignKeyViolation):
        await database.execute(
            "INSERT INTO notes (id, text, parent) VALUES (?, 'a', ?)", (database.new_id(), database.new_id())
        )


async def test_a_missing_value_is_named_by_its_column(notes: str) -> None:
    with pytest.raises(database.NotNullViolation) as refused:
        await database.execute("INSERT INTO notes (id) VALUES (?)", (database.new_id(),))
    assert refused.value.columns == ("text",)


async def test_a_number_that_is_too_large_is_a_bad_value(notes: str) -> None:
    with pytest.raises(database.BadValue):
        await add_note("a", 2**63)


async def test_a_bare_decimal_is_never_turned_into_a_float(notes: str) -> None:
    if notes == "sqlite":
        with pytest.raises((TypeError, database.DatabaseError), match="to_db"):
            await database.execute("UPDATE notes SET number = ?", (Decimal("0.1"),))


async def test_wrong_sql_is_an_error_of_ours(notes: str) -> None:
    with pytest.raises(database.DatabaseError):
        await database.execute("SELEKT 1")


async def test_a_write_sent_to_a_reader_is_explained(notes: str) -> None:
    if notes == "sqlite":
        with pytest.raises(database.TransactionMisuse, match="write=True"):
            await database.fetch_all("DELETE FROM notes RETURNING id")


async def test_python_functions_can_be_called_in_sqlite(notes: str) -> None:
    if notes == "postgresql":
        return  # it computes in SQL only
    database.register_sqlite_function("tw_test_double", 1, lambda value: value * 2)
    await add_note("a", 21)
    assert await database.fetch_value("SELECT tw_test_double(number) FROM notes") == 42
    async with database.transaction():
        assert await database.fetch_value("SELECT tw_test_double(number) FROM notes") == 42


async def test_a_statement_survives_a_change_of_its_table(notes: str) -> None:
    await add_note("a")
    assert await database.fetch_all("SELECT * FROM notes")
    await database.apply(database.AddColumn("notes", database.Column("more", database.TEXT)))
    rows = await database.fetch_all("SELECT * FROM notes")
    assert "more" in rows[0]


async def test_inside_a_transaction_a_stale_statement_is_retried_whole(notes: str) -> None:
    await add_note("a")
    async with database.transaction():  # prepares the statement on every connection that the pool may lend
        await database.fetch_all("SELECT * FROM notes")
    await database.apply(database.AddColumn("notes", database.Column("more", database.TEXT)))

    async def work() -> list[database.Row]:
        return await database.fetch_all("SELECT * FROM notes")

    assert "more" in (await database.run_transaction(work))[0]


async def test_several_programs_write_to_one_database_and_lose_nothing(
    notes: str, other_program: OtherProgram
) -> None:
    key = await add_note("counter")
    source = counting_program(current_url(), key, times=50)
    await asyncio.gather(*(other_program(source) for _ in range(3)))
    assert await database.fetch_value("SELECT number FROM notes WHERE id = ?", (key,)) == 150
