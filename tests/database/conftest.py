"""What the tests of the database share: one small table, and a second program on the same database."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from piccolo.engine.sqlite import SQLiteEngine

from platform_core import database
from platform_core.database import INT, TEXT, UUID, Column, CreateTable, Table

NOTES = Table(
    "notes",
    (
        Column("id", UUID, primary=True),
        Column("text", TEXT, nullable=False),
        Column("number", INT, nullable=False, default="0"),
        Column("parent", UUID, references="notes(id)"),
    ),
    uniques=(("text", "number"),),
)

OtherProgram = Callable[[str], Awaitable[str]]


@pytest.fixture
async def notes(bare_db: str) -> str:
    """An empty table `notes` in an otherwise empty database. Yields the engine."""
    await database.apply(CreateTable(NOTES))
    return bare_db


async def add_note(text: str, number: int = 0) -> str:
    """Writes one note and returns its id."""
    key = database.new_id()
    await database.execute("INSERT INTO notes (id, text, number) VALUES (?, ?, ?)", (key, text, number))
    return key


async def texts() -> list[str]:
    """The texts of all notes, sorted."""
    return [str(text) for (text,) in await database.fetch_tuples("SELECT text FROM notes ORDER BY text")]


def current_url() -> str:
    """URL of the current database, for another program."""
    engine = database.piccolo_engine()
    return f"sqlite:///{engine.path}" if isinstance(engine, SQLiteEngine) else str(engine.config["dsn"])


@pytest.fixture
async def other_program() -> AsyncIterator[OtherProgram]:
    """Runs Python source in a process of its own and gives back what it printed."""

    async def run(source: str) -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", source, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        return out.decode()

    yield run
