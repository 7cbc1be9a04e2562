"""`tradewind migrate`: bring the system tables to this program's state, or back to an earlier one."""

from __future__ import annotations

import asyncio

import click

from platform_core import database, settings
from platform_host.assembly import assemble
from platform_host.cli.session import data_option, use_settings


@click.command()
@data_option
@click.option("--down-to", metavar="ID", help="Undo every migration after this one, newest first.")
def migrate(data: str | None, down_to: str | None) -> None:
    """Apply the migrations that are missing."""
    use_settings(data=data)
    done = asyncio.run(_migrate(down_to))
    verb = "undone" if down_to else "applied"
    for name in done:
        click.echo(f"{verb}: {name}")
    if not done:
        click.echo("nothing to do")


async def _migrate(down_to: str | None) -> list[str]:
    registry = assemble()
    current = settings.current()
    await database.open(current.database_url, pool_size=2)
    try:
        if down_to:
            return await database.migrate_down(registry.migrations, to=down_to)
        return await database.migrate(registry.migrations)
    finally:
        await database.close()
