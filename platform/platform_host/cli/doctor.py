"""`tradewind doctor`: what is well, what is not, and what to do."""

from __future__ import annotations

import asyncio

import click
import msgspec

from platform_core import database, files, operations, settings
from platform_core.operations import Finding
from platform_host.assembly import assemble
from platform_host.cli.session import data_option, json_option, show, use_settings

_SIGNS = {"ok": ("✓", "green"), "warn": ("!", "yellow"), "fail": ("✗", "red")}


@click.command()
@data_option
@json_option
def doctor(data: str | None, as_json: bool) -> None:
    """Look at everything the installation stands on. Exit code 1 where something does not work."""
    use_settings(data=data)
    found = asyncio.run(_examine())
    if as_json:
        show([msgspec.to_builtins(one) for one in found], as_json)
    else:
        for one in found:
            _tell(one)
    if any(one.state == "fail" for one in found):
        raise SystemExit(1)


async def _examine() -> list[Finding]:
    registry, current = assemble(), settings.current()
    operations.expect(registry.migrations)
    found = await operations.examine(operations.MACHINE_CHECKS)
    try:
        await database.open(current.database_url, pool_size=2)
    except database.DatabaseError as exc:
        return [*found, operations.failed("database", exc)]
    try:
        return [*found, *await operations.examine(operations.DATABASE_CHECKS)]
    finally:
        await files.close()
        await database.close()


def _tell(one: Finding) -> None:
    sign, colour = _SIGNS[one.state]
    click.echo(f"{click.style(sign, fg=colour)} {one.check}: {one.found}")
    if one.remedy:
        click.echo(f"    {one.remedy}")
