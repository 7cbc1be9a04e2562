"""`tradewind files move`: bring attachments from the data folder into the store that `files_url` names."""

from __future__ import annotations

import click

from platform_core import files
from platform_host.cli.session import in_installation


@click.group("files")
def files_() -> None:
    """Attachments."""


@files_.command("move")
@click.option("--remove", is_flag=True, help="Remove each local copy once its bytes are in the store.")
@in_installation
async def move(remove: bool) -> None:
    """Send what is not in the store yet. Stopped, it goes on where it was; the program may run meanwhile."""
    done = files.Moved()
    async for done in files.move(remove=remove):
        click.echo(f"{done.total} looked at: {done.sent} sent, {done.there} there already", err=True)
    click.echo(f"sent: {done.sent}, there already: {done.there}, missing: {len(done.missing)}")
    for sha256 in done.missing:
        click.echo(f"  no bytes anywhere: {sha256}", err=True)
    if done.missing:
        raise click.exceptions.Exit(1)
