"""`tradewind search rebuild`: make the search index anew."""

from __future__ import annotations

import click

from platform_core import jobs, search
from platform_host.cli.session import in_installation


@click.group("search")
def search_() -> None:
    """The index of the search."""


@search_.command("rebuild")
@click.argument("form", required=False)
@in_installation
async def rebuild(form: str | None) -> None:
    """Make the index of FORM anew, or of every form. What is there works meanwhile."""
    count = await search.rebuild(form)
    await jobs.Worker(kinds=[search.REBUILD]).run_once()
    click.echo(f"indexed anew: {count} forms")
    if form and not count:
        raise click.ClickException(f"there is no form '{form}'")
