"""What a process does that loads the demo company and is killed, and what the next one finds."""

from __future__ import annotations

import asyncio
import os
from multiprocessing.connection import Connection
from pathlib import Path

from platform_core import database, identity, records, settings
from platform_host import assemble, running
from tests.fixtures_crm import PASSWORD, SECRET_KEY
from trade_crm import demo

KILLED = 137


def load_and_die(url: str, folder: str, kill_at: int) -> None:
    """Load the demo company and die at one of the statements."""
    asyncio.run(_load_and_die(url, Path(folder), kill_at))


def look_and_load(url: str, folder: str, answer: Connection) -> None:
    """Send (people, whether there are records) as they are found, then what loading again gives: (records, loaded)."""
    asyncio.run(_look_and_load(url, Path(folder), answer))


async def _load_and_die(url: str, folder: Path, kill_at: int) -> None:
    _use(url, folder)
    async with running(assemble(), worker=False, install=False):
        await _forget_people()
        seen = 0

        def note(_number: int, _sql: str) -> None:
            nonlocal seen
            seen += 1
            if seen == kill_at:
                os._exit(KILLED)

        database.on_statement(note)
        await demo.load(PASSWORD)


async def _look_and_load(url: str, folder: Path, answer: Connection) -> None:
    _use(url, folder)
    async with running(assemble(), worker=False, install=False):
        answer.send((await demo.is_loaded(), await records.any_records()))
        made = await demo.load(PASSWORD)
        customers = await records.count(records.RecordQuery(form="account"), actor=identity.SYSTEM)
        answer.send((made, customers, await demo.is_loaded()))


async def _forget_people() -> None:
    """The installation that tests copy has the demo people already: they make room."""
    await database.execute(
        "UPDATE tw_identity_user SET email = 'old-' || email WHERE email LIKE '%@demo.example'"
    )
    await database.execute("UPDATE tw_identity_team SET name = 'Old ' || name")


def _use(url: str, folder: Path) -> None:
    environ = {
        "TRADEWIND_DATA": str(folder), "TRADEWIND_DATABASE_URL": url, "TRADEWIND_ARGON2_PROFILE": "test",
        "TRADEWIND_SECRET_KEY": SECRET_KEY, "TRADEWIND_LOG_LEVEL": "error",
    }  # fmt: skip
    settings.use(settings.load({}, environ))
