"""`tradewind demo …`: the demo company."""

from __future__ import annotations

import click

from platform_core import settings
from platform_core.errors import Conflict
from platform_host.cli.session import in_installation
from platform_host.demo import demo_password


@click.group()
def demo() -> None:
    """Load the demo company, or take it out again."""


@demo.command()
@in_installation
async def load() -> None:
    """Load the demo company; prints its accounts and their password."""
    from trade_crm import demo as company

    if await company.is_loaded():
        raise Conflict(
            "The demo company is loaded already.", remedy="Take it out first: tradewind demo remove"
        )
    password = demo_password(settings.current())
    count = await company.load(password)
    click.echo(f"{count} records")
    for account in company.demo_accounts():
        click.echo(f"{account.email}  {account.role}")
    click.echo(f"password: {password}")


@demo.command()
@click.confirmation_option(prompt="Remove the demo records and switch the demo accounts off?")
@in_installation
async def remove() -> None:
    """Remove the demo records and switch the demo accounts off."""
    from trade_crm import demo as company

    click.echo(f"{await company.remove()} records removed")
