"""DDL steps: each does its work once, and a second time nothing."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core import database
from platform_core.database import (
    BOOL,
    INT,
    JSON,
    TEXT,
    UUID,
    AddColumn,
    Column,
    ColumnType,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropIndex,
    DropNotNull,
    DropTable,
    Index,
    RenameColumn,
    RenameTable,
    RunSql,
    SetNotNull,
    Step,
    Table,
)
from tests.database.conftest import NOTES, add_note, texts

STEPS: tuple[Step, ...] = (
    CreateTable(NOTES),
    AddColumn("notes", Column("more", TEXT)),
    AddColumn("notes", Column("yes", BOOL, nullable=False, default="TRUE")),
    AddColumn("notes", Column("price", database.decimal_type(18, 4), nullable=False, default="12.5")),
    AddColumn("notes", Column("data", JSON, default="'{}'")),
    AddColumn("notes", Column("buddy", UUID, references="notes(id)")),
    RenameColumn("notes", "more", "moved"),
    CreateIndex(Index("ix_moved", "notes", ("moved", "number DESC"), where="moved IS NOT NULL")),
    CreateIndex(Index("ux_lower", "notes", expression="lower(text)", unique=True)),
    CreateIndex(Index("ix_data", "notes", expression="data", using="gin")),
    SetNotNull("notes", "moved"),
    DropNotNull("notes", "moved"),
    DropIndex("ux_lower"),
    DropColumn("notes", "moved"),
    DropColumn("notes", "buddy"),
    RenameTable("notes", "pages"),
    RunSql(
        sqlite=("CREATE TABLE IF NOT EXISTS own (a TEXT)",),
        postgresql=("CREATE TABLE IF NOT EXISTS own (a text)",),
    ),
    DropTable("own"),
    DropTable("pages"),
)


@pytest.mark.parametrize("inside", [False, True], ids=["alone", "in a transaction"])
async def test_every_step_may_be_applied_twice(bare_db: str, inside: bool) -> None:
    for step in STEPS:
        before = await database.introspect()
        for _ in range(2):
            if inside:
                async with database.transaction():
                    await database.apply(step)
            else:
                await database.apply(step)
        if isinstance(step, CreateTable | AddColumn | DropColumn | RenameColumn | RenameTable | DropTable):
            assert (await database.introspect() != before) or step == DropTable("own")
    assert await database.tables() == frozenset()


async def test_a_publish_that_is_interrupted_can_be_run_again_from_its_first_step(bare_db: str) -> None:
    kept = STEPS[:6]
    for stop in range(len(kept) + 1):
        for step in kept[:stop]:
            await database.apply(step)
    assert await database.columns_of("notes") == (
        *(column.name for column in NOTES.columns),
        *("more", "yes", "price", "data", "buddy"),
    )


def test_steps_survive_a_journey_through_json() -> None:
    sent = msgspec.json.encode(STEPS)
    assert msgspec.json.decode(sent, type=tuple[Step, ...]) == STEPS


async def test_rows_keep_their_values_and_get_the_default_of_a_new_column(notes: str) -> None:
    await add_note("a")
    for step in STEPS[1:6]:
        await database.apply(step)
    row = await database.fetch_one("SELECT text, more, yes, price, data FROM notes")
    assert row is not None
    assert (row["text"], row["more"], row["yes"], str(row["price"]), row["data"]) == (
        "a",
        None,
        True,
        "12.5000",
        {},
    )


async def test_ddl_is_undone_with_its_transaction(notes: str) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            await database.apply(AddColumn("notes", Column("more", TEXT)))
            await database.apply(SetNotNull("notes", "number"))
            raise ZeroDivisionError
    assert "more" not in await database.columns_of("notes")
    await add_note("still works")


async def test_a_column_that_must_have_a_value_refuses_to_go_without(notes: str) -> None:
    await database.apply(AddColumn("notes", Column("more", TEXT)))
    await add_note("a")
    with pytest.raises(database.NotNullViolation):
        await database.apply(SetNotNull("notes", "more"))
    await database.execute("UPDATE notes SET more = 'x'")
    await database.apply(SetNotNull("notes", "more"))
    with pytest.raises(database.NotNullViolation):
        await add_note("b")
    await database.apply(DropNotNull("notes", "more"))
    await add_note("b")
    assert await texts() == ["a", "b"]


async def test_readers_notice_a_changed_constraint_at_once(notes: str) -> None:
    await add_note("a")
    await database.fetch_all("SELECT * FROM notes")
    await database.apply(AddColumn("notes", Column("more", TEXT, nullable=False, default="'d'")))
    await database.apply(DropNotNull("notes", "more"))
    assert await database.fetch_value("SELECT more FROM notes") == "d"


async def test_dropping_a_column_takes_its_indexes_along(notes: str) -> None:
    await database.apply(CreateIndex(Index("ix_number", "notes", ("number",))))
    await database.apply(DropColumn("notes", "number"))
    assert not {name for name in await database.indexes_of("notes") if "number" in name}


async def test_rows_that_are_unique_together_get_a_unique_index(notes: str) -> None:
    assert "ux_notes__text_number" in await database.indexes_of("notes")


async def test_a_row_counter_numbers_by_itself(bare_db: str) -> None:
    table = Table("counted", (Column("seq", INT, primary=True, identity=True), Column("text", TEXT)))
    await database.apply(CreateTable(table))
    for text in "abc":
        await database.execute("INSERT INTO counted (text) VALUES (?)", (text,))
    assert await database.fetch_tuples("SELECT seq, text FROM counted ORDER BY seq") == [
        (1, "a"),
        (2, "b"),
        (3, "c"),
    ]


async def test_a_key_may_be_made_of_several_columns(bare_db: str) -> None:
    await database.apply(
        CreateTable(Table("pairs", (Column("a", INT, primary=True), Column("b", INT, primary=True))))
    )
    await database.execute_many("INSERT INTO pairs (a, b) VALUES (?, ?)", [(1, 1), (1, 2)])
    with pytest.raises(database.UniqueViolation):
        await database.execute("INSERT INTO pairs (a, b) VALUES (1, 2)")


async def test_an_index_over_a_column_that_is_not_there_is_refused(notes: str) -> None:
    with pytest.raises(database.DatabaseError):
        await database.apply(CreateIndex(Index("ix_typo", "notes", ("numbr",))))


async def test_a_name_that_postgresql_would_cut_is_refused(bare_db: str) -> None:
    with pytest.raises(ValueError, match="63 bytes"):
        await database.apply(CreateTable(Table("x" * 64, (Column("id", UUID, primary=True),))))


async def test_changing_a_table_that_somebody_reads_for_long_gives_up_cleanly(notes: str) -> None:
    if notes == "sqlite":
        return  # its readers never stand in the way
    reading, done = asyncio.Event(), asyncio.Event()

    async def read() -> None:
        async with database.snapshot():
            await texts()
            reading.set()
            await done.wait()

    task = asyncio.create_task(read())
    await reading.wait()
    with pytest.raises(database.LockTimeout):
        await database.apply(AddColumn("notes", Column("more", TEXT)))
    done.set()
    await task
    await database.apply(AddColumn("notes", Column("more", TEXT)))


def test_a_decimal_has_at_most_eighteen_digits() -> None:
    with pytest.raises(ValueError, match="18"):
        database.decimal_type(19, 2)
    with pytest.raises(ValueError, match="scale"):
        database.decimal_type(4, 5)


@given(
    st.integers(0, 18).flatmap(
        lambda scale: st.tuples(st.just(scale), st.integers(-(10**18) + 1, 10**18 - 1))
    )
)
def test_scaling_and_unscaling_give_the_same_number(case: tuple[int, int]) -> None:
    from platform_core.database.types import scaled, unscaled

    scale, number = case
    assert scaled(ColumnType("decimal", 18, scale), unscaled(number, scale)) == number
