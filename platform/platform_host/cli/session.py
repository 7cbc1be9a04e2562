"""What every command needs: settings from the command line, an open installation, and output that scripts can read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from platform_core import database, files, settings, telemetry
from platform_host.assembly import assemble
from platform_host.lifecycle import running

P = ParamSpec("P")
T = TypeVar("T")

data_option = click.option(
    "--data", metavar="DIR", help="Folder of everything that is kept (TRADEWIND_DATA)."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def use_settings(*, stays: bool = False, **overrides: str | None) -> settings.Settings:
    """Load the settings with these overrides and make them the process's.

    A process that `stays` logs at the level of the settings; a command that is over soon only warns.
    """
    current = settings.load(overrides)
    settings.use(current)
    quiet = not stays and current.log_level == "info"
    telemetry.configure(current.log_format, "warning" if quiet else current.log_level)
    telemetry.use_threshold(current.slow_statement_ms / 1000)
    return current


def in_database(command: Callable[P, Coroutine[object, object, T]]) -> Callable[P, T]:
    """Run an async command with the database open as it is: nothing is migrated or installed. Takes `--data`."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        data = kwargs.pop("data", None)
        current = use_settings(data=str(data) if data else None)

        async def inside() -> T:
            await database.open(current.database_url, pool_size=2)
            try:
                return await command(*args, **kwargs)
            finally:
                await files.close()
                await database.close()

        return asyncio.run(inside())

    return data_option(run)


def in_installation(command: Callable[P, Coroutine[object, object, T]]) -> Callable[P, T]:
    """Run an async command inside an open installation; takes `--data` for itself."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        data = kwargs.pop("data", None)
        use_settings(data=str(data) if data else None)

        async def inside() -> T:
            async with running(assemble(), worker=False):
                return await command(*args, **kwargs)

        return asyncio.run(inside())

    return data_option(run)


def show(rows: list[Mapping[str, object]], as_json: bool) -> None:
    """Print rows as JSON, or as aligned columns with a heading."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    if not rows:
        click.echo("nothing to list")
        return
    names = list(rows[0])
    widths = {name: max(len(name), *(len(str(row[name])) for row in rows)) for name in names}
    for row in [dict(zip(names, names, strict=True)), *rows]:
        click.echo("  ".join(str(row[name]).ljust(widths[name]) for name in names).rstrip())
