"""Programs for processes of their own."""

from __future__ import annotations


def counting_program(url: str, key: str, times: int) -> str:
    """Reads a number and writes it back plus one, `times` times."""
    return f"""
import asyncio
from platform_core import database

async def main():
    await database.open({url!r})
    tail = database.dialect().for_update
    for _ in range({times}):
        async with database.transaction():
            number = await database.fetch_value("SELECT number FROM notes WHERE id = ?" + tail, ({key!r},))
            await database.execute("UPDATE notes SET number = ? WHERE id = ?", (number + 1, {key!r}))
    await database.close()

asyncio.run(main())
"""
